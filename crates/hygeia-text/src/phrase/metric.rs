//! What a number measures.

mod behind;
mod front;

use crate::page::{Page, is_han};
use crate::quantity::{Class, Quantity};
use crate::reading::Span;

use super::{COPULAS, FILLERS, LEADS, VERBS, ellipsis, strip_end, strip_front, who};
use behind::{acts_behind, noun_behind, whole_behind};
use front::front;

/// The kind of verb that stays in front of what it acts on: 更换灭火器215具.
const KEPT: &str = "kept";
/// The longest attribute in front of a count that belongs to the noun behind it.
const ATTRIBUTE_CHARS: usize = 8;

/// What the quantity measures, from the words of `piece` around it.
pub(crate) fn metric(page: &Page, quantity: &Quantity, piece: Span) -> String {
    per_head(whole_metric(page, quantity, piece))
}

/// 体检费用人均, 经费按生均: 人均体检费用.
fn per_head(name: String) -> String {
    for head in ["人均", "生均", "户均"] {
        if let Some(of) = name.strip_suffix(head).filter(|of| !of.is_empty()) {
            return format!("{head}{}", of.trim_end_matches('按'));
        }
    }
    name
}

fn whole_metric(page: &Page, quantity: &Quantity, piece: Span) -> String {
    if let Some(limited) = limited(page, quantity) {
        return limited;
    }
    let front = front(page, Span::new(piece.start, quantity.span.start), quantity.class);
    let behind = noun_behind(page, quantity.span.end, piece.end);
    let has_front = front.end > front.start + 1;
    let has_behind = behind.end > behind.start + 1;
    match quantity.class {
        // 高级职称2人(其中1名即将退休)占10%
        Class::Percent if page.ends(quantity.span.start, ")占") => shared(page, quantity),
        Class::Percent if has_front => page.quote(front),
        Class::Credit | Class::Duration if page.find(piece, "计算").is_some() => reckoned(page, quantity),
        Class::Time if is_generic(page, front) => explained(page, quantity, front),
        Class::Person if quantity.is_article() && has_behind => appointed(page, quantity, behind),
        Class::Percent if page.before(quantity.span.start) == Some('占') => shared(page, quantity),
        Class::Ratio => staffed(page, quantity),
        Class::Percent if has_behind => page.quote(whole_behind(page, behind, piece.end)),
        Class::Time | Class::Duration | Class::Amount | Class::Credit => {
            let named_behind =
                !has_front || quantity.class == Class::Time || page.at(quantity.span.end) == Some('的');
            let behind_is_noun = has_behind && !page.starts(behind.start, "如");
            if behind_is_noun && named_behind { page.quote(behind) } else { page.quote(front) }
        }
        _ if has_behind => counted(page, front, behind),
        _ => done(page, quantity, front, piece),
    }
}

/// 15分钟内到达现场: what is to be done within the time.
fn limited(page: &Page, quantity: &Quantity) -> Option<String> {
    const ACT_CHARS: usize = 14;
    if !matches!(quantity.class, Class::Time | Class::Duration) {
        return None;
    }
    let end = quantity.span.end;
    let length =
        ["以内", "之内", "内"].iter().find(|word| page.starts(end, word)).map(|word| word.chars().count())?;
    if page.at(end + length) == Some('就') {
        return None;
    }
    let clause = page.clause(quantity.span.start);
    let mut behind = Span::new((end + length).min(clause.end), clause.end);
    // 城区2小时内、乡镇4小时内赶到: both times limit the act behind the second.
    if page.at(behind.start) == Some('、')
        && let Some(at) = page.find(behind, "内")
    {
        behind.start = at + 1;
    }
    let act = strip_front(page, behind, &[&FILLERS]);
    let words = page.slice(act).iter().take(ACT_CHARS).take_while(|c| is_han(**c) || **c == '、').count();
    let front = Span::new(clause.start, quantity.span.start);
    let list = page.slice(front).iter().rposition(|&c| c == '、').map_or(0, |at| at + 1);
    let named = strip_front(page, Span::new(front.start + list, front.end), &[&LEADS, &FILLERS]);
    let named = strip_end(page, named, &COPULAS);
    let whom = page.slice(named);
    let own = who::subject(page, named).is_none()
        && (2..=ATTRIBUTE_CHARS).contains(&whom.len())
        && whom.iter().all(|c| is_han(*c));
    let front = if own { page.quote(named) } else { String::new() };
    (words > 1).then(|| front + &page.quote(Span::new(act.start, act.start + words)))
}

/// 成绩按…计算为50分, 津贴(每年按半年计算): what is reckoned stands in front of 按 or of the bracket.
fn reckoned(page: &Page, quantity: &Quantity) -> String {
    let clause = page.clause(quantity.span.start);
    let named = strip_front(page, clause, &[&LEADS, &FILLERS]);
    let words = page.slice(named);
    let by = |at: &usize| words[*at] == '按' && !page.starts(named.start + at, "按规定");
    let stop = (0..words.len()).find(|at| words[*at] == '(' || by(at)).unwrap_or(0);
    let name = strip_end(page, Span::new(named.start, named.start + stop), &COPULAS);
    let own = who::subject(page, name).map_or(name.start, |(who, _)| who.end);
    super::tidied(&page.quote(Span::new(own.min(name.end), name.end)))
}

/// 时间为半小时: a word that says what sort of number it is, not of what.
fn is_generic(page: &Page, front: Span) -> bool {
    ["时间", "时长", "每次", "不少于"]
        .iter()
        .any(|word| page.starts(front.start, word) && front.end <= front.start + 2)
}

/// 紫外线消毒3次(时间为半小时: the words in front of the bracket explain the generic one.
fn explained(page: &Page, quantity: &Quantity, front: Span) -> String {
    let clause = page.clause(quantity.span.start);
    let named =
        strip_front(page, Span::new(clause.start, front.start.max(clause.start)), &[&LEADS, &FILLERS]);
    let length = page.slice(named).iter().take_while(|c| is_han(**c)).count();
    page.quote(Span::new(named.start, named.start + length)) + &page.quote(front)
}

/// 指定一名领导, 选派一名同志担任联络员: the verb and the post.
fn appointed(page: &Page, quantity: &Quantity, behind: Span) -> String {
    let clause = page.clause(quantity.span.start);
    let verb = Span::new(quantity.span.start.saturating_sub(2).max(clause.start), quantity.span.start);
    let post = page.find(Span::new(behind.start, clause.end.max(behind.start)), "担任").map(|at| {
        let length = page.slice(Span::new(at + 2, clause.end)).iter().take_while(|c| is_han(**c)).count();
        Span::new(at + 2, at + 2 + length)
    });
    page.quote(verb) + &page.quote(post.unwrap_or(behind))
}

/// The noun of a count, with the attribute in front of it: 新入园…幼儿.
fn counted(page: &Page, front: Span, behind: Span) -> String {
    let joined = matches!(page.before(front.end), Some('和' | '、' | '及'));
    let length = front.end - front.start;
    let words = page.slice(front);
    // 把辖区划分为, 请园医做, 指导甲镇等: no attribute.
    let clause = words.first().is_some_and(|c| "把将由被用在向给从对为".contains(*c))
        || words.last().is_some_and(|c| "做作请等为上与".contains(*c));
    let attribute =
        (2..=ATTRIBUTE_CHARS).contains(&length) && !joined && !clause && VERBS.ending(words).is_none();
    let verb =
        VERBS.ending(page.slice(front)).filter(|(_, kind)| *kind == KEPT).map_or(0, |(length, _)| length);
    let whole = front;
    let front = if attribute { front } else { Span::new(front.end - verb, front.end) };
    let object = if attribute { None } else { acted_on(page, whole) };
    page.quote(object.unwrap_or(front)) + &page.quote(behind)
}

/// 对干部职工进行一次体检: whom the counted act concerns.
fn acted_on(page: &Page, front: Span) -> Option<Span> {
    let to = page.before(front.start) == Some('对') || page.at(front.start) == Some('对');
    let start = front.start + usize::from(page.at(front.start) == Some('对'));
    let object = Span::new(start, front.end.saturating_sub(2).max(start));
    let plain = page.slice(object).iter().all(|c| is_han(*c) && *c != '的');
    let short = (2..=ATTRIBUTE_CHARS).contains(&(object.end - object.start));
    (to && plain && short && page.ends(front.end, "进行")).then_some(object)
}

/// A count without a noun behind it: the noun in front, or what was done.
fn done(page: &Page, quantity: &Quantity, front: Span, piece: Span) -> String {
    let acts = acts_behind(page, quantity.span.end, piece.end);
    let carried = ["进行", "开展", "举行", "组织", "举办"].iter().any(|word| page.ends(front.end, word));
    if carried && acts.end > acts.start + 1 {
        return page.quote(acts);
    }
    let is_verb = VERBS.at(page.slice(front)).is_some_and(|(length, _)| front.start + length >= front.end);
    if front.end > front.start + 1 && !is_verb {
        page.quote(front)
    } else if acts.end > acts.start + 1 {
        page.quote(acts)
    } else {
        let lent = borrowed(page, quantity);
        if lent.is_empty() || front.end > front.start { page.quote(front) } else { lent }
    }
}

/// 高级职称2人(…)占10%: what the first count of the clause counts.
fn shared(page: &Page, quantity: &Quantity) -> String {
    let clause = page.clause(quantity.span.start);
    let named = strip_front(page, clause, &[&LEADS, &FILLERS]);
    let length = page.slice(named).iter().take_while(|c| is_han(**c)).count();
    let name = strip_end(page, Span::new(named.start, named.start + length), &COPULAS);
    if name.end > name.start + 1 { page.quote(name) } else { borrowed(page, quantity) }
}

/// 按1:1000的比例配备教师.
fn staffed(page: &Page, quantity: &Quantity) -> String {
    let clause = page.clause(quantity.span.start);
    match page.find(Span::new(quantity.span.end, clause.end), "配备") {
        Some(at) => page.quote(Span::new(at + 2, clause.end)) + "配比",
        None => page.quote(front(page, Span::new(clause.start, quantity.span.start), Class::Percent)),
    }
}

/// The clause before names what this number measures: 中级职称5人，占25%.
fn borrowed(page: &Page, quantity: &Quantity) -> String {
    let Some(previous) = page.previous_clause(quantity.span.start) else { return String::new() };
    let named = strip_front(page, previous, &[&LEADS, &FILLERS]);
    let length = page.slice(named).iter().take_while(|c| is_han(**c)).count();
    let name = page.quote(strip_end(page, Span::new(named.start, named.start + length), &COPULAS));
    // 医疗收入万元,占28.9%: the amount in front was lost, its unit is no part of the name.
    name.trim_end_matches("万元").to_owned()
}

/// In 甲率、乙率和丙率分别达到A、B和C the name that belongs to number `index`.
pub(crate) fn listed_metric(
    page: &Page,
    quantities: &[Quantity],
    index: usize,
    clause: Span,
) -> Option<String> {
    let first = quantities.partition_point(|quantity| quantity.span.start < clause.start);
    let names = Span::new(clause.start, quantities.get(first)?.span.start);
    let respectively = page.find(names, "分别")?;
    let list = strip_front(page, Span::new(names.start, respectively), &[&LEADS, &FILLERS]);
    let text = page.quote(list);
    let names: Vec<&str> = text.split(['、', '和', '及']).filter(|name| !name.is_empty()).collect();
    let at = index.checked_sub(first)?;
    let name = *names.get(at)?;
    // 健康标准达标率和优秀率: the second is of the same standard.
    let before = at.checked_sub(1).and_then(|before| names.get(before));
    Some(ellipsis::of_same(name, before.copied().unwrap_or_default()))
}
