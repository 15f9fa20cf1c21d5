//! What a bare act is about: 一月一拆洗 behind 被褥两周一晒 is 被褥拆洗.

use crate::page::{Page, is_han};
use crate::reading::{Duty, Span};

use super::{ACTORS, COPULAS, FILLERS, LEADS, VERBS, is_verb_at, strip_end, strip_front, who};

/// An act of more characters says what it is about.
const BARE_CHARS: usize = 4;
/// The longest topic lent.
const TOPIC_CHARS: usize = 10;
/// Where the topic of a clause ends.
const ENDS: &[&str] = &[
    "每",
    "由",
    "要有",
    "要做",
    "要形成",
    "应",
    "必须",
    "做到",
    "实行",
    "实施",
    "天天",
    "周周",
    "月月",
    "一天",
    "一日",
    "一周",
    "一月",
    "两周",
    "半月",
    "坚持",
    "需",
    "须",
    "均",
    "都",
    "按",
    "列入",
];
/// Acts of those who do them: 教职工每年体检, 领导每天带班.
const OWN_ACTS: &[&str] = &["体检", "轮训", "培训", "值班", "带班", "活动", "授课", "坐诊"];
/// Those of them that a body does as well: 应急办24小时值班.
const BODY_ACTS: &[&str] = &["值班", "带班", "活动"];

/// The act with what it is about, where the act alone says too little.
pub(super) fn completed(page: &Page, region: Span, act: Vec<char>, who: Option<Span>) -> Vec<char> {
    let verb = VERBS.at(&act).is_some_and(|(length, _)| length == act.len());
    let short = act.len() <= 2 || act.first().is_some_and(|c| "大小有".contains(*c));
    if act.is_empty() || act.len() > BARE_CHARS || !(verb || short) {
        return act;
    }
    let own: String = act.iter().collect();
    if let Some(meeting) = held(page, region, &own, who) {
        return meeting;
    }
    let body = |who: &Span| ACTORS.ending(page.slice(*who)).is_some_and(|(_, class)| class == "body");
    let does =
        |who: &Span| BODY_ACTS.contains(&own.as_str()) || (OWN_ACTS.contains(&own.as_str()) && !body(who));
    if let Some(who) = who.filter(|who| does(who) && page.text(*who) != "幼儿") {
        return [page.slice(who), &act].concat();
    }
    match topic(page, region) {
        Some(topic) => joined(page.slice(topic), &act),
        // 月月有学习: the learning is the act.
        None if act.first() == Some(&'有') && act.len() > 2 => act[1..].to_vec(),
        None => with_object(page, region, act),
    }
}

/// 每周臭氧消毒2次(冬季每日消毒): the same act as of the duty before, at another time. A thing named since then would
/// be what the act is done to.
pub(super) fn is_again(page: &Page, region: Span, act: &[char], before: &Duty) -> bool {
    let verb = VERBS.at(act).is_some_and(|(length, _)| length == act.len()) && act.len() <= BARE_CHARS;
    let known: Vec<char> = before.what.chars().collect();
    let same = known.len() > act.len() && known.ends_with(act);
    let near = page.sentence(region.start).contains(before.span.start) && before.span.end <= region.start;
    verb && same && near && topic(page, region).is_none_or(|topic| topic.start < before.span.start)
}

/// Verbs that say nothing without what they are done to.
const DONE_TO: &[&str] = &[
    "更新", "晾晒", "翻晒", "暴晒", "清洗", "拆洗", "换洗", "更换", "擦洗", "擦拭", "清理", "整理", "维护",
    "保养", "校准", "公布", "公示",
];
/// The longest list of things that a verb is done to.
const OBJECT_CHARS: usize = 24;

/// 办好宣传栏，每月更新: a bare verb with the object of the verb that a clause before opens with.
pub(super) fn with_object(page: &Page, region: Span, act: Vec<char>) -> Vec<char> {
    if !DONE_TO.iter().any(|word| word.chars().eq(act.iter().copied())) {
        return act;
    }
    let sentence = page.sentence(region.start);
    let before = page.clauses_within(Span::new(sentence.start, page.clause(region.start).start));
    let joined = before.iter().rev().take_while(|clause| page.at(clause.end) == Some(','));
    match joined.into_iter().find_map(|clause| object(page, *clause)) {
        Some(object) => [page.slice(object), &act].concat(),
        None => act,
    }
}

/// What the verb is done to that a clause opens with: 清洗床单、被套(每两周一次).
fn object(page: &Page, clause: Span) -> Option<Span> {
    let span = strip_front(page, clause, &[&LEADS, &FILLERS]);
    let words = page.slice(span);
    let verb =
        DONE_TO.iter().chain(&["办好", "做好", "管好", "布置"]).find(|word| page.starts(span.start, word));
    let length = verb.map(|word| word.chars().count()).or_else(|| Some(VERBS.at(words)?.0))?;
    let rest = words.get(length..)?;
    let plain =
        rest.iter().take_while(|c| is_han(**c) && !"的对在到把将了每".contains(**c) || **c == '、').count();
    let ends = rest.get(plain).is_none_or(|c| !is_han(*c));
    let start = span.start + length;
    (length > 1 && ends && (2..=OBJECT_CHARS).contains(&plain)).then(|| Span::new(start, start + plain))
}

/// 理事会每年召开两次, 停电演练每年组织一次: the meeting itself is the act.
fn held(page: &Page, region: Span, act: &str, who: Option<Span>) -> Option<Vec<char>> {
    const HOLDERS: &[&str] = &["召开", "组织", "举行", "举办", "开展"];
    const MEETINGS: &[&str] = &["召开会议", "召开例会"];
    if let Some(who) = who.filter(|_| MEETINGS.contains(&act)) {
        return Some([page.slice(who), &act.chars().skip(2).collect::<Vec<char>>()].concat());
    }
    let span = HOLDERS.contains(&act).then(|| who.or_else(|| topic(page, region))).flatten()?;
    Some(page.slice(span).to_vec())
}

/// What the clause, or the sentence before it, is about.
pub(super) fn topic(page: &Page, region: Span) -> Option<Span> {
    let clause = page.clause(region.start);
    head(page, Span::new(clause.start, region.start)).or_else(|| {
        let sentence = page.sentence(region.start);
        let before = page.clauses_within(Span::new(sentence.start, clause.start));
        let joined = before.iter().rev().take_while(|clause| page.at(clause.end) == Some(','));
        joined.into_iter().find_map(|clause| head(page, *clause))
    })
}

/// The thing a clause is about: its words up to the verb or the interval, if no one who acts.
fn head(page: &Page, clause: Span) -> Option<Span> {
    let span = strip_front(page, clause, &[&LEADS, &FILLERS]);
    if is_verb_at(page.slice(span))
        || page.at(clause.start) == Some('对')
        || who::subject(page, span).is_some()
    {
        return None;
    }
    let stop = ENDS.iter().filter_map(|word| page.find(span, word)).min()?;
    let topic = strip_end(page, strip_end(page, Span::new(span.start, stop), &FILLERS), &COPULAS);
    let words = page.slice(topic);
    let plain = words.iter().all(|c| is_han(*c) && !"的对在到把将了".contains(*c) || *c == '、');
    let acts = who::is_name(words) || words.last() == Some(&'岗');
    (plain && !acts && (2..=TOPIC_CHARS).contains(&words.len())).then_some(topic)
}

/// 卫生检查 and 大检查: 卫生大检查.
fn joined(topic: &[char], act: &[char]) -> Vec<char> {
    let shared = act.len().min(2);
    let tail = &act[act.len() - shared..];
    match topic.strip_suffix(tail).filter(|rest| !rest.is_empty()) {
        Some(rest) => [rest, act].concat(),
        // 业务学习每月两次, 每天提问: an act is not about another act.
        None if VERBS.ending(topic).is_some() => act.to_vec(),
        None => [topic, act].concat(),
    }
}
