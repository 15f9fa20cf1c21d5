//! Places where the words around show that a number was dropped.

use crate::page::{Page, is_han};
use crate::quantity::{self, Class};
use crate::reading::{Gap, GapKind, Span};

use super::gap;

/// Words that name something measured; a clause that ends in a copula behind one lost its value.
const MEASURED: &[&str] = &[
    "率",
    "数",
    "量",
    "额",
    "费用",
    "收入",
    "支出",
    "面积",
    "人次",
    "比例",
    "比重",
    "占比",
    "水平",
    "总值",
    "均分",
    "强度",
    "浓度",
    "温度",
    "湿度",
    "平均分",
];
/// Copulas that need a value behind them.
const NEED_VALUE: &[&str] = &[
    "为",
    "达到",
    "达",
    "上升到",
    "上升至",
    "提高到",
    "提高至",
    "下降到",
    "下降至",
    "降到",
    "降至",
    "升至",
    "增加到",
    "控制在",
    "保持在",
    "稳定在",
    "不低于",
    "不少于",
    "不超过",
    "共计",
    "仅为",
    "约为",
    "占",
    "由",
    "均达",
    "均为",
];
/// How far in front of the copula the word for what is measured may stand.
const MEASURED_WITHIN_CHARS: usize = 12;

/// Changes that need an amount behind them.
const CHANGES: &[&str] =
    &["增长", "下降", "上升", "提高", "减少", "增加", "增长了", "下降了", "提高了", "增加了", "减少了"];
/// What a change is measured from.
const MEASURED_FROM: &[&str] = &[
    "同比",
    "环比",
    "比去年",
    "比上年",
    "较去年",
    "较上年",
    "比去年同期",
    "较上年同期",
    "比上年同期",
    "较去年同期",
];

/// 业务收入为, 住院人次达 at the end of a clause.
pub(super) fn ends_without_value(page: &Page, clause: Span) -> bool {
    let closed = page.at(clause.end).is_some_and(|c| matches!(c, ',' | '。' | ';'));
    let change =
        CHANGES.iter().filter(|word| page.ends(clause.end, word)).map(|word| word.chars().count()).max();
    if let Some(length) = change.filter(|_| closed)
        && MEASURED_FROM.iter().any(|word| page.ends(clause.end - length, word))
    {
        return true;
    }
    let copula =
        NEED_VALUE.iter().filter(|word| page.ends(clause.end, word)).map(|word| word.chars().count()).max();
    let Some(length) = copula.filter(|_| closed) else { return false };
    let end = clause.end - length.min(clause.end);
    // 作为, 行为, 到达, 表达: the last character is part of a word.
    let word =
        page.before(end).is_some_and(|c| "作行认以成因人到表传发下直送抵通".contains(c)) && length == 1;
    let before = Span::new(clause.start.max(end.saturating_sub(MEASURED_WITHIN_CHARS)), end);
    let named =
        MEASURED.iter().any(|word| page.ends(end, word)) || (length > 1 && page.holds(before, MEASURED));
    let counted = page.slice(before).iter().any(char::is_ascii_digit);
    !word && named && !counted && end > clause.start
}

/// Words that call for an amount right behind them.
const CALL_FOR_AMOUNT: &[&str] = &[
    "达到",
    "达",
    "超过",
    "不足",
    "长达",
    "缩短",
    "延长",
    "增加",
    "减少",
    "增长",
    "下降",
    "提高",
    "控制在",
    "保持在",
    "不少于",
    "不低于",
    "不超过",
    "至少",
    "少于",
    "多于",
    "低于",
    "高于",
    "缩短了",
    "延长了",
    "增加了",
    "减少了",
    "增高",
    "体重增加",
    "约",
    "仅",
    "只有",
    "为期",
    "投入",
    "节约",
    "平均",
    "每次",
    "温度",
];

/// 血色素达到克以上, 比去年缩短分钟, 超过分钟: a measure without its number behind a word that calls for one.
pub(super) fn called_for(page: &Page, at: usize) -> Option<&'static str> {
    let (length, class, unit) = quantity::unit(page.folded.get(at..)?)?;
    let measured = matches!(class, Class::Time | Class::Duration | Class::Amount | Class::Money);
    let end = at + length;
    let closed = page.at(end).is_none_or(|c| matches!(c, ',' | '。' | ';' | '、' | ')' | '\n'));
    let bounded = ["以上", "以内", "以下", "之内", "左右"].iter().any(|word| {
        page.starts(end, word)
            && page.at(end + 2).is_none_or(|c| matches!(c, ',' | '。' | ';' | '、' | ')' | '\n' | '的'))
    });
    let called = CALL_FOR_AMOUNT.iter().any(|word| page.ends(at, word));
    // 增加分, 下降度 of one character are ends of other words unless a bound follows.
    let word = length == 1 && !bounded && !matches!(unit, "元" | "克" | "天" | "岁" | "米");
    (measured && called && (closed || bounded) && !word).then_some(unit)
}

/// 使用强度为DDDs, 浓度为mg/L: a unit in letters where the value should stand.
pub(super) fn letters(page: &Page) -> Vec<Gap> {
    const UNIT_CHARS: usize = 10;
    let mut found = Vec::new();
    for &clause in &page.clauses {
        let letters = page.slice(clause).iter().rev().take(UNIT_CHARS).take_while(|c| !is_han(**c)).count();
        let at = clause.end - letters;
        let unit = page.text(Span::new(at, clause.end));
        let alone = letters > 1
            && unit.chars().all(|c| c.is_ascii_alphabetic() || c == '/')
            && unit.chars().any(|c| c.is_ascii_lowercase());
        let copula = ["为", "达到", "达"]
            .iter()
            .filter(|word| page.ends(at, word))
            .map(|word| word.chars().count())
            .max();
        let Some(length) = copula.filter(|_| alone) else { continue };
        if MEASURED.iter().any(|word| page.ends(at - length, word)) {
            found.push(gap(page, Span::new(at, clause.end), GapKind::Silent, unit, "gap.lost_value"));
        }
    }
    found
}

/// 接种率达到以上, 控制在以内, 于月日前: a bound or a date without its number.
pub(super) fn bounds_and_dates(page: &Page) -> Vec<Gap> {
    let mut found = Vec::new();
    for at in 1..page.folded.len() {
        if !matches!(page.at(at), Some('以' | '月')) {
            continue;
        }
        let bound = ["以上", "以内", "以下"].iter().any(|word| page.starts(at, word));
        let calls = ["达到", "达", "到达", "控制在", "保持在", "稳定在", "均在", "率在", "率为", "不低于"]
            .iter()
            .any(|word| page.ends(at, word));
        let closed = page.at(at + 2).is_none_or(|c| matches!(c, ',' | '。' | ';' | '、' | ')' | '\n' | '的'));
        if bound && calls && closed {
            let unit =
                if page.holds(page.clause(at), &["率", "比例", "占比", "比重"]) { "%" } else { "" };
            found.push(gap(page, Span::new(at, at + 2), GapKind::Silent, unit.to_owned(), "gap.lost_bound"));
        }
        let date =
            page.starts(at, "月日") && !page.before(at).is_some_and(|c| is_numeral(c) || super::is_mask(c));
        if date {
            found.push(gap(page, Span::new(at, at + 2), GapKind::Silent, "日".to_owned(), "gap.lost_date"));
        }
    }
    found
}

fn is_numeral(c: char) -> bool {
    c.is_ascii_digit() || "一二三四五六七八九十零〇".contains(c)
}

/// Measure words and the characters that make another word of them: 场地, 次数.
const WORDS: &[(&str, &str)] = &[
    ("次", "数序要日"),
    ("期", "望间待末中刻限许"),
    ("场", "地所面合景馆"),
    ("份", "额"),
    ("例", "行会证子如外"),
    ("台", "阶账词"),
    ("座", "谈位"),
    ("名", "单声望义字誉称师医列次"),
    ("处", "理置罚分方长"),
    ("批", "评准示复量发次改"),
];

/// 召开了次会议, 举办了期培训班, 共有个班: a measure word right behind a particle.
pub(super) fn behind_particle(page: &Page, at: usize) -> Option<&'static str> {
    const COUNTED: &[&str] =
        &["次", "期", "场", "份", "册", "例", "台", "座", "辆", "盏", "名", "人次", "处", "批", "万份"];
    if !matches!(page.before(at), Some('了' | '有' | '计')) {
        return None;
    }
    let (length, class, unit) = quantity::unit(page.folded.get(at..)?)?;
    let next = page.at(at + length)?;
    let word = WORDS.iter().any(|(measure, behind)| *measure == unit && behind.contains(next));
    let after_particle = page.ends(at, "了")
        && !["为了", "除了", "好了", "到了"].iter().any(|word| page.ends(at, word))
        && COUNTED.contains(&unit)
        && is_han(next)
        && !word;
    let after_total = ["共有", "现有", "共计", "设有"].iter().any(|word| page.ends(at, word))
        && matches!(class, Class::Person | Class::Thing)
        && matches!(unit, "个" | "名" | "所" | "家" | "位" | "户" | "张" | "台")
        && !page.starts(at, "个别")
        && !page.starts(at, "个人")
        && !page.starts(at, "家庭")
        && !page.starts(at, "所有")
        && !page.starts(at, "家长")
        && !page.starts(at, "名师")
        && !page.starts(at, "名医")
        && !page.starts(at, "台账")
        && !page.starts(at, "个体");
    (after_particle || after_total).then_some(unit)
}
