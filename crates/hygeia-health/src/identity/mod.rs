//! Identity 身份: numbers that stand for people, organisations and places, and how to show them.
//!
//! - [`citizen_number`] 公民身份号码, GB 11643-1999
//! - [`credit_code`] 统一社会信用代码, GB 32100-2015
//! - [`division`] 行政区划代码, GB/T 2260, with history since 1980
//! - [`phone`] 电话号码
//! - [`mask`] 脱敏: what a list may show
//!
//! Error messages are for the person who typed the number.

pub mod citizen_number;
pub mod credit_code;
pub mod division;
pub mod mask;
pub mod phone;

pub use citizen_number::CitizenNumber;
pub use credit_code::CreditCode;
pub use division::DivisionCode;

/// A number as typed, without spaces and invisible characters, full-width forms as ASCII, upper case.
fn normalise(input: &str) -> String {
    input.chars().filter(|c| !is_invisible(*c)).map(|c| half_width(c).to_ascii_uppercase()).collect()
}

fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// Spaces of every kind, and the marks that copying from other programs leaves behind.
fn is_invisible(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{feff}')
}
