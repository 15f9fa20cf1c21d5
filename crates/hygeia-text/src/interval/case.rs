//! What is done for every single case: 一事一报, 一用一消毒, 发现一例报告一例.

use std::sync::LazyLock;

use crate::lexicon::Lexicon;
use crate::page::{Page, is_han};
use crate::reading::{IntervalUnit, Span};

use super::{Interval, new};

static CASES: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::parse(include_str!("../../data/cases.tsv")));

/// What is done for every single one: 一例一报告, 一床一换.
const CASE_ACTS: &[&str] = &[
    "报", "登记", "消毒", "更换", "换", "分析", "处理", "记录", "隔离", "检测", "检验", "清洗", "处置",
    "上报", "评估", "核查", "调查", "研判", "复盘", "总结", "签字", "审批", "销号", "整改", "灭菌", "擦拭",
    "公示", "公开", "通报", "备案", "评价", "评查", "督办", "反馈", "移交",
];

/// 发现一例报告一例, 发现一例立即隔离.
pub(super) fn on_finding(page: &Page, at: usize) -> Option<Interval> {
    if !page.starts(at, "发现一")
        || !page.at(at + 3).is_some_and(|c| {
            matches!(c, '例' | '起' | '处' | '个' | '名' | '只' | '户' | '宗' | '份' | '件' | '家' | '人')
        })
    {
        return None;
    }
    let rest = Span::new(at + 4, page.clause(at).end);
    let answered = page.holds(
        rest,
        &[
            "一例", "一起", "一处", "一个", "一名", "一户", "一宗", "一份", "一件", "一家", "一人", "立即",
            "立刻", "马上", "及时",
        ],
    );
    answered.then(|| new(Span::new(at, at + 4), 1, IntervalUnit::Case, "duty.on_finding"))
}

/// 一事一报, 一用一消毒, 一人一用一消毒, 一床一巾一消毒.
pub(super) fn one_for_one(page: &Page, at: usize) -> Option<Interval> {
    if page.at(at)? != '一' {
        return None;
    }
    if page.at(at + 2) != Some('一') {
        return two_acts(page, at);
    }
    let each = page.folded.get(at + 1..at + 2)?;
    let listed = CASES.at(each).is_some();
    let mut act = at + 3;
    while page.at(act + 1) == Some('一') && page.at(act).is_some_and(is_han) {
        act += 2;
    }
    let verb = CASE_ACTS.iter().any(|word| page.starts(act, word));
    // 一日一洗一消毒: the acts of an interval.
    let period = each.iter().any(|c| "日天周月年季餐旬洗消换扫晒拖擦查".contains(*c));
    let starts_word = page.before(at).is_some_and(|c| "进统唯第之同划".contains(c));
    let kept = ["实行", "做到", "落实", "推行", "坚持", "实施", "采取", "按照"]
        .iter()
        .any(|word| page.ends(at, word) || page.ends(at.saturating_sub(1), word));
    let paper = page.at(act).is_some_and(|c| matches!(c, '策' | '档' | '案' | '卡' | '表'));
    let thing = page.at(act).is_some_and(|c| matches!(c, '品' | '套' | '证' | '册' | '码'));
    let known = page.at(act).is_some_and(is_han) && !thing && (!paper || kept);
    if period || starts_word || !known || !(listed || verb || paper) {
        return None;
    }
    Some(new(Span::new(at, act - 1), 1, IntervalUnit::Case, "duty.one_for_one"))
}

/// 一清运一消毒: an act that follows every other one.
fn two_acts(page: &Page, at: usize) -> Option<Interval> {
    let second = at + 3;
    let acts = |from: usize| CASE_ACTS.iter().any(|word| page.starts(from, word));
    let first = crate::phrase::is_verb_at(page.folded.get(at + 1..second)?) || acts(at + 1);
    let word = page.before(at).is_some_and(|c| "进统唯第之同划".contains(c));
    (page.at(second) == Some('一') && first && acts(second + 1) && !word)
        .then(|| new(Span::new(at, second), 1, IntervalUnit::Case, "duty.one_for_one"))
}

/// 有一件办一件, 查出一处整改一处, 成熟一个发展一个: for every single one.
pub(super) fn one_by_one(page: &Page, at: usize) -> Option<Interval> {
    const ACT_CHARS: usize = 4;
    if page.at(at) != Some('一')
        || !page.before(at).is_some_and(is_han)
        || page.starts(at.saturating_sub(2), "发现")
    {
        return None;
    }
    let each = page.at(at + 1).filter(|c| "例起处个名户宗件项家批条份人".contains(*c))?;
    let second = (at + 3..at + 3 + ACT_CHARS)
        .find(|&again| page.at(again) == Some('一') && page.at(again + 1) == Some(each))?;
    let act = page.slice(Span::new(at + 2, second)).iter().all(|c| is_han(*c) && !"不又接过分".contains(*c));
    act.then(|| new(Span::new(at, at + 2), 1, IntervalUnit::Case, "duty.one_by_one"))
}
