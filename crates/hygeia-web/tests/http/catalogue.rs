//! Every route the router has, read from where it is declared, so that a new one cannot be forgotten by the tests.

use std::path::Path;

/// A route and one of its methods.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route {
    /// Path with parameters in braces.
    pub path: String,
    /// `get` or `post`.
    pub method: &'static str,
}

/// All routes, pages first.
pub fn routes() -> Vec<Route> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut routes = Vec::new();
    read_folder(&source.join("pages"), "", &mut routes);
    read_file(&source.join("serve.rs"), "", &mut routes);
    read_file(&source.join("api/mod.rs"), "/api/v1", &mut routes);
    assert!(routes.len() > 100, "the routes are no longer declared with `.route(\"`: {}", routes.len());
    routes
}

fn read_folder(folder: &Path, prefix: &str, routes: &mut Vec<Route>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { read_folder(&path, prefix, routes) } else { read_file(&path, prefix, routes) }
    }
}

fn read_file(file: &Path, prefix: &str, routes: &mut Vec<Route>) {
    for declared in std::fs::read_to_string(file).unwrap().split(".route(\"").skip(1) {
        let (path, rest) = declared.split_once('"').unwrap();
        let handlers = until_closed(rest);
        for method in ["get", "post"] {
            if handlers.contains(&format!("{method}(")) {
                routes.push(Route { path: format!("{prefix}{path}"), method });
            }
        }
        assert!(
            !["put(", "delete(", "patch(", "any("].iter().any(|other| handlers.contains(other)),
            "{path}: the tests of the routes know `get` and `post` only"
        );
    }
}

/// The text up to the parenthesis that closes the one before it.
fn until_closed(text: &str) -> &str {
    let mut depth = 1;
    for (at, sign) in text.char_indices() {
        match sign {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &text[..at];
        }
    }
    text
}
