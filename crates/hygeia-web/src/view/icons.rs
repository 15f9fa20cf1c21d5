//! One set of line icons, 24 × 24, drawn with the colour of the text around them.

use maud::{Markup, PreEscaped, html};

fn shape(name: &str) -> &'static str {
    match name {
        "today" => {
            r#"<circle cx="12" cy="12" r="4"/><path d="M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6l1.5 1.5M16.9 16.9l1.5 1.5M18.4 5.6l-1.5 1.5M7.1 16.9l-1.5 1.5"/>"#
        }
        "registers" => {
            r#"<rect x="4" y="3.5" width="16" height="17" rx="2"/><path d="M8 8.5h8M8 12.5h8M8 16.5h5"/>"#
        }
        "indicators" => r#"<path d="M4 20h16M7 16v-4M12 16V6M17 16v-7"/>"#,
        "plans" => r#"<path d="M6 3.5h8l4 4v13H6z"/><path d="M14 3.5v4h4M9.5 14l2 2 3.5-4"/>"#,
        "more" => {
            r#"<rect x="4" y="4" width="6.5" height="6.5" rx="1.5"/><rect x="13.5" y="4" width="6.5" height="6.5" rx="1.5"/><rect x="4" y="13.5" width="6.5" height="6.5" rx="1.5"/><rect x="13.5" y="13.5" width="6.5" height="6.5" rx="1.5"/>"#
        }
        "search" => r#"<circle cx="11" cy="11" r="6.5"/><path d="M16 16l4.5 4.5"/>"#,
        "unit" => r#"<path d="M4 20.5V9l8-5 8 5v11.5M9.5 20.5v-6h5v6"/>"#,
        "down" => r#"<path d="M6 9.5l6 6 6-6"/>"#,
        "left" => r#"<path d="M14.5 6l-6 6 6 6"/>"#,
        "right" => r#"<path d="M9.5 6l6 6-6 6"/>"#,
        "add" => r#"<path d="M12 5v14M5 12h14"/>"#,
        "people" => {
            r#"<circle cx="9" cy="8.5" r="3.5"/><path d="M3 20c0-3.5 2.5-6 6-6s6 2.5 6 6M15.5 5.5a3.5 3.5 0 010 6.5M17 14.5c2.5.6 4 2.7 4 5.5"/>"#
        }
        "account" => {
            r#"<circle cx="12" cy="8" r="4"/><path d="M4.5 20.5c0-4 3.2-6.5 7.5-6.5s7.5 2.5 7.5 6.5"/>"#
        }
        "calendar" => {
            r#"<rect x="4" y="5.5" width="16" height="15" rx="2"/><path d="M4 10h16M8.5 3v4M15.5 3v4"/>"#
        }
        "clock" => r#"<circle cx="12" cy="12" r="8"/><path d="M12 7.5V12l3 2"/>"#,
        "print" => r#"<path d="M7 8.5v-5h10v5M7 17H4.5V9.5h15V17H17M7 14h10v6.5H7z"/>"#,
        "export" => r#"<path d="M12 4v11M7.5 11l4.5 4.5 4.5-4.5M5 20h14"/>"#,
        "edit" => r#"<path d="M4.5 19.5l1-4L16 5l3 3L8.5 18.5z"/>"#,
        "check" => r#"<path d="M5 12.5l4.5 4.5L19 7.5"/>"#,
        "undo" => r#"<path d="M8 4L4 8l4 4M4.5 8H14a6 6 0 0 1 0 12H9"/>"#,
        "warn" => r#"<path d="M12 4l9 16H3z"/><path d="M12 10v4.5M12 17.3v.1"/>"#,
        "out" => r#"<path d="M10 4H5v16h5M14 8l4.5 4-4.5 4M18 12H9"/>"#,
        "design" => {
            r#"<path d="M4 6.5h9M17 6.5h3M4 12h3M11 12h9M4 17.5h7M15 17.5h5"/><circle cx="15" cy="6.5" r="2"/><circle cx="9" cy="12" r="2"/><circle cx="13" cy="17.5" r="2"/>"#
        }
        "camera" => r#"<path d="M4 8h3.5l2-3h5l2 3H20v11.5H4z"/><circle cx="12" cy="13.5" r="3.5"/>"#,
        "flag" => r#"<path d="M6 21V4h12l-3 4 3 4H6"/>"#,
        "link" => {
            r#"<path d="M10 14l4-4M8.5 11l-2 2a3.5 3.5 0 005 5l2-2M15.5 13l2-2a3.5 3.5 0 00-5-5l-2 2"/>"#
        }
        _ => r#"<circle cx="12" cy="12" r="8"/>"#,
    }
}

/// The icon of a name; decoration only, the text beside it says what it means.
pub(crate) fn icon(name: &str) -> Markup {
    html! {
        svg.icon viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" { (PreEscaped(shape(name))) }
    }
}
