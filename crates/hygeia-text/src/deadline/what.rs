//! What is to be done at a stated time.

use crate::page::{Page, is_han};
use crate::phrase;
use crate::reading::Span;

/// The longest name of an action.
const ACTION_CHARS: usize = 40;
/// Words between a date and its action.
const BETWEEN: &[&str] = &[
    "之前",
    "以前",
    "底前",
    "底以前",
    "上旬",
    "中旬",
    "下旬",
    "底",
    "前",
    "起",
    "开始",
    "份",
    "期间",
    "以后",
    "后",
    "度",
    ",",
    "的",
    "是",
    "将",
    "要",
    "应",
    "必须",
    "在",
    "”",
    "全国",
    "并",
];
/// Verbs in front of the action.
const VERBS: &[&str] = &[
    "组织开展了",
    "组织开展",
    "开展了",
    "开展",
    "举行了",
    "举行",
    "进行了",
    "进行",
    "实现",
    "举办了",
    "举办",
    "召开了",
    "召开",
];
/// A season or period said about a time only: what is done follows in the next clause.
const ONLY_TIME: &[&str] = &["期间", "季节", "高发期", "流行期", "时期", "方面"];

/// The action that belongs to the date at `at`.
pub(super) fn what(page: &Page, at: Span, season: Option<char>, rule: &str) -> String {
    if page.before(at.start) == Some('(') {
        return phase(page, at.start - 1);
    }
    if rule == "deadline.season" || rule == "deadline.holiday" {
        if page.before(at.start) == Some('在') {
            return following(page, at);
        }
        return campaign(page, at, season, rule);
    }
    let span = action(page, at.end, page.clause(at.start).end);
    if span.end > span.start + 2 { page.quote(span) } else { following(page, at) }
}

/// 安排部署阶段(6月18日至…): the name in front of the bracket.
fn phase(page: &Page, bracket: usize) -> String {
    let clause = page.clause(bracket);
    let words = page.slice(Span::new(clause.start, bracket));
    let start = words.iter().rposition(|c| matches!(c, '.' | '、' | ')')).map_or(0, |at| at + 1);
    page.quote(Span::new(clause.start + start, bracket))
}

/// The words behind a date without what only connects them, without the one who acts.
fn action(page: &Page, from: usize, end: usize) -> Span {
    let mut span = connected(page, Span::new(from, end));
    if let Some((name, _)) = phrase::subject(page, span) {
        span = connected(page, Span::new(name.end, end));
    }
    if let Some(word) = VERBS.iter().find(|word| page.starts(span.start, word)) {
        span.start += word.chars().count();
    }
    Span::new(span.start.min(end), end.min(span.start + ACTION_CHARS).max(span.start.min(end)))
}

fn connected(page: &Page, mut span: Span) -> Span {
    while let Some(word) = BETWEEN.iter().find(|word| page.starts(span.start, word)) {
        span.start += word.chars().count();
        if span.start >= span.end {
            return Span::new(span.end, span.end);
        }
    }
    span
}

/// 夏季除害 or 春、秋除“四害”行动: the season and what is done in it.
fn campaign(page: &Page, at: Span, season: Option<char>, rule: &str) -> String {
    let clause = page.clause(at.start);
    let start = connected(page, Span::new(at.end, clause.end)).start;
    let joins = |index: usize| {
        let other =
            page.at(index) == Some('、') && page.at(index + 1).is_some_and(|c| "春夏秋冬五国".contains(c));
        other
            || ["以及", "和夏", "和秋", "和冬", "和春", "等", "中积极"]
                .iter()
                .any(|word| page.starts(index, word))
    };
    // 五一、国庆统一行动: the first of two times shares the action of the second.
    let start = if page.at(start) == Some('、') {
        page.folded[start..clause.end].iter().position(|c| *c == '统').map_or(start, |offset| start + offset)
    } else {
        start
    };
    let end = (start..clause.end).find(|&index| joins(index)).unwrap_or(clause.end);
    let act = page.quote(Span::new(start, end.min(start + ACTION_CHARS)));
    let act = act.strip_suffix("工作").unwrap_or(&act);
    let time: String = match rule {
        "deadline.holiday" => page.quote(at),
        _ => season.map(|name| format!("{name}季")).unwrap_or_default(),
    };
    // A list of campaigns names their common noun at its end: …等专项行动.
    let common = ["专项行动", "专项活动"]
        .into_iter()
        .find(|word| page.find(Span::new(end, clause.end), word).is_some() && !act.ends_with("行动"));
    format!("{time}{act}{}", common.unwrap_or_default())
}

/// The next clauses of the sentence that say what is done.
fn following(page: &Page, at: Span) -> String {
    let mut out = String::new();
    let own = page.clause(at.start);
    let rest = action(page, at.end, own.end);
    let says_only_time = ONLY_TIME.iter().any(|word| page.ends(own.end, word)) || rest.end <= rest.start + 2;
    if !says_only_time {
        // 在冬季要组织…活动
        return page.quote(rest);
    }
    let mut clause = own;
    while let Some(next) = page.next_clause(clause.start) {
        clause = next;
        if ONLY_TIME.iter().any(|word| page.ends(next.end, word)) {
            continue;
        }
        let doing = action(page, next.start, next.end);
        out.push_str(&page.quote(doing));
        if out.chars().filter(|c| is_han(*c)).count() > 5 {
            break;
        }
    }
    if out.is_empty() { page.quote(Span::new(own.start, at.start)) } else { out }
}
