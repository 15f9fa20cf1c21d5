//! Unified social credit code 统一社会信用代码 (GB 32100-2015).
//!
//! Eighteen characters: registering department, category, division, organisation code (GB 11714-1997, with a check
//! of its own), check character modulo 31.

use thiserror::Error;

use super::division::{self, DivisionCode};
use super::normalise;

const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
const WEIGHTS: [u32; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
const ORGANISATION_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

/// Why a text is not a credit code; the first reason found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CreditCodeError {
    /// Nothing was typed.
    #[error("请填写统一社会信用代码")]
    Empty,
    /// Not 18 characters.
    #[error("统一社会信用代码应为18位，现为{0}位")]
    Length(usize),
    /// A character outside the alphabet (I, O, S, V and Z are not used), or a letter in the division.
    #[error("统一社会信用代码不使用字母 I、O、S、V、Z，第3至8位应为数字")]
    Format,
    /// The last character does not match: a slip of the pen.
    #[error("统一社会信用代码校验位不符，请逐位核对")]
    Check,
    /// The organisation code inside has a wrong check character, though the whole code's is right.
    #[error("统一社会信用代码中的组织机构代码（第9至17位）校验位不符")]
    OrganisationCheck,
}

impl CreditCodeError {
    /// The code used in data: `EMPTY LENGTH FORMAT CHECK ORG_CHECK`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "EMPTY",
            Self::Length(_) => "LENGTH",
            Self::Format => "FORMAT",
            Self::Check => "CHECK",
            Self::OrganisationCheck => "ORG_CHECK",
        }
    }
}

/// A valid unified social credit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CreditCode {
    // INVARIANT: eighteen characters of the alphabet, both checks matching.
    characters: [u8; 18],
}

impl CreditCode {
    /// The eighteen characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.characters).unwrap_or_default()
    }

    /// Division of the registering office.
    #[must_use]
    pub fn division(&self) -> DivisionCode {
        division_of(&self.characters)
    }

    /// Organisation code 组织机构代码, nine characters.
    #[must_use]
    pub fn organisation_code(&self) -> &str {
        self.as_str().get(8..17).unwrap_or_default()
    }
}

/// What can be told of a text, also when it is not a valid code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Examination {
    /// Eighteen characters, when there is a form to speak of.
    pub normalised: Option<String>,
    /// The first failing rule.
    pub error: Option<CreditCodeError>,
    /// The check character the other seventeen ask for.
    pub check_expected: Option<char>,
    /// The check character the organisation code asks for.
    pub organisation_check_expected: Option<char>,
    /// Whether the organisation code has it.
    pub organisation_check_ok: Option<bool>,
    /// Division of the registering office.
    pub division: Option<DivisionCode>,
    /// Whether the division is in force, was once, or is not known; not an error.
    pub division_status: Option<division::Status>,
}

/// Reads a credit code as typed: spaces, hyphens, full-width and small letters are forgiven.
///
/// # Errors
/// The first failing rule.
///
/// ```
/// use hygeia_health::identity::credit_code;
/// let code = credit_code::parse("12120000-401359081-6").unwrap();
/// assert_eq!(code.organisation_code(), "401359081");
/// assert_eq!(code.division().to_string(), "120000");
/// ```
pub fn parse(input: &str) -> Result<CreditCode, CreditCodeError> {
    let characters = characters(input)?;
    if characters[17] != check(&characters) {
        return Err(CreditCodeError::Check);
    }
    if characters[16] != organisation_check(&characters) {
        return Err(CreditCodeError::OrganisationCheck);
    }
    Ok(CreditCode { characters })
}

/// Everything about a text, valid or not.
#[must_use]
pub fn examine(input: &str) -> Examination {
    let characters = characters(input).ok();
    let division = characters.map(|c| division_of(&c));
    Examination {
        normalised: characters.map(|c| c.iter().map(|c| char::from(*c)).collect()),
        error: parse(input).err(),
        check_expected: characters.map(|c| char::from(check(&c))),
        organisation_check_expected: characters.map(|c| char::from(organisation_check(&c))),
        organisation_check_ok: characters.map(|c| c[16] == organisation_check(&c)),
        division,
        division_status: division.map(division::status),
    }
}

/// The eighteen characters of a text of the right form.
fn characters(input: &str) -> Result<[u8; 18], CreditCodeError> {
    let text: String = normalise(input).chars().filter(|c| !matches!(c, '-' | '–' | '—' | '‐')).collect();
    match text.chars().count() {
        0 => return Err(CreditCodeError::Empty),
        18 => {}
        length => return Err(CreditCodeError::Length(length)),
    }
    let characters: [u8; 18] = text.as_bytes().try_into().map_err(|_| CreditCodeError::Format)?;
    let known = characters.iter().all(|c| ALPHABET.contains(c));
    let division = characters[2..8].iter().all(u8::is_ascii_digit);
    if known && division { Ok(characters) } else { Err(CreditCodeError::Format) }
}

/// GB 32100-2015: modulo 31 over the first seventeen characters.
fn check(characters: &[u8; 18]) -> u8 {
    let value = |c: u8| ALPHABET.iter().position(|letter| *letter == c).unwrap_or_default() as u32;
    let sum: u32 = characters.iter().zip(WEIGHTS).map(|(c, weight)| value(*c) * weight).sum();
    ALPHABET[((31 - sum % 31) % 31) as usize]
}

/// GB 11714-1997: modulo 11 over the eight characters before, letters counting from 10.
fn organisation_check(characters: &[u8; 18]) -> u8 {
    let value = |c: u8| u32::from(if c.is_ascii_digit() { c - b'0' } else { c - b'A' + 10 });
    let body = characters[8..16].iter().zip(ORGANISATION_WEIGHTS);
    let sum: u32 = body.map(|(c, weight)| value(*c) * weight).sum();
    match 11 - sum % 11 {
        10 => b'X',
        11 => b'0',
        digit => b'0' + digit as u8,
    }
}

fn division_of(characters: &[u8; 18]) -> DivisionCode {
    let digits = characters[2..8].iter();
    DivisionCode::from_number(digits.fold(0, |number, digit| number * 10 + u32::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn letters_that_look_like_digits_are_refused() {
        assert_eq!(parse("1115040423I6749931"), Err(CreditCodeError::Format));
        assert_eq!(parse("无"), Err(CreditCodeError::Length(1)));
        assert_eq!(parse(" - "), Err(CreditCodeError::Empty));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_text_is_answered(text in "\\PC{0,24}") {
            let _ = examine(&text);
        }

        #[test]
        fn every_single_slip_is_caught(place in 0usize..18, shift in 1usize..31) {
            let mut characters = *b"121200004013590816";
            let old = ALPHABET.iter().position(|c| *c == characters[place]).unwrap();
            characters[place] = ALPHABET[(old + shift) % 31];
            prop_assert!(parse(std::str::from_utf8(&characters).unwrap()).is_err());
        }
    }
}
