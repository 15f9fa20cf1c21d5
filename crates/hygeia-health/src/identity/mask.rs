//! Masking 脱敏: what a list may show of a person (GB/T 35273-2020, 7.2 个人信息的展示限制).

use super::phone;

/// A name with only its ends: `张*三`, `李*`, `阿*********提`. One character is hidden whole; blank stays blank.
#[must_use]
pub fn name(name: &str) -> String {
    let characters: Vec<char> = name.trim().chars().collect();
    match characters.as_slice() {
        [] => String::new(),
        [_] => "*".to_owned(),
        [first, _] => format!("{first}*"),
        [first, middle @ .., last] => format!("{first}{}{last}", "*".repeat(middle.len())),
    }
}

/// A citizen number with only its first and last character: `3****************X`.
///
/// Six and four would give the whole number away beside a birth date, and lists show birth dates.
#[must_use]
pub fn citizen_number(number: &str) -> String {
    keep(number, 1, 1)
}

/// A telephone number: `138****1111`, `0571-****6666`. An extension is hidden. What is no telephone number shows
/// its last two characters at most.
#[must_use]
pub fn phone(number: &str) -> String {
    let Ok(phone) = phone::parse(number) else { return keep(number, 0, 2) };
    let (area, local, _) = phone.parts();
    match phone.kind() {
        phone::Kind::Mobile => keep(local, 3, 4),
        phone::Kind::Landline if !area.is_empty() => format!("{area}-{}", keep(local, 0, 4)),
        phone::Kind::Landline | phone::Kind::Service => keep(local, 0, 4),
    }
}

/// A text that would hide fewer characters than this is hidden whole.
const HIDDEN_AT_LEAST: usize = 3;

/// Keeps so many characters at each end and hides the rest.
fn keep(text: &str, start: usize, end: usize) -> String {
    let characters: Vec<char> = text.trim().chars().collect();
    let hidden = characters.len().saturating_sub(start + end);
    if hidden < HIDDEN_AT_LEAST {
        return "*".repeat(characters.len());
    }
    let shown =
        |range: std::ops::Range<usize>| characters.get(range).unwrap_or_default().iter().collect::<String>();
    shown(0..start) + &"*".repeat(hidden) + &shown(characters.len() - end..characters.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (plain, masked) in
            [("张小三", "张*三"), ("李四", "李*"), ("王", "*"), (" 欧阳明月 ", "欧**月"), ("", "")]
        {
            assert_eq!(name(plain), masked);
        }
    }

    #[test]
    fn numbers() {
        assert_eq!(citizen_number("110103202611230012"), "1****************2");
        assert_eq!(citizen_number("12"), "**");
        assert_eq!(citizen_number(""), "");
        assert_eq!(phone("+86 13800001111"), "138****1111");
        assert_eq!(phone("0571-88886666转802"), "0571-****6666");
        assert_eq!(phone("88886666"), "****6666");
        assert_eq!(phone("微信号abc123"), "*******23");
    }
}
