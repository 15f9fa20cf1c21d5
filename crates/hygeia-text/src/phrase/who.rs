//! Who is obliged.

use crate::page::{Page, is_han};
use crate::reading::Span;

use super::{ACTORS, FILLERS, LEADS, VERBS, mark_length, strip_end, strip_front};

/// The longest name of someone obliged.
const ACTOR_CHARS: usize = 14;
/// Verbs whose object does the act: 教育学生每天…, 要求保洁员…
const CAUSES: &[&str] = &["要求", "教育", "督促", "培养", "制度保证", "保证", "确保", "组织", "引导"];
/// What may follow the name of a subject.
const AFTER_SUBJECT: &str =
    "应要必须对每将按向在都均坚严认负要做承定实开进本利通根落完高成继积加制建不还也可为与联,";

/// Who does the act whose interval stands at `interval`: the subject in front of it, the object of a verb
/// such as 教育, a body after 由, or the body that the sentence is about.
pub(crate) fn who(page: &Page, region: Span, interval: Span) -> Option<Span> {
    let head = Span::new(region.start, interval.start);
    caused(page, head)
        .or_else(|| handed_to(page, head))
        .or_else(|| right_before(page, head))
        .or_else(|| several(page, head))
        .or_else(|| subject(page, head).map(|(span, _)| span))
        .or_else(|| by(page, Span::new(interval.end, region.end)))
        .or_else(|| of_sentence(page, interval.start))
}

/// 教育其他学生, 要求相关人员.
fn caused(page: &Page, head: Span) -> Option<Span> {
    let after_mark = Span::new(head.start + mark_length(page.slice(head)), head.end);
    let (word, at) = CAUSES.iter().find_map(|word| Some((word, page.find(after_mark, word)?)))?;
    if at > after_mark.start + 2 {
        return None;
    }
    named_at(page, Span::new(at + word.chars().count(), head.end), "person")
}

/// 电梯由维保公司每半月…: the name between 由 and the interval.
fn handed_to(page: &Page, head: Span) -> Option<Span> {
    let by = page.slice(head).iter().rposition(|&c| c == '由').map(|at| head.start + at + 1)?;
    let name = strip_end(page, Span::new(by, head.end), &FILLERS);
    let words = page.slice(name);
    let plain = words.iter().all(|c| is_han(*c) && !matches!(c, '的' | '对' | '在' | '到'));
    ((2..=ACTOR_CHARS).contains(&words.len()) && plain).then_some(name)
}

/// 手术室、产房、供应室每月…: a list of names in front of the interval.
fn several(page: &Page, head: Span) -> Option<Span> {
    const LIST_CHARS: usize = 40;
    let span = strip_end(page, strip_front(page, head, &[&LEADS, &FILLERS]), &FILLERS);
    let words = page.slice(span);
    let items: Vec<&[char]> = words.split(|c| matches!(c, '、' | '和' | '及')).collect();
    let name = |item: &&[char]| (2..=ACTOR_CHARS).contains(&item.len()) && is_name(item);
    (items.len() > 1 && words.len() <= LIST_CHARS && items.iter().all(name)).then_some(span)
}

/// Whether the words are the name of a person or body by their ending: 手术室, 维保公司, 监督员.
pub(crate) fn is_name(words: &[char]) -> bool {
    const PLACES: &[&str] =
        &["教室", "寝室", "活动室", "厕所", "卧室", "浴室", "盥洗室", "睡室", "病室", "场所", "公厕", "宿舍"];
    const ENDINGS: &[&str] = &[
        "室",
        "科",
        "办",
        "局",
        "所",
        "站",
        "院",
        "中心",
        "公司",
        "部门",
        "单位",
        "团队",
        "小组",
        "指挥部",
        "委员会",
        "协会",
        "理事会",
        "员",
        "长",
        "医师",
        "药师",
        "护士",
        "村医",
        "专人",
        "干部",
        "民警",
        "队",
        "组",
        "机关",
        "党委",
        "支部",
        "房",
        "部",
        "处",
        "政府",
        "社区",
        "街道",
    ];
    let ends = |word: &&str| {
        let length = word.chars().count();
        words.len() >= length && words[words.len() - length..].iter().copied().eq(word.chars())
    };
    let verb = words
        .iter()
        .any(|c| matches!(c, '的' | '对' | '在' | '到' | '每' | '为' | '把' | '将' | '了' | '与'));
    (ENDINGS.iter().any(ends) || ACTORS.ending(words).is_some()) && !PLACES.iter().any(ends) && !verb
}

/// The whole of what stands in front of the interval is a name: 保健医每周….
fn right_before(page: &Page, head: Span) -> Option<Span> {
    let span = strip_end(page, strip_front(page, head, &[&LEADS, &FILLERS]), &FILLERS);
    let own = strip_front(page, head, &[]);
    let span = if page.starts(own.start, "我") { Span::new(own.start, span.end) } else { span };
    let length = span.end.saturating_sub(span.start);
    let named = length > 1 && length <= ACTOR_CHARS && is_name(page.slice(span));
    let broken = page
        .slice(span)
        .iter()
        .any(|c| matches!(c, '(' | ')' | '在' | '对' | '于' | '的' | '给' | '向' | '每' | '.' | '、'))
        || VERBS.at(page.slice(span)).is_some_and(|(length, _)| !opens_name(page, span, length));
    (named && !broken).then_some(span)
}

/// 帮扶干部, 签约团队: the verb at the start belongs to the name.
fn opens_name(page: &Page, span: Span, length: usize) -> bool {
    const OF_PERSONS: &[&str] =
        &["帮扶", "签约", "包保", "包片", "值班", "带班", "监督", "检查", "保洁", "接种", "监测"];
    let rest = Span::new((span.start + length).min(span.end), span.end);
    OF_PERSONS.iter().any(|word| page.starts(span.start, word)) && is_name(page.slice(rest))
}

/// The name a clause starts with, and its class (`body` or `person`).
pub(crate) fn subject(page: &Page, clause: Span) -> Option<(Span, &'static str)> {
    let mut start = clause.start + mark_length(page.slice(clause));
    while let Some((length, _)) = LEADS.at(page.slice(Span::new(start, clause.end))) {
        if page.at(start) == Some('我') {
            break;
        }
        start += length;
    }
    for end in start + 2..clause.end.min(start + ACTOR_CHARS) + 1 {
        let name = Span::new(start, end);
        let Some((_, class)) = ACTORS.ending(page.slice(name)) else { continue };
        let opens_verb =
            page.at(end).is_none_or(|c| !is_han(c) || AFTER_SUBJECT.contains(c)) || page.starts(end, "组织");
        let stops = opens_verb && !page.starts(end, "应急");
        let phrase = page.slice(name).iter().any(|c| {
            matches!(c, '的' | '、' | '在' | '对' | '为' | '由' | '了' | '把' | '将' | '抓' | '每' | '.')
        }) || VERBS.found_in(page.slice(name));
        if stops && !phrase {
            return Some((name, class));
        }
    }
    None
}

/// 由膳食小组…
fn by(page: &Page, tail: Span) -> Option<Span> {
    let at = page.find(tail, "由")?;
    named_at(page, Span::new(at + 1, page.sentence(at).end.min(at + 1 + ACTOR_CHARS)), "body")
}

/// A name that starts exactly here.
fn named_at(page: &Page, span: Span, class: &str) -> Option<Span> {
    let longest = span.end.min(span.start + ACTOR_CHARS);
    (span.start + 2..=longest).find_map(|end| {
        let name = Span::new(span.start, end);
        let (_, found) = ACTORS.ending(page.slice(name))?;
        let goes_on = ACTORS.ending(page.slice(Span::new(span.start, (end + 1).min(longest)))).is_some()
            && end < longest;
        let fits = found == class || class == "person";
        (fits && !goes_on).then_some(name)
    })
}

/// The body an earlier clause of the sentence is about.
fn of_sentence(page: &Page, at: usize) -> Option<Span> {
    let sentence = page.sentence(at);
    let clauses = page.clauses_within(Span::new(sentence.start, page.clause(at).start));
    clauses.iter().rev().find_map(|clause| match subject(page, *clause) {
        Some((span, "body")) => Some(span),
        _ => None,
    })
}
