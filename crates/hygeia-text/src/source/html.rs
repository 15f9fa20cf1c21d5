//! The readable text of a web page: a line per block, without scripts, styles and markup.

/// Elements after which a new line starts.
const BLOCKS: &[&str] = &[
    "p",
    "div",
    "br",
    "li",
    "ul",
    "ol",
    "tr",
    "table",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "section",
    "article",
    "header",
    "footer",
    "title",
    "blockquote",
    "hr",
    "pre",
];
/// Elements whose content is not text.
const HIDDEN: &[&str] = &["script", "style", "noscript", "template"];

/// Whether text without a telling file name is a web page.
pub(super) fn looks_like(text: &str) -> bool {
    let head: String = text.trim_start().chars().take(15).collect::<String>().to_ascii_lowercase();
    head.starts_with("<!doctype html") || head.starts_with("<html")
}

/// Text of the page.
pub(super) fn text(page: &str) -> String {
    let mut out = String::with_capacity(page.len());
    let mut rest = page;
    while let Some(open) = rest.find('<') {
        push_text(&mut out, &rest[..open]);
        rest = after_markup(&rest[open..], &mut out);
    }
    push_text(&mut out, rest);
    out.trim().to_owned()
}

/// Skips the tag or comment `rest` starts with and returns what follows.
fn after_markup<'a>(rest: &'a str, out: &mut String) -> &'a str {
    if let Some(comment) = rest.strip_prefix("<!--") {
        return comment.find("-->").map_or("", |end| &comment[end + 3..]);
    }
    let starts_tag =
        rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!' || c == '?');
    if !starts_tag {
        out.push('<');
        return &rest[1..];
    }
    let Some(end) = rest.find('>') else { return "" };
    let closing = rest[1..].starts_with('/');
    let name: String = rest[1..end]
        .trim_start_matches('/')
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_lowercase();
    if BLOCKS.contains(&name.as_str()) && !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
    let after = &rest[end + 1..];
    if !closing && HIDDEN.contains(&name.as_str()) {
        return skip_hidden(after, &name);
    }
    after
}

fn skip_hidden<'a>(mut after: &'a str, name: &str) -> &'a str {
    while let Some(at) = after.find("</") {
        after = &after[at + 2..];
        if after.get(..name.len()).is_some_and(|tag| tag.eq_ignore_ascii_case(name)) {
            return after.find('>').map_or("", |end| &after[end + 1..]);
        }
    }
    ""
}

/// Appends text with entities resolved and the line breaks of the markup folded to spaces.
fn push_text(out: &mut String, piece: &str) {
    let mut rest = piece;
    while let Some(at) = rest.find('&') {
        push_folded(out, &rest[..at]);
        let (decoded, used) = entity(&rest[at..]);
        out.push(decoded);
        rest = &rest[at + used..];
    }
    push_folded(out, rest);
}

fn push_folded(out: &mut String, piece: &str) {
    for c in piece.chars() {
        match c {
            '\n' | '\r' | '\t' | ' ' => {
                if !out.is_empty() && !out.ends_with([' ', '\n']) {
                    out.push(' ');
                }
            }
            other => out.push(other),
        }
    }
}

/// The character an entity stands for and its length in bytes; a lone `&` stands for itself.
fn entity(text: &str) -> (char, usize) {
    let Some(end) = text.bytes().take(12).position(|byte| byte == b';') else { return ('&', 1) };
    let name = &text[1..end];
    let decoded = match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" | "ensp" | "emsp" => Some(' '),
        "ldquo" => Some('“'),
        "rdquo" => Some('”'),
        "mdash" => Some('—'),
        "hellip" => Some('…'),
        "middot" => Some('·'),
        _ => numeric(name),
    };
    decoded.map_or(('&', 1), |c| (c, end + 1))
}

fn numeric(name: &str) -> Option<char> {
    let digits = name.strip_prefix('#')?;
    let code = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => digits.parse().ok()?,
    };
    char::from_u32(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_become_lines_and_scripts_vanish() {
        let page = "<!DOCTYPE html><html><head><style>p{}</style></head><body><h1>工作计划</h1>\
                    <p>一、目标<br>率&ge;90&#37;</p><script>if (a < b) {}</script><p>a < b</p></body></html>";
        assert_eq!(text(page), "工作计划\n一、目标\n率&ge;90%\na < b");
    }

    #[test]
    fn torn_markup_does_not_fail() {
        for page in ["<", "<p", "<!--", "<script>", "&#x110000;", "&", "</", "<p>&#"] {
            let _ = text(page);
        }
    }
}
