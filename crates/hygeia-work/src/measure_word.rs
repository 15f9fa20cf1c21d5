//! Units of measurement and measure words as people read them.

/// UCUM code or annotation, Chinese, English. Where a pack writes the Chinese word itself, the code is left out.
const WORDS: [(&str, &str, &str); 51] = [
    ("percent", "%", "%"),
    ("per_mille", "‰", "‰"),
    ("Cel", "℃", "℃"),
    ("min", "分钟", "min"),
    ("h", "小时", "h"),
    ("d", "天", "days"),
    ("mo", "月", "months"),
    ("a", "岁", "years"),
    ("t", "吨", "t"),
    ("1", "", ""),
    ("CNY", "元", "CNY"),
    ("{score}", "分", "points"),
    ("{person}", "人", "people"),
    ("{copy}", "份", "copies"),
    ("{set}", "套", "sets"),
    ("{times}", "次", "times"),
    ("", "人次", "visits"),
    ("", "人日", "person-days"),
    ("", "例", "cases"),
    ("", "项", "items"),
    ("", "条", "entries"),
    ("", "个", "items"),
    ("", "处", "places"),
    ("", "班", "classes"),
    ("", "班次", "shifts"),
    ("", "班日", "class-days"),
    ("", "件", "cases"),
    ("", "起", "events"),
    ("", "种", "kinds"),
    ("", "家", "places"),
    ("", "户", "households"),
    ("", "所", "places"),
    ("", "剂", "doses"),
    ("", "餐次", "meals"),
    ("", "学时", "lessons"),
    ("", "篇", "reports"),
    ("", "张", "sheets"),
    ("", "颗", "teeth"),
    ("", "场", "drills"),
    ("", "只", "pieces"),
    ("", "笔", "entries"),
    ("", "克", "g"),
    ("", "面", "flags"),
    ("", "项次", "items"),
    ("", "期", "issues"),
    ("", "/10万", "per 100,000"),
    ("", "户次", "visits"),
    ("", "票", "votes"),
    ("", "个次", "times"),
    ("", "袋", "bags"),
    ("", "批", "batches"),
];

/// A unit of measurement or measure word as a page prints it: UCUM `Cel` is ℃, `min` is 分钟, 例 in English is cases.
/// An unknown one stands as it is written, without the braces of an annotation.
pub fn unit_title(unit: &str, english: bool) -> &str {
    let known = WORDS.iter().find(|(code, zh, _)| !unit.is_empty() && (*code == unit || *zh == unit));
    match known {
        Some((_, _, en)) if english => en,
        Some((_, zh, _)) => zh,
        None => unit.trim_matches(['{', '}']),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_of_the_built_in_packs_has_its_english() {
        let packs = hygeia_pack::load(&hygeia_pack::builtin(), &crate::functions::pack_functions()).unwrap();
        let mut units: Vec<&str> = packs.measures.values().map(|measure| measure.unit.as_str()).collect();
        units.extend(packs.indicators.values().map(|indicator| indicator.unit.as_str()));
        for register in packs.registers.values() {
            units.extend(register.fields.values().filter_map(|field| field.unit.as_deref()));
        }
        units.sort_unstable();
        units.dedup();
        let chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        let missing: Vec<&str> = units.into_iter().filter(|unit| chinese(unit_title(unit, true))).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn codes_and_words_are_read_in_both_languages() {
        assert_eq!(unit_title("percent", false), "%");
        let both = |unit| [unit_title(unit, false), unit_title(unit, true)];
        assert_eq!(both("Cel"), ["℃", "℃"]);
        assert_eq!(both("{person}"), ["人", "people"]);
        assert_eq!(both("例"), ["例", "cases"]);
        assert_eq!(both("1"), ["", ""]);
        assert_eq!(both(""), ["", ""]);
        assert_eq!(both("{spray}"), ["spray", "spray"]);
        assert_eq!(both("kg/m2"), ["kg/m2", "kg/m2"]);
    }
}
