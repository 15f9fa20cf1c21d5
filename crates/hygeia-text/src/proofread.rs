//! Proofreading: what is missing, what does not add up, what cannot be meant.

mod supply;

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Serialize;

use crate::lexicon::Lexicon;
use crate::normalise::Normalised;
use crate::page::Page;
use crate::read::{Parsed, parse};
use crate::reading::{Check, CheckKind, Figure, Gap, GapKind, Span};
use crate::rows;

static CONFUSIONS: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::parse(include_str!("../data/confusions.tsv")));
static LEFTOVERS: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::parse(include_str!("../data/leftovers.tsv")));

/// Words that give two values of one figure different times or places.
const DIFFERENT: &[&str] = &[
    "去年",
    "上年",
    "同期",
    "上半年",
    "下半年",
    "季度",
    "月",
    "其中",
    "比",
    "第",
    "各",
    "另",
    "新增",
    "以前",
    "现在",
    "由",
    "从",
    "增加到",
    "提高到",
    "下降到",
];

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FindingKind {
    /// A number is missing or masked (缺数).
    Missing,
    /// The numbers do not agree (算术).
    Arithmetic,
    /// A date that does not exist, or a phase without days (日期).
    Date,
    /// Two statements that cannot both hold (矛盾).
    Conflict,
    /// The same figure with different values (前后不一).
    Repeated,
    /// A wrong word that changes the meaning (错字).
    Word,
    /// Characters lost to an encoding error (乱码).
    Damaged,
    /// A line that a document site left behind (网页残留).
    Leftover,
}

/// One finding, to be shown in place.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// What is wrong.
    pub kind: FindingKind,
    /// Where, in characters of the normalised text; [`Normalised::in_original`] gives the place in the file.
    pub span: Span,
    /// What the document says, verbatim.
    pub said: String,
    /// What follows from it, in Chinese.
    pub follows: String,
    /// How sure, 0 to 1.
    pub confidence: f32,
    /// A better wording, where one can be given.
    pub suggestion: Option<String>,
    /// The rule that found it.
    pub rule: &'static str,
}

/// Findings in the order of the text. A document without mistakes gets none. Pure; no input makes it fail.
#[must_use]
pub fn proofread(text: &Normalised) -> Vec<Finding> {
    let Some(rows) = rows::unwrapped(text) else { return findings(text) };
    let mut findings = findings(&rows.text);
    findings.iter_mut().for_each(|finding| finding.span = rows.place(finding.span));
    findings
}

fn findings(text: &Normalised) -> Vec<Finding> {
    let page = Page::new(text);
    let parsed = parse(&page);
    let mut findings: Vec<Finding> =
        parsed.reading.gaps.iter().map(|gap| missing(&page, &parsed, gap)).collect();
    findings.extend(parsed.reading.checks.iter().filter(|check| !check.ok).map(failed));
    findings.extend(repeated(&page, &parsed.reading.figures));
    findings.extend(words(&page));
    findings.extend(text.damaged.iter().map(|&span| damaged(&page, span)));
    findings.sort_by_key(|finding| finding.span);
    findings
}

fn missing(page: &Page, parsed: &Parsed, gap: &Gap) -> Finding {
    let unit = if gap.unit.is_empty() { String::new() } else { format!("（单位：{}）", gap.unit) };
    let supplied = supply::value(page, parsed, gap);
    let kind = if gap.kind == GapKind::Mask { "数字被遮盖" } else { "缺少数字" };
    let (follows, suggestion) = match supplied {
        Some(supplied) => {
            (format!("{kind}{unit}；由本文可得：{}", supplied.reckoning), Some(supplied.wording))
        }
        None => (format!("{kind}{unit}，请补上"), None),
    };
    Finding {
        kind: FindingKind::Missing,
        span: gap.span,
        said: gap.quote.clone(),
        follows,
        confidence: gap.confidence,
        suggestion,
        rule: gap.rule,
    }
}

fn failed(check: &Check) -> Finding {
    let kind = match check.kind {
        CheckKind::Date => FindingKind::Date,
        CheckKind::Conflict => FindingKind::Conflict,
        _ => FindingKind::Arithmetic,
    };
    Finding {
        kind,
        span: check.span,
        said: check.quote.clone(),
        follows: format!("{}：{}", broken(check.kind), check.says),
        confidence: check.confidence,
        suggestion: None,
        rule: check.rule,
    }
}

/// What a check that fails means.
fn broken(kind: CheckKind) -> &'static str {
    match kind {
        CheckKind::Sum => "分项相加不等于总数",
        CheckKind::Ratio => "比率与所列数字不符",
        CheckKind::Count => "数目与所列项目不符",
        CheckKind::Share => "各部分合计不是 100%",
        CheckKind::Date => "日期有误",
        CheckKind::Bound => "部分大于整体，或超过上限",
        CheckKind::Conflict => "前后说法不能同时成立",
    }
}

/// One metric and unit with two values, told of the same time.
fn repeated(page: &Page, figures: &[Figure]) -> Vec<Finding> {
    const NAME_CHARS: usize = 5;
    let mut first: HashMap<(&str, &str), &Figure> = HashMap::new();
    let mut found = Vec::new();
    for figure in figures {
        let clause = page.clause(figure.span.start);
        let plain = !page.holds(clause, DIFFERENT) && figure.approx.is_none();
        if !plain || figure.metric.chars().count() < NAME_CHARS || figure.unit == "次" {
            continue;
        }
        let before = *first.entry((figure.metric.as_str(), figure.unit.as_str())).or_insert(figure);
        if before.value != figure.value {
            found.push(Finding {
                kind: FindingKind::Repeated,
                span: figure.span,
                said: format!("{}…{}", before.quote, figure.quote),
                follows: format!("“{}”前后给出两个不同的数", figure.metric),
                confidence: 0.6,
                suggestion: None,
                rule: "proofread.repeated",
            });
        }
    }
    found
}

/// Wrong words and what sites leave behind.
fn words(page: &Page) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = page.folded.get(at..).filter(|rest| !rest.is_empty()) {
        if let Some((length, right)) = CONFUSIONS.at(rest) {
            let span = Span::new(at, at + length);
            found.push(Finding {
                kind: FindingKind::Word,
                span,
                said: page.quote(span),
                follows: format!("应为“{right}”"),
                confidence: 0.9,
                suggestion: Some(right.to_owned()),
                rule: "proofread.confusion",
            });
            at += length;
        } else if LEFTOVERS.at(rest).is_some() {
            let span = page.line(at);
            found.push(Finding {
                kind: FindingKind::Leftover,
                span,
                said: page.quote(span),
                follows: "网页残留文字，与本文无关，应删除".to_owned(),
                confidence: 0.9,
                suggestion: Some(String::new()),
                rule: "proofread.leftover",
            });
            at = span.end.max(at + 1);
        } else {
            at += 1;
        }
    }
    found
}

fn damaged(page: &Page, span: Span) -> Finding {
    let around = Span::new(span.start.saturating_sub(4), span.end + 4);
    Finding {
        kind: FindingKind::Damaged,
        span,
        said: page.quote(around),
        follows: "此处文字因编码错误损坏，其中的数字不作数".to_owned(),
        confidence: 0.95,
        suggestion: None,
        rule: "proofread.damaged",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<Finding> {
        let source = crate::decode(text.as_bytes(), "a.txt").expect("plain text always decodes");
        proofread(&crate::normalise(&source))
    }

    fn kinds(text: &str) -> Vec<FindingKind> {
        found(text).into_iter().map(|finding| finding.kind).collect()
    }

    #[test]
    fn a_clean_document_gets_no_noise() {
        let text = "本学期工作总结如下：\n一、健康检查\n新入园幼儿共30名，其中男童16名，体检率达100%。\n\
                    二、消毒工作\n餐具每餐消毒，每周紫外线消毒3次。6月1日组织了一次演练。";
        assert_eq!(found(text), []);
    }

    #[test]
    fn what_the_document_itself_supplies() {
        let days = &found("截止11月27日，空气优良天数222天，空气优良率。")[0];
        assert_eq!(days.suggestion.as_deref(), Some("空气优良率67.1%"));
        let list = &found("建成甲医院、乙医院、丙医院、丁医院和戊医院x家医院的平台。")[0];
        let whole = list.said.replace('x', "5");
        assert_eq!(list.suggestion.as_ref(), Some(&whole), "the words around the number stay");
        let rate = &found("应种200人，实种190人，接种率为。")[0];
        assert_eq!(rate.suggestion.as_deref(), Some("接种率为95%"));
        let told = "本年工作总结如下：\n全镇总人口28400人。\n二、下步打算\n全镇总人口人，任务繁重。";
        assert_eq!(found(told)[0].suggestion.as_deref(), Some("全镇总人口28400人"));
        let share = "医疗收入120万元，药品收入万元，占%。\n药品收入占60%，比重过大。";
        assert!(
            found(share).iter().any(|finding| finding.suggestion.as_deref() == Some("占60%")),
            "{:?}",
            found(share)
        );
        let two = "全镇总人口28400人。\n全镇总人口人。\n全镇总人口28500人。";
        assert!(found(two).iter().all(|finding| finding.suggestion.is_none()));
        assert_eq!(found("本年培训xx人。")[0].suggestion, None);
    }

    #[test]
    fn what_does_not_add_up() {
        assert_eq!(kinds("体检50人，其中龋齿60人。"), [FindingKind::Arithmetic]);
        assert_eq!(kinds("阶段（6月1日至6月31日）。"), [FindingKind::Date]);
        assert_eq!(
            kinds("本学期总结如下：完成了体检，园内幼儿体检率95%。\n开展了评比，园内幼儿体检率98%。"),
            [FindingKind::Repeated]
        );
        assert_eq!(kinds("任务数是300人，完成计划的91%。已按时完成任务。"), [FindingKind::Conflict]);
    }

    #[test]
    fn every_wrong_word_is_found_in_its_example() {
        for (wrong, right, example) in crate::lexicon::rows(include_str!("../data/confusions.tsv")) {
            let findings = found(example);
            let word =
                findings.iter().find(|finding| finding.kind == FindingKind::Word && finding.said == wrong);
            assert_eq!(word.and_then(|word| word.suggestion.as_deref()), Some(right), "{example}");
        }
        for (_, _, example) in crate::lexicon::rows(include_str!("../data/leftovers.tsv")) {
            assert_eq!(kinds(example), [FindingKind::Leftover], "{example}");
        }
    }
}
