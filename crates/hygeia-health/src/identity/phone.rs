//! Telephone numbers 电话号码 of mainland China (national numbering plan 电信网编号计划, 2017 edition).

use std::fmt;

use thiserror::Error;

use super::{mask, normalise};

/// What kind of number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// 手机: eleven digits, 13 to 19.
    Mobile,
    /// 固定电话, with or without area code.
    Landline,
    /// 400 and 800 numbers.
    Service,
}

impl Kind {
    /// The word used in data: `mobile`, `landline`, `service`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mobile => "mobile",
            Self::Landline => "landline",
            Self::Service => "service",
        }
    }
}

/// Why a text is not a telephone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PhoneError {
    /// Nothing was typed.
    #[error("请填写电话号码")]
    Empty,
    /// Something other than digits and the usual separators.
    #[error("电话号码只能包含数字、+86、括号和连字符")]
    Format,
    /// A mobile number with too many or too few digits.
    #[error("手机号码应为11位，现为{0}位")]
    MobileLength(usize),
    /// Neither a mobile nor a landline number.
    #[error("不是有效的手机或固定电话号码（固定电话如 0571-88886666）")]
    Unknown,
}

impl PhoneError {
    /// The code used in data: `EMPTY FORMAT LENGTH UNKNOWN`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "EMPTY",
            Self::Format => "FORMAT",
            Self::MobileLength(_) => "LENGTH",
            Self::Unknown => "UNKNOWN",
        }
    }
}

/// A telephone number. Its debug form is masked, so that no log shows it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Phone {
    kind: Kind,
    area: String,
    local: String,
    extension: String,
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Phone").field(&mask::phone(&self.normalised())).finish()
    }
}

impl Phone {
    /// What kind of number.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The form to store: `13800001111`, `0571-88886666`, `0571-88886666-802`, `88886666`, `4001234567`.
    #[must_use]
    pub fn normalised(&self) -> String {
        let parts = [&self.area, &self.local, &self.extension];
        let written: Vec<&str> =
            parts.into_iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
        written.join("-")
    }

    pub(super) fn parts(&self) -> (&str, &str, &str) {
        (&self.area, &self.local, &self.extension)
    }
}

/// Reads a number as typed: spaces, hyphens, brackets, full-width digits and +86 are forgiven; an extension follows
/// `转`, or a hyphen after the number.
///
/// # Errors
/// What is wrong.
///
/// ```
/// use hygeia_health::identity::phone::{Kind, parse};
/// assert_eq!(parse("+86 138-0000-1111").unwrap().normalised(), "13800001111");
/// let office = parse("（0571）88886666转802").unwrap();
/// assert_eq!((office.kind(), office.normalised().as_str()), (Kind::Landline, "0571-88886666-802"));
/// ```
pub fn parse(input: &str) -> Result<Phone, PhoneError> {
    let text = normalise(input).replace(['–', '—', '‐'], "-");
    let (number, extension) = split_extension(&text);
    let number = without_country(number);
    if number.is_empty() {
        return Err(PhoneError::Empty);
    }
    let allowed = |c: char| c.is_ascii_digit() || matches!(c, '-' | '(' | ')');
    if !number.chars().all(allowed) || !extension.chars().all(|c| c.is_ascii_digit()) {
        return Err(PhoneError::Format);
    }
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    if let Some(phone) = mobile_or_service(&digits, extension)? {
        return Ok(phone);
    }
    landline(&digits, extension)
        .or_else(|| trailing_extension(number).and_then(|(digits, extension)| landline(&digits, extension)))
        .ok_or(PhoneError::Unknown)
}

/// What follows 转, 转分机, or x.
fn split_extension(text: &str) -> (&str, &str) {
    let mark =
        ["转分机", "分机", "转", "EXT.", "EXT", "X"].into_iter().find_map(|mark| text.split_once(mark));
    mark.unwrap_or((text, ""))
}

fn without_country(text: &str) -> &str {
    let rest = ["+86", "0086", "(+86)"].into_iter().find_map(|country| text.strip_prefix(country));
    rest.unwrap_or(text).trim_start_matches('-')
}

fn mobile_or_service(digits: &str, extension: &str) -> Result<Option<Phone>, PhoneError> {
    let alone =
        |kind| Phone { kind, area: String::new(), local: digits.to_owned(), extension: extension.to_owned() };
    let second = digits.as_bytes().get(1).copied().unwrap_or_default();
    match (digits.as_bytes().first(), digits.len()) {
        (Some(b'1'), 11) if second >= b'3' => Ok(Some(alone(Kind::Mobile))),
        // Ten or twelve digits beginning like a mobile number are a slip, not another kind of number.
        (Some(b'1'), length @ 9..=13) if second >= b'3' => Err(PhoneError::MobileLength(length)),
        (_, 10) if digits.starts_with("400") || digits.starts_with("800") => Ok(Some(alone(Kind::Service))),
        _ => Ok(None),
    }
}

/// Area code of three digits (010, 02x) or four (03xx–09xx), then seven or eight beginning with 2 to 8.
fn landline(digits: &str, extension: &str) -> Option<Phone> {
    let area_length = match digits.as_bytes() {
        [b'0', b'1', b'0', ..] | [b'0', b'2', ..] => 3,
        [b'0', b'3'..=b'9', ..] => 4,
        [b'0', ..] => return None,
        _ => 0,
    };
    let (area, local) = digits.split_at_checked(area_length)?;
    let length = if area_length == 3 { 8..=8 } else { 7..=8 };
    let begins = matches!(local.as_bytes().first(), Some(b'2'..=b'8'));
    let found = length.contains(&local.len()) && begins && extension.len() <= 6;
    found.then(|| Phone {
        kind: Kind::Landline,
        area: area.to_owned(),
        local: local.to_owned(),
        extension: extension.to_owned(),
    })
}

/// `0571-88886666-802`: what follows the last hyphen.
fn trailing_extension(number: &str) -> Option<(String, &str)> {
    let (number, extension) = number.rsplit_once('-')?;
    let usable = extension.chars().all(|c| c.is_ascii_digit()) && !extension.is_empty();
    usable.then(|| (number.chars().filter(char::is_ascii_digit).collect(), extension))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_as_people_write_them() {
        for (typed, stored) in [
            ("13800001111", "13800001111"),
            ("１３８ 0000 1111", "13800001111"),
            ("0086-19912345678", "19912345678"),
            ("010-62345678", "010-62345678"),
            ("01062345678", "010-62345678"),
            ("0571 8888 6666", "0571-88886666"),
            ("0398-2345678-12", "0398-2345678-12"),
            ("88886666", "88886666"),
            ("400-123-4567", "4001234567"),
        ] {
            assert_eq!(parse(typed).map(|phone| phone.normalised()).as_deref(), Ok(stored), "{typed}");
        }
    }

    #[test]
    fn slips_are_named() {
        for (typed, error) in [
            ("", PhoneError::Empty),
            ("+86", PhoneError::Empty),
            ("1380000111", PhoneError::MobileLength(10)),
            ("138000011112", PhoneError::MobileLength(12)),
            ("12345678901", PhoneError::Unknown),
            ("0571-1888666", PhoneError::Unknown),
            ("妈妈13800001111", PhoneError::Format),
            ("13800001111、13900002222", PhoneError::Format),
        ] {
            assert_eq!(parse(typed), Err(error), "{typed}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn what_is_stored_reads_back_the_same(text in "[0-9+()\\-转 ]{0,20}") {
            if let Ok(phone) = parse(&text) {
                prop_assert_eq!(parse(&phone.normalised()), Ok(phone));
            }
        }
    }
}
