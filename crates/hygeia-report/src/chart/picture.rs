//! SVG to PNG, for formats that hold no SVG.

use resvg::{tiny_skia, usvg};
use std::sync::{Arc, OnceLock};

/// Fonts of the system, found once; the one that charts are written with stays mapped.
#[derive(Clone)]
pub struct Fonts(Arc<usvg::fontdb::Database>);

impl Fonts {
    /// The system's fonts; `None` when none of them can write Chinese, in which case charts become tables.
    pub fn system() -> Option<Self> {
        static FONTS: OnceLock<Option<Fonts>> = OnceLock::new();
        FONTS
            .get_or_init(|| {
                let mut fonts = usvg::fontdb::Database::new();
                fonts.load_system_fonts();
                let chinese = [
                    "Noto Sans CJK SC",
                    "Noto Sans SC",
                    "Source Han Sans SC",
                    "Microsoft YaHei",
                    "PingFang SC",
                    "SimHei",
                    "WenQuanYi Zen Hei",
                    "WenQuanYi Micro Hei",
                ];
                let (family, face) = chinese.into_iter().find_map(|family| {
                    let families = &[usvg::fontdb::Family::Name(family)];
                    let query = usvg::fontdb::Query { families, ..Default::default() };
                    Some((family, fonts.query(&query)?))
                })?;
                fonts.set_sans_serif_family(family);
                stay_mapped(&mut fonts, face);
                Some(Fonts(Arc::new(fonts)))
            })
            .clone()
    }
}

/// Keeps the file of a face mapped. Otherwise each piece of text maps its 20 MB anew, which takes longer than drawing;
/// read into memory, they would weigh on every server.
#[expect(unsafe_code, reason = "a file is mapped")]
fn stay_mapped(fonts: &mut usvg::fontdb::Database, face: usvg::fontdb::ID) {
    // SAFETY: the bytes must not change while they are mapped. Font files of a system are replaced as a whole, by another
    // file under the same name; the old one stays as it is for whoever has it open.
    let _ = unsafe { fonts.make_shared_face_data(face) };
}

/// A picture in PNG.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// File content.
    pub png: Vec<u8>,
    /// Width in CSS pixels.
    pub width: u32,
    /// Height in CSS pixels.
    pub height: u32,
}

/// Renders an SVG with its own colours at twice its size; `None` when it cannot be drawn.
pub fn png(svg: &str, fonts: &Fonts) -> Option<Picture> {
    let options = usvg::Options {
        fontdb: fonts.0.clone(),
        font_family: "sans-serif".into(),
        ..usvg::Options::default()
    };
    let tree = usvg::Tree::from_str(svg, &options).ok()?;
    let size = tree.size();
    let (width, height) = (size.width().ceil() as u32, size.height().ceil() as u32);
    let mut pixels = tiny_skia::Pixmap::new(width * 2, height * 2)?;
    pixels.fill(tiny_skia::Color::WHITE);
    resvg::render(&tree, tiny_skia::Transform::from_scale(2.0, 2.0), &mut pixels.as_mut());
    Some(Picture { png: pixels.encode_png().ok()?, width, height })
}
