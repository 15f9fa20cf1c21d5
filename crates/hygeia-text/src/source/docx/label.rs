//! A number in the formats of Word.

const DIGITS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
const LEGAL: [char; 10] = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];
const STEMS: &str = "甲乙丙丁戊己庚辛壬癸";
const BRANCHES: &str = "子丑寅卯辰巳午未申酉戌亥";

/// `number` as `w:numFmt` says; a format that is not known here is written in digits.
pub(super) fn formatted(number: u32, format: &str) -> String {
    match format {
        "none" | "bullet" => String::new(),
        "decimalZero" => format!("{number:02}"),
        "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" => circled(number),
        "decimalEnclosedFullstop" => format!("{number}."),
        "decimalEnclosedParen" => format!("({number})"),
        "chineseCounting"
        | "chineseCountingThousand"
        | "japaneseCounting"
        | "taiwaneseCounting"
        | "taiwaneseCountingThousand"
        | "japaneseDigitalTenThousand" => counted(number, &DIGITS, "十百千"),
        "chineseLegalSimplified" | "ideographLegalTraditional" | "japaneseLegal" => {
            counted(number, &LEGAL, "拾佰仟")
        }
        "ideographDigital" | "taiwaneseDigital" => {
            number.to_string().chars().filter_map(|c| DIGITS.get(c.to_digit(10)? as usize)).collect()
        }
        "ideographEnclosedCircle" => {
            one_of(number, 10, |at| char::from_u32(0x3280 + at)).unwrap_or_else(|| number.to_string())
        }
        "ideographTraditional" => from_list(number, STEMS),
        "ideographZodiac" => from_list(number, BRANCHES),
        "upperLetter" => lettered(number, 'A'),
        "lowerLetter" => lettered(number, 'a'),
        "upperRoman" => roman(number),
        "lowerRoman" => roman(number).to_lowercase(),
        _ => number.to_string(),
    }
}

fn one_of(number: u32, last: u32, sign: impl Fn(u32) -> Option<char>) -> Option<String> {
    (1..=last).contains(&number).then(|| sign(number - 1)).flatten().map(String::from)
}

fn circled(number: u32) -> String {
    one_of(number, 20, |at| char::from_u32(0x2460 + at)).unwrap_or_else(|| number.to_string())
}

fn from_list(number: u32, list: &str) -> String {
    let sign = number.checked_sub(1).and_then(|at| list.chars().nth(at as usize));
    sign.map_or_else(|| number.to_string(), String::from)
}

/// 十二, 一百〇五; beyond 9999 in digits.
fn counted(number: u32, digits: &[char; 10], ranks: &str) -> String {
    let figures: Vec<usize> =
        number.to_string().chars().filter_map(|c| c.to_digit(10)).map(|digit| digit as usize).collect();
    if number == 0 || figures.len() > 4 {
        return number.to_string();
    }
    let mut out = String::new();
    let mut skipped = false;
    for (at, &figure) in figures.iter().enumerate() {
        if figure == 0 {
            skipped = true;
            continue;
        }
        if skipped {
            out.push(digits[0]);
            skipped = false;
        }
        let rank = figures.len() - 1 - at;
        // 十二, not 一十二.
        if !(figures.len() == 2 && rank == 1 && figure == 1) {
            out.push(digits[figure]);
        }
        out.extend(rank.checked_sub(1).and_then(|rank| ranks.chars().nth(rank)));
    }
    out
}

/// a … z, aa, bb …
fn lettered(number: u32, first: char) -> String {
    const MOST: u32 = 10;
    let Some(at) = number.checked_sub(1) else { return number.to_string() };
    let letter = char::from_u32(first as u32 + at % 26).unwrap_or(first);
    std::iter::repeat_n(letter, (at / 26 + 1).min(MOST) as usize).collect()
}

fn roman(number: u32) -> String {
    const SIGNS: [(u32, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    if !(1..4000).contains(&number) {
        return number.to_string();
    }
    let mut rest = number;
    let mut out = String::new();
    for (value, sign) in SIGNS {
        while rest >= value {
            out.push_str(sign);
            rest -= value;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::formatted;

    #[test]
    fn every_format_of_a_chinese_document() {
        let shown =
            |format: &str| [1, 4, 10, 12, 20, 21, 105].map(|number| formatted(number, format)).join(" ");
        assert_eq!(shown("chineseCounting"), "一 四 十 十二 二十 二十一 一百〇五");
        assert_eq!(shown("ideographDigital"), "一 四 一〇 一二 二〇 二一 一〇五");
        assert_eq!(shown("decimalEnclosedCircle"), "① ④ ⑩ ⑫ ⑳ 21 105");
        assert_eq!(shown("chineseLegalSimplified"), "壹 肆 拾 拾贰 贰拾 贰拾壹 壹佰零伍");
        assert_eq!(shown("upperRoman"), "I IV X XII XX XXI CV");
        assert_eq!(shown("lowerLetter"), "a d j l t u aaaaa");
        assert_eq!(shown("decimal"), "1 4 10 12 20 21 105");
        assert_eq!(formatted(3, "bullet"), "");
    }
}
