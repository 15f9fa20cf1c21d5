//! Style sheet and scripts: compiled in, named by their content, cached for ever.

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::sync::OnceLock;

struct Asset {
    name: &'static str,
    kind: &'static str,
    body: &'static str,
}

const STYLE: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

const ASSETS: [Asset; 10] = [
    Asset { name: "app.css", kind: STYLE, body: include_str!("../assets/app.css") },
    Asset { name: "app.js", kind: SCRIPT, body: include_str!("../assets/app.js") },
    Asset { name: "fit.js", kind: SCRIPT, body: include_str!("../assets/fit.js") },
    Asset { name: "sheet.js", kind: SCRIPT, body: include_str!("../assets/sheet.js") },
    Asset { name: "pad.js", kind: SCRIPT, body: include_str!("../assets/pad.js") },
    Asset { name: "form.js", kind: SCRIPT, body: include_str!("../assets/form.js") },
    Asset { name: "inspect.js", kind: SCRIPT, body: include_str!("../assets/inspect.js") },
    Asset { name: "picture.js", kind: SCRIPT, body: include_str!("../assets/picture.js") },
    Asset { name: "review.js", kind: SCRIPT, body: include_str!("../assets/review.js") },
    Asset { name: "icon.svg", kind: "image/svg+xml", body: include_str!("../assets/icon.svg") },
];

fn hashes() -> &'static [String] {
    static HASHES: OnceLock<Vec<String>> = OnceLock::new();
    HASHES.get_or_init(|| {
        ASSETS.iter().map(|asset| blake3::hash(asset.body.as_bytes()).to_hex()[..10].to_owned()).collect()
    })
}

/// The address of a file, with its content's hash: `/assets/app-1a2b3c4d5e.css`.
pub(crate) fn address(name: &str) -> String {
    let at = ASSETS.iter().position(|asset| asset.name == name);
    match (at.and_then(|at| hashes().get(at)), name.rsplit_once('.')) {
        (Some(hash), Some((stem, ending))) => format!("/assets/{stem}-{hash}.{ending}"),
        _ => format!("/assets/{name}"),
    }
}

/// Serves a file; one named by an older hash is gone.
pub(crate) async fn file(Path(file): Path<String>) -> Response {
    let wanted = format!("/assets/{file}");
    let found = ASSETS.iter().find(|asset| address(asset.name) == wanted);
    match found {
        Some(asset) => (
            [
                (header::CONTENT_TYPE, asset.kind),
                (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            ],
            asset.body,
        )
            .into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_carries_the_hash_of_its_file() {
        let css = address("app.css");
        assert!(
            css.starts_with("/assets/app-")
                && css.ends_with(".css")
                && css.len() == "/assets/app-.css".len() + 10
        );
        assert_ne!(address("app.js")[..16], css[..16].replace("css", "js"));
    }

    #[test]
    fn scripts_and_styles_need_nothing_inline() {
        for asset in ASSETS.iter().filter(|asset| asset.kind == SCRIPT) {
            assert!(!asset.body.contains("eval("), "{}", asset.name);
            assert!(!asset.body.contains(".style."), "{} sets styles inline", asset.name);
        }
    }
}
