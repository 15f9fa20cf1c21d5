//! Numbers that are not there: masked or silently dropped.

mod lost;

use std::sync::LazyLock;

use crate::lexicon::Lexicon;
use crate::page::{Page, is_han};
use crate::quantity::{self, Class, Quantity};
use crate::reading::{Gap, GapKind, Span};

static STRANDED: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::parse(include_str!("../data/stranded.tsv")));

/// Measure words that name a place behind a mask (xx镇, xx校) rather than count.
const PLACES: &[&str] =
    &["日", "镇", "乡", "村", "校", "门", "班", "户次", "度", "米", "课", "字", "分", "车", "部"];
/// Units that are stranded whenever no number stands before them.
const SURE_UNITS: &[&str] = &["个百分点", "百分点", "万元", "亿元", "公斤", "千克", "平方米", "平方公里"];
/// Units that are also parts of words: stranded only behind one of the words that call for a number.
const COUNT_UNITS: &[&str] = &[
    "人次", "人", "家", "张", "名", "次", "例", "个", "所", "份", "期", "台", "处", "册", "户", "元", "件",
    "场", "条", "项",
];
/// Words that call for a number.
const CALLERS: &[&str] = &[
    "占",
    "人口",
    "共",
    "共计",
    "合计",
    "总计",
    "人数",
    "总数",
    "约",
    "仅",
    "达到",
    "数为",
    "床位",
    "受益",
    "发放",
    "累计",
    "受教育",
    "参加",
    "共有",
    "现有",
    "达",
    "约有",
    "增加",
    "减少",
    "不少于",
    "不低于",
    "至少",
    "不超过",
];
/// Verbs that show that a bare rate is the object of an aim, not a number lost.
const VERBS: &[&str] = &[
    "提高", "提升", "降低", "减少", "增强", "控制", "下降", "上升", "增加", "扩大", "保证", "确保", "统计",
    "影响", "计算", "完成", "关注", "巩固", "追求", "加大", "填充", "了解", "的",
];

/// All gaps of the page, in order.
pub(crate) fn gaps(page: &Page, quantities: &[Quantity]) -> Vec<Gap> {
    let mut found = masks(page);
    found.extend(stranded_units(page));
    found.extend(lost_values(page, quantities));
    found.extend(lost::bounds_and_dates(page));
    found.extend(lost::letters(page));
    found.sort_by_key(|gap| gap.span.start);
    found.dedup_by(|a, b| {
        a.kind == GapKind::Silent && b.kind == GapKind::Silent && a.span == b.span && a.unit == b.unit
    });
    found
}

/// The length of a mask of empty brackets, whose white space normalisation took off: 共()人.
fn empty_brackets(page: &Page, at: usize) -> usize {
    let empty = page.at(at) == Some('(') && page.at(at + 1) == Some(')');
    let counts = page.folded.get(at + 2..).and_then(quantity::unit).is_some() || page.at(at + 2) == Some('%');
    if empty && counts { 2 } else { 0 }
}

fn is_mask(c: char) -> bool {
    matches!(c, 'x' | 'X' | '×' | '*' | '_' | '○' | '〇' | '□' | '╳')
}

fn mask_run(page: &Page, at: usize) -> usize {
    page.folded.get(at..).unwrap_or(&[]).iter().take_while(|c| is_mask(**c)).count()
}

fn masks(page: &Page) -> Vec<Gap> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < page.folded.len() {
        let run = mask_run(page, at).max(empty_brackets(page, at));
        if run == 0 {
            at += 1;
            continue;
        }
        let (end, gap) = mask_at(page, at, run);
        found.extend(gap);
        at = end;
    }
    found
}

/// The end of a mask, or of a masked range or date, and the gap it makes if a number is missing.
fn mask_at(page: &Page, at: usize, run: usize) -> (usize, Option<Gap>) {
    let mut end = at + run;
    if matches!(page.at(end), Some('-' | '~' | '至' | '.')) && mask_run(page, end + 1) > 0 {
        end += 1 + mask_run(page, end + 1);
    }
    let zero_in_word = page.at(at) == Some('〇') && run < 2;
    let letters = page.before(at).is_some_and(|c| c.is_ascii_alphabetic() || c == '^')
        || page.at(end).is_some_and(|c| c.is_ascii_alphabetic() || c == '^' || c.is_ascii_digit());
    if letters || zero_in_word {
        return (end, None);
    }
    let mut at_unit = end;
    while page.at(at_unit).is_some_and(|c| matches!(c, '千' | '万' | '亿' | '余' | '多')) {
        at_unit += 1;
    }
    let rest = page.folded.get(at_unit..).unwrap_or(&[]);
    let (length, unit) = if page.starts(at_unit, "月") {
        // xx月xx日 is one item.
        let day = mask_run(page, at_unit + 1);
        let whole = day > 0 && page.at(at_unit + 1 + day) == Some('日');
        (if whole { 2 + day } else { 1 }, "月")
    } else if page.before(at) == Some('第') && !page.starts(at_unit, "大") {
        (0, "")
    } else if let Some((length, class, unit)) = quantity::unit(rest) {
        let year = unit == "年";
        let place = PLACES.contains(&unit)
            && !(unit == "分" && class == Class::Credit && unit_is_minutes(page, at_unit));
        if year || place {
            return (at_unit, None);
        }
        (length, if unit == "月" && page.starts(at_unit, "个月") { "个月" } else { unit })
    } else if at_unit > end {
        (0, "")
    } else {
        return (end, None);
    };
    let prefix =
        page.folded[end..at_unit].iter().filter(|c| matches!(c, '万' | '亿' | '千')).collect::<String>();
    let stop = at_unit + length;
    (stop.max(end), Some(gap(page, Span::new(at, stop), GapKind::Mask, prefix + unit, "gap.mask")))
}

/// xx分 of a time, not of a score or a word.
fn unit_is_minutes(page: &Page, at: usize) -> bool {
    page.at(at + 1).is_none_or(|c| !is_han(c))
}

/// 在小时以上, 减重公斤, 总人口人，
fn stranded_units(page: &Page) -> Vec<Gap> {
    let mut found = Vec::new();
    for at in 1..page.folded.len() {
        let per = matches!(page.at(at), Some('%' | '‰'));
        let large = page.at(at) == Some('万');
        if !per && !large && page.folded.get(at..).and_then(quantity::unit).is_none() {
            continue;
        }
        let Some(before) = page.before(at) else { continue };
        let unit = if per
            && !before.is_ascii_digit()
            && !is_mask(before)
            && (is_han(before) || matches!(before, ',' | '、'))
            && !"成十百千万零一二三四五六七八九几数".contains(before)
        {
            if page.at(at) == Some('‰') { "‰" } else { "%" }
        } else if let Some(unit) = sure_unit(page, at, before) {
            unit
        } else if let Some(unit) = hours(page, at, before) {
            unit
        } else if let Some(unit) = count_unit(page, at) {
            unit
        } else if let Some(unit) = lost::called_for(page, at) {
            unit
        } else if let Some(unit) = lost::behind_particle(page, at) {
            unit
        } else if let Some(unit) = behind_its_noun(page, at).or_else(|| behind_about(page, at)) {
            unit
        } else {
            continue;
        };
        // 分别为%、%、%: the empty places of one list are one item.
        let again =
            page.before(at) == Some('、') && found.last().is_some_and(|gap: &Gap| gap.span.contains(at - 1));
        if again {
            if let Some(last) = found.last_mut() {
                last.span.end = last.span.end.max(at + unit.chars().count() + 1);
            }
            continue;
        }
        found.push(gap(
            page,
            Span::new(at, at + unit.chars().count()),
            GapKind::Silent,
            unit.trim_start_matches('个').to_owned(),
            "gap.stranded_unit",
        ));
    }
    found
}

fn sure_unit(page: &Page, at: usize, before: char) -> Option<&'static str> {
    let unit = SURE_UNITS.iter().find(|unit| page.starts(at, unit))?;
    let numeral = "零一二两三四五六七八九十百千万亿几数半多余每个/市元".contains(before);
    // 多元化 is a word.
    if page.starts(at, "元化") {
        return None;
    }
    (is_han(before) && !numeral).then_some(*unit)
}

fn hours(page: &Page, at: usize, before: char) -> Option<&'static str> {
    let units = ["小时", "分钟", "厘米", "毫米", "公里", "学时", "课时", "毫克", "毫升", "摄氏度", "℃"];
    let unit = units.into_iter().find(|unit| page.starts(at, unit))?;
    let called = matches!(before, '在' | '达' | '为' | '于' | '约' | '近' | '满' | '到' | '少')
        || ["每天", "每日", "每次", "每周", "照射", "时间", "通风", "活动"]
            .iter()
            .any(|word| page.ends(at, word));
    called.then_some(unit)
}

fn count_unit(page: &Page, at: usize) -> Option<&'static str> {
    let unit = COUNT_UNITS.iter().find(|unit| page.starts(at, unit))?;
    let end = at + unit.chars().count();
    let closed = page.at(end).is_none_or(|c| matches!(c, ',' | '。' | ';' | '、' | '\n' | ')'));
    let called = CALLERS.iter().any(|word| page.ends(at, word));
    let bracket = page.before(at) == Some(')')
        && at.checked_sub(2).and_then(|at| page.at(at)) != Some('(')
        && page.holds(page.sentence(at), &["共", "有"])
        && *unit != "人";
    // 千人口张 — per thousand people so many beds.
    (closed && (called || bracket)).then_some(*unit)
}

/// 发放资料份，: a noun and its measure word with nothing between.
fn behind_its_noun(page: &Page, at: usize) -> Option<&'static str> {
    const NOUN_CHARS: usize = 3;
    let closed = |end: usize| page.at(end).is_none_or(|c| matches!(c, ',' | '。' | ';' | '、' | '\n' | ')'));
    (1..=NOUN_CHARS).find_map(|back| {
        let start = at.checked_sub(back)?;
        let (length, unit) = STRANDED.at(page.folded.get(start..)?)?;
        (length == back + unit.chars().count() && closed(start + length)).then_some(unit)
    })
}

/// 宣传单余份, 资料多册: 余 and 多 without the number in front of them.
fn behind_about(page: &Page, at: usize) -> Option<&'static str> {
    if !matches!(page.before(at), Some('余' | '多')) {
        return None;
    }
    let (_, class, unit) = quantity::unit(page.folded.get(at..)?)?;
    let before = at.checked_sub(2).and_then(|at| page.at(at))?;
    let word = "其剩业多富盈结年许众诸很太最更好不至繁增几之".contains(before);
    let number =
        before.is_ascii_digit() || "一二两三四五六七八九十百千万亿".contains(before) || is_mask(before);
    let counts = matches!(class, Class::Person | Class::Thing | Class::Event | Class::Money);
    let sure = page.before(at) == Some('余') || matches!(unit, "人次" | "份" | "册");
    (is_han(before) && !word && !number && counts && sure).then_some(unit)
}

/// 率为，  分别达到和。  行风满意率，
fn lost_values(page: &Page, quantities: &[Quantity]) -> Vec<Gap> {
    let mut found = Vec::new();
    for (index, &clause) in page.clauses.iter().enumerate() {
        let text = page.slice(clause);
        if ends_at_copula(page, clause) || is_lost_list(page, clause) {
            let unit = if page.holds(clause, &["率", "比例", "比重"]) { "%" } else { "" };
            // The empty places of one list, 分别为、，, are one item.
            let previous =
                found.last().is_some_and(|gap: &Gap| gap.span.end + 1 >= clause.start && text.len() < 2);
            if !previous {
                found.push(gap(page, clause, GapKind::Silent, unit.to_owned(), "gap.lost_value"));
            }
        } else if is_bare_rate(page, clause, index, quantities) {
            found.push(gap(page, clause, GapKind::Silent, "%".to_owned(), "gap.bare_rate"));
        }
    }
    found
}

/// The clause stops where its number should stand: 发生率为.
fn ends_at_copula(page: &Page, clause: Span) -> bool {
    if lost::ends_without_value(page, clause) {
        return true;
    }
    let copula = [
        "率为",
        "率达",
        "率达到",
        "率约为",
        "率是",
        "数为",
        "分别为",
        "分别达到",
        "分别达",
        "总额为",
        "收入为",
        "水平为",
        "比例为",
        "占比为",
    ];
    copula.iter().any(|word| page.ends(clause.end, word))
        && page.at(clause.end).is_some_and(|c| matches!(c, ',' | '。' | ';'))
}

/// 分别为、  分别达到和
fn is_lost_list(page: &Page, clause: Span) -> bool {
    let mut end = clause.end;
    let mut marks = 0;
    while matches!(page.before(end), Some('、' | '和' | '及')) && end > clause.start {
        end -= 1;
        marks += 1;
    }
    marks > 0 && ["分别为", "分别达到", "分别达", "率为", "率达到"].iter().any(|word| page.ends(end, word))
}

/// A rate and nothing else, in a list whose other members have numbers.
fn is_bare_rate(page: &Page, clause: Span, index: usize, quantities: &[Quantity]) -> bool {
    let length = clause.end - clause.start;
    if !page.ends(clause.end, "率")
        || !(3..=12).contains(&length)
        || page.holds(clause, VERBS)
        || page.holds(clause, &["、", "和", "效率"])
    {
        return false;
    }
    if !page.at(clause.end).is_some_and(|c| matches!(c, ',' | '。' | ';')) {
        return false;
    }
    let sentence = page.sentence(clause.start);
    let ends_with_number = |clause: &Span| {
        sentence.contains(clause.start) && {
            let at = quantities.partition_point(|quantity| quantity.span.end < clause.end);
            quantities.get(at).is_some_and(|quantity| {
                quantity.span.end == clause.end && clause.contains(quantity.span.start)
            })
        }
    };
    let previous = index.checked_sub(1).and_then(|index| page.clauses.get(index));
    let next = page.clauses.get(index + 1);
    previous.is_some_and(ends_with_number) || next.is_some_and(ends_with_number)
}

fn gap(page: &Page, at: Span, kind: GapKind, unit: String, rule: &'static str) -> Gap {
    let clause = page.clause(at.start);
    // A mask in the middle of a long clause quotes the words around it.
    let start = clause.start.max(at.start.saturating_sub(16)).min(at.start);
    let end = clause.end.max(at.end).min(at.end + 8).max(at.end);
    let span = Span::new(start, end);
    Gap {
        quote: page.quote(span),
        kind,
        unit,
        span,
        confidence: if kind == GapKind::Mask { 0.95 } else { 0.85 },
        rule,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::tests::page;
    use crate::quantity::quantities;

    fn found(text: &str) -> Vec<(GapKind, String)> {
        let page = page(text);
        let numbers = quantities(&page, &crate::date::dates(&page), &[]);
        gaps(&page, &numbers).into_iter().map(|gap| (gap.kind, gap.unit)).collect()
    }

    #[test]
    fn masks_of_numbers_and_masks_of_names() {
        let mask = |unit: &str| (GapKind::Mask, unit.to_owned());
        assert_eq!(
            found("培训xx人，印发x千余份，**小时值班，__万元"),
            [mask("人"), mask("千份"), mask("小时"), mask("万元")]
        );
        assert_eq!(found("截至xx月xx日，x-xx岁人群，20xx人"), [mask("月"), mask("岁"), mask("人")]);
        assert_eq!(found("20xx年，xx市，xx医院，xx镇，xxx为组长，xG技术，党的xx大，x日报"), []);
    }

    #[test]
    fn every_stranded_measure_word_is_a_gap_in_its_example() {
        for (word, unit, example) in crate::lexicon::rows(include_str!("../data/stranded.tsv")) {
            assert_eq!(found(example), [(GapKind::Silent, unit.to_owned())], "{word}");
        }
    }

    #[test]
    fn silent_numbers() {
        let silent = |unit: &str| (GapKind::Silent, unit.to_owned());
        assert_eq!(found("间隔在小时以上"), [silent("小时")]);
        assert_eq!(found("发病率为，比去年提高个百分点。"), [silent("%"), silent("百分点")]);
        assert_eq!(found("检出率分别达到和。"), [silent("%")]);
        assert_eq!(found("满意率95%，上报率，结案率100%"), [silent("%")]);
        assert_eq!(found("提高知晓率，降低发病率，全镇共有专家，为人民服务"), []);
    }
}
