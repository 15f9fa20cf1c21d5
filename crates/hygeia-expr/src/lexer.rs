//! Text to tokens. Spans are byte offsets.

use crate::problem::Problem;
use rust_decimal::Decimal;
use std::ops::Range;

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Token {
    Int(i64),
    Decimal(Decimal),
    Text(String),
    Name(String),
    /// An operator or bracket.
    Sign(&'static str),
    End,
}

/// Longest source accepted, in bytes.
const MAX_SOURCE: usize = 16 * 1024;

const SIGNS: [&str; 25] = [
    "==", "!=", "<=", ">=", "&&", "||", "<", ">", "!", "+", "-", "*", "/", "%", "?", ":", "(", ")", "[", "]",
    ",", ".", "=", "&", "|",
];

pub(crate) fn lex(source: &str) -> Result<Vec<(Token, Range<usize>)>, Problem> {
    if source.len() > MAX_SOURCE {
        let message = format!("the expression is longer than {MAX_SOURCE} bytes");
        return Err(Problem::new(0..0, message));
    }
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = source[at..].chars().next() {
        let start = at;
        let token = match first {
            _ if first.is_whitespace() => {
                at += first.len_utf8();
                continue;
            }
            '/' if source[at..].starts_with("//") => {
                at += source[at..].find('\n').unwrap_or(source.len() - at);
                continue;
            }
            '0'..='9' => number(source, &mut at)?,
            '\'' | '"' => text(source, &mut at, first)?,
            _ if first.is_alphabetic() || first == '_' => {
                at += take(source, at, |c| c.is_alphanumeric() || c == '_');
                Token::Name(source[start..at].to_owned())
            }
            _ => sign(source, &mut at, first)?,
        };
        tokens.push((token, start..at));
    }
    tokens.push((Token::End, at..at));
    Ok(tokens)
}

/// Length of the run of characters from `at` that satisfy `accept`.
fn take(source: &str, at: usize, accept: impl Fn(char) -> bool) -> usize {
    source[at..].find(|c| !accept(c)).unwrap_or(source.len() - at)
}

fn number(source: &str, at: &mut usize) -> Result<Token, Problem> {
    let start = *at;
    let digits = |at: usize| take(source, at, |c| c.is_ascii_digit());
    *at += digits(*at);
    let after = source[*at..].strip_prefix('.').and_then(|rest| rest.chars().next());
    let is_decimal = after.is_some_and(|c| c.is_ascii_digit());
    if is_decimal {
        *at += 1;
        *at += digits(*at);
    }
    let written = &source[start..*at];
    let parsed = if is_decimal {
        written.parse::<Decimal>().ok().map(Token::Decimal)
    } else {
        written.parse::<i64>().ok().map(Token::Int)
    };
    parsed.ok_or_else(|| Problem::new(start..*at, format!("the number `{written}` has too many digits")))
}

fn text(source: &str, at: &mut usize, quote: char) -> Result<Token, Problem> {
    let start = *at;
    let mut value = String::new();
    let mut chars = source[start + 1..].char_indices();
    while let Some((offset, c)) = chars.next() {
        let here = start + 1 + offset;
        match c {
            _ if c == quote => {
                *at = here + 1;
                return Ok(Token::Text(value));
            }
            '\\' => match chars.next().map(|(_, escaped)| escaped) {
                Some('n') => value.push('\n'),
                Some('t') => value.push('\t'),
                Some(escaped @ ('\\' | '\'' | '"')) => value.push(escaped),
                escaped => {
                    let end = here + 1 + escaped.map_or(0, char::len_utf8);
                    let problem = Problem::new(here..end, "unknown escape in a text");
                    return Err(problem.help("known escapes are \\n, \\t, \\\\, \\' and \\\""));
                }
            },
            '\n' => break,
            _ => value.push(c),
        }
    }
    Err(Problem::new(start..start + 1, "this text has no closing quote"))
}

fn sign(source: &str, at: &mut usize, first: char) -> Result<Token, Problem> {
    let start = *at;
    let found = SIGNS.into_iter().find(|sign| source[start..].starts_with(sign));
    *at += found.map_or(first.len_utf8(), str::len);
    let meant = match (found, first) {
        (Some("="), _) => "==",
        (Some("&"), _) => "&&",
        (Some("|"), _) => "||",
        (Some(sign), _) => return Ok(Token::Sign(sign)),
        (None, '（') => "(",
        (None, '）') => ")",
        (None, '，') => ",",
        (None, '‘' | '’' | '“' | '”') => "'",
        (None, '≥') => ">=",
        (None, '≤') => "<=",
        (None, '≠') => "!=",
        (None, '×') => "*",
        (None, '÷') => "/",
        (None, '！') => "!",
        (None, _) => {
            return Err(Problem::new(start..*at, format!("`{first}` means nothing in an expression")));
        }
    };
    let written = &source[start..*at];
    Err(Problem::new(start..*at, format!("`{written}` is not an operator")).help(format!("write `{meant}`")))
}
