//! Citizen identity number 公民身份号码 (GB 11643-1999).
//!
//! Eighteen characters: division of first registration, birth date, sequence (odd for men, even for women), check
//! character by ISO 7064 MOD 11-2. The fifteen-digit form used before 1999 is read too.

use std::fmt;

use jiff::civil::Date;
use thiserror::Error;

use super::division::{self, DivisionCode};
use super::{mask, normalise};
use crate::growth::Sex;

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: [u8; 11] = *b"10X98765432";

/// Why a text is not a citizen number; the first reason found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CitizenNumberError {
    /// Nothing was typed.
    #[error("请填写身份证号码")]
    Empty,
    /// Neither 18 nor 15 characters.
    #[error("身份证号码应为18位，现为{0}位")]
    Length(usize),
    /// A character that is not a digit (X only at the end).
    #[error("身份证号码只能由数字组成，最后一位可以是X")]
    Format,
    /// The check character does not match: a slip of the pen.
    #[error("身份证号码校验位不符，请逐位核对")]
    Check,
    /// The birth date does not exist.
    #[error("身份证号码中的出生日期不存在")]
    Date,
    /// Born after the day asked about.
    #[error("身份证号码中的出生日期晚于今天")]
    Future,
}

impl CitizenNumberError {
    /// The code used in data: `EMPTY LENGTH FORMAT CHECK DATE FUTURE`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "EMPTY",
            Self::Length(_) => "LENGTH",
            Self::Format => "FORMAT",
            Self::Check => "CHECK",
            Self::Date => "DATE",
            Self::Future => "FUTURE",
        }
    }
}

/// A valid citizen number. Its debug form is masked, so that no log shows it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CitizenNumber {
    // INVARIANT: seventeen ASCII digits and a matching check character; the date exists.
    characters: [u8; 18],
    birth: Date,
}

impl fmt::Debug for CitizenNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CitizenNumber").field(&mask::citizen_number(self.as_str())).finish()
    }
}

impl CitizenNumber {
    /// The eighteen characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.characters).unwrap_or_default()
    }

    /// Birth date.
    #[must_use]
    pub fn birth(&self) -> Date {
        self.birth
    }

    /// Sex by the parity of the sequence.
    #[must_use]
    pub fn sex(&self) -> Sex {
        sex(&self.characters)
    }

    /// Division of first registration; it may have been abolished since.
    #[must_use]
    pub fn division(&self) -> DivisionCode {
        division_of(&self.characters)
    }
}

/// What can be told of a text, also when it is not a valid number. For reports on whole tables; a form uses
/// [`parse`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Examination {
    /// Eighteen characters, when there is a form to speak of; a fifteen-digit number is brought to eighteen.
    pub normalised: Option<String>,
    /// The first failing rule.
    pub error: Option<CitizenNumberError>,
    /// The check character the other seventeen ask for.
    pub check_expected: Option<char>,
    /// Division of first registration.
    pub division: Option<DivisionCode>,
    /// Whether the division is in force, was once, or is not known; not an error.
    pub division_status: Option<division::Status>,
    /// Birth date, if it exists.
    pub birth: Option<Date>,
    /// Sex.
    pub sex: Option<Sex>,
    /// Sequence, three digits.
    pub sequence: Option<String>,
}

/// Reads a citizen number as typed: spaces, full-width characters and a small x are forgiven, and fifteen digits
/// are brought to eighteen. `as_of` is today, against which a birth in the future is refused.
///
/// # Errors
/// The first failing rule.
///
/// ```
/// use hygeia_health::growth::Sex;
/// use hygeia_health::identity::citizen_number;
/// use jiff::civil::date;
/// let number = citizen_number::parse("51062220240715 1641", date(2026, 11, 23)).unwrap();
/// assert_eq!((number.birth(), number.sex()), (date(2024, 7, 15), Sex::Female));
/// let slip = citizen_number::parse("510622202407151614", date(2026, 11, 23));
/// assert_eq!(slip, Err(citizen_number::CitizenNumberError::Check));
/// ```
pub fn parse(input: &str, as_of: Date) -> Result<CitizenNumber, CitizenNumberError> {
    let characters = characters(input)?;
    if characters[17] != check(&characters) {
        return Err(CitizenNumberError::Check);
    }
    let birth = birth(&characters).ok_or(CitizenNumberError::Date)?;
    if birth > as_of {
        return Err(CitizenNumberError::Future);
    }
    Ok(CitizenNumber { characters, birth })
}

/// Everything about a text, valid or not.
#[must_use]
pub fn examine(input: &str, as_of: Date) -> Examination {
    let error = parse(input, as_of).err();
    let characters = characters(input).ok();
    let text = |characters: [u8; 18]| characters.iter().map(|c| char::from(*c)).collect::<String>();
    let division = characters.map(|c| division_of(&c));
    Examination {
        normalised: characters.map(text),
        error,
        check_expected: characters.map(|c| char::from(check(&c))),
        division,
        division_status: division.map(division::status),
        birth: characters.and_then(|c| birth(&c)),
        sex: characters.map(|c| sex(&c)),
        sequence: characters.map(|c| c[14..17].iter().map(|c| char::from(*c)).collect()),
    }
}

/// The eighteen characters of a text of the right form.
fn characters(input: &str) -> Result<[u8; 18], CitizenNumberError> {
    let text = normalise(input);
    match text.chars().count() {
        0 => Err(CitizenNumberError::Empty),
        18 => eighteen(&text),
        15 => from_fifteen(&text),
        length => Err(CitizenNumberError::Length(length)),
    }
}

fn eighteen(text: &str) -> Result<[u8; 18], CitizenNumberError> {
    let characters: [u8; 18] = text.as_bytes().try_into().map_err(|_| CitizenNumberError::Format)?;
    let digits = characters[..17].iter().all(u8::is_ascii_digit);
    let check = characters[17].is_ascii_digit() || characters[17] == b'X';
    if digits && check { Ok(characters) } else { Err(CitizenNumberError::Format) }
}

/// Fifteen digits lack the century, always the twentieth, and the check character.
fn from_fifteen(text: &str) -> Result<[u8; 18], CitizenNumberError> {
    let old: [u8; 15] = text.as_bytes().try_into().map_err(|_| CitizenNumberError::Format)?;
    if !old.iter().all(u8::is_ascii_digit) {
        return Err(CitizenNumberError::Format);
    }
    let mut characters = [b'0'; 18];
    characters[..6].copy_from_slice(&old[..6]);
    characters[6..8].copy_from_slice(b"19");
    characters[8..17].copy_from_slice(&old[6..]);
    characters[17] = check(&characters);
    Ok(characters)
}

/// ISO 7064 MOD 11-2 over the first seventeen digits.
fn check(characters: &[u8; 18]) -> u8 {
    let sum: u32 = characters.iter().zip(WEIGHTS).map(|(c, weight)| u32::from(c - b'0') * weight).sum();
    CHECKS[(sum % 11) as usize]
}

fn birth(characters: &[u8; 18]) -> Option<Date> {
    let year = i16::try_from(number(&characters[6..10])).ok().filter(|year| *year > 0)?;
    let month = i8::try_from(number(&characters[10..12])).ok()?;
    let day = i8::try_from(number(&characters[12..14])).ok()?;
    Date::new(year, month, day).ok()
}

fn sex(characters: &[u8; 18]) -> Sex {
    if characters[16] % 2 == 1 { Sex::Male } else { Sex::Female }
}

fn division_of(characters: &[u8; 18]) -> DivisionCode {
    DivisionCode::from_number(number(&characters[..6]))
}

fn number(digits: &[u8]) -> u32 {
    digits.iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0'))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_log_does_not_show_the_number() {
        let number = parse("110103202611230012", date(2026, 11, 23)).unwrap();
        assert_eq!(format!("{number:?}"), "CitizenNumber(\"1****************2\")");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_text_is_answered(text in "\\PC{0,24}") {
            let _ = examine(&text, date(2026, 11, 24));
        }

        #[test]
        fn every_single_slip_is_caught(
            division in 110_000u32..660_000, days in 0i32..40_000, sequence in 0u32..1000, place in 0usize..17,
            shift in 1u8..10,
        ) {
            let birth = date(1900, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
            let text = format!("{division:06}{}{sequence:03}0", birth.strftime("%Y%m%d"));
            let mut characters: [u8; 18] = text.as_bytes().try_into().unwrap();
            characters[17] = check(&characters);
            let valid = String::from_utf8(characters.to_vec()).unwrap();
            prop_assert_eq!(parse(&valid, date(2100, 1, 1)).unwrap().birth(), birth);
            characters[place] = b'0' + (characters[place] - b'0' + shift) % 10;
            let slip = String::from_utf8(characters.to_vec()).unwrap();
            prop_assert_eq!(parse(&slip, date(2100, 1, 1)), Err(CitizenNumberError::Check));
        }
    }
}
