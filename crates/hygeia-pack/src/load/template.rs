//! Finds the calls a template makes with one literal argument: `m("on_roll")`.

/// A call inside `{{ … }}` or `{% … %}`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Call<'a> {
    pub function: &'a str,
    pub argument: &'a str,
}

/// The calls, in order; text outside the braces is ignored.
pub(super) fn calls(template: &str) -> Vec<Call<'_>> {
    let mut found = Vec::new();
    let mut rest = template;
    while let Some(open) = rest.find(['{']) {
        rest = &rest[open + 1..];
        let close = match rest.chars().next() {
            Some('{') => "}}",
            Some('%') => "%}",
            _ => continue,
        };
        let end = rest.find(close).unwrap_or(rest.len());
        found.extend(in_code(&rest[..end]));
        rest = &rest[end..];
    }
    found
}

fn in_code(code: &str) -> Vec<Call<'_>> {
    let starts = code.match_indices('(').filter_map(|(open, _)| {
        let before = &code[..open];
        let name = before.rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).map_or(0, |at| at + 1);
        let inside = code[open + 1..].trim_start();
        let quote = inside.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        let argument = inside[1..].split(quote).next()?;
        Some(Call { function: &before[name..], argument })
    });
    starts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_found_only_inside_braces() {
        let template = "共 {{ m(\"on_roll\") }}，{% if known('x') %}{{ change( \"y\" ) | trim }}{% endif %} m(\"not\") {{ org }}";
        let found: Vec<_> = calls(template).into_iter().map(|call| (call.function, call.argument)).collect();
        assert_eq!(found, [("m", "on_roll"), ("known", "x"), ("change", "y")]);
        assert!(calls("{{ m(\"").iter().all(|call| call.argument.is_empty()));
    }
}
