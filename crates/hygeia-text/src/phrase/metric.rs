//! What a number measures.

use crate::page::{Page, is_han};
use crate::quantity::{Class, Quantity, unit};
use crate::reading::Span;

use super::{COPULAS, FILLERS, LEADS, VERBS, ellipsis, strip_end, strip_front, who};

/// The kind of verb that stays in front of what it acts on: 更换灭火器215具.
const KEPT: &str = "kept";
/// The longest noun behind a unit.
const NOUN_CHARS: usize = 24;
/// The longest attribute in front of a count that belongs to the noun behind it.
const ATTRIBUTE_CHARS: usize = 8;

/// Verbs that never belong to the name of what is counted: 悬挂横幅, 收到作品.
const PLAIN_VERBS: &[&str] = &[
    "悬挂", "张贴", "收到", "购置", "购买", "印发", "发放", "组织", "召开", "举办", "开展", "添置", "安装",
    "制作", "签订", "投放", "发送", "备足", "介绍", "发布", "储备", "观看", "印制", "推送", "评选", "选派",
];

/// What the quantity measures, from the words of `piece` around it.
pub(crate) fn metric(page: &Page, quantity: &Quantity, piece: Span) -> String {
    if let Some(limited) = limited(page, quantity) {
        return limited;
    }
    let front = front(page, Span::new(piece.start, quantity.span.start), quantity.class);
    let behind = noun_behind(page, quantity.span.end, piece.end);
    let has_front = front.end > front.start + 1;
    let has_behind = behind.end > behind.start + 1;
    match quantity.class {
        Class::Percent if has_front => page.quote(front),
        Class::Credit | Class::Duration if page.find(piece, "计算").is_some() => reckoned(page, quantity),
        Class::Time if is_generic(page, front) => explained(page, quantity, front),
        Class::Person if quantity.is_article() && has_behind => appointed(page, quantity, behind),
        Class::Percent if page.before(quantity.span.start) == Some('占') => shared(page, quantity),
        Class::Ratio => staffed(page, quantity),
        Class::Percent if has_behind => page.quote(behind),
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
    let act = strip_front(page, Span::new((end + length).min(clause.end), clause.end), &[&FILLERS]);
    let words = page.slice(act).iter().take(ACT_CHARS).take_while(|c| is_han(**c) || **c == '、').count();
    let named = strip_front(page, Span::new(clause.start, quantity.span.start), &[&LEADS, &FILLERS]);
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
    let stop =
        words.iter().position(|&c| c == '(').or_else(|| words.iter().position(|&c| c == '按')).unwrap_or(0);
    page.quote(strip_end(page, Span::new(named.start, named.start + stop), &COPULAS))
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
    let sentence = page.sentence(quantity.span.start);
    let verb = Span::new(quantity.span.start.saturating_sub(2).max(clause.start), quantity.span.start);
    let post = page.find(Span::new(behind.start, sentence.end.min(behind.start + 30)), "担任").map(|at| {
        let length = page.slice(Span::new(at + 2, sentence.end)).iter().take_while(|c| is_han(**c)).count();
        Span::new(at + 2, at + 2 + length)
    });
    page.quote(verb) + &page.quote(post.unwrap_or(behind))
}

/// The noun of a count, with the attribute in front of it: 新入园…幼儿.
fn counted(page: &Page, front: Span, behind: Span) -> String {
    let joined = matches!(page.before(front.end), Some('和' | '、' | '及'));
    let length = front.end - front.start;
    let attribute =
        (2..=ATTRIBUTE_CHARS).contains(&length) && !joined && VERBS.ending(page.slice(front)).is_none();
    let verb =
        VERBS.ending(page.slice(front)).filter(|(_, kind)| *kind == KEPT).map_or(0, |(length, _)| length);
    let front = if attribute { front } else { Span::new(front.end - verb, front.end) };
    page.quote(front) + &page.quote(behind)
}

/// A count without a noun behind it: the noun in front, or what was done.
fn done(page: &Page, quantity: &Quantity, front: Span, piece: Span) -> String {
    let acts = acts_behind(page, quantity.span.end, piece.end);
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

/// 每份, 每样: a word for each single one, which names nothing measured.
fn without_each(page: &Page, span: Span) -> Span {
    let each = page.at(span.start) == Some('每')
        && page.at(span.start + 1).is_some_and(|c| "份样次班人户校个名件位村单乡镇".contains(c));
    if !each {
        return span;
    }
    let unit = 2 + usize::from(
        ["单位", "品种", "乡镇", "学校"].iter().any(|word| page.starts(span.start + 1, word)),
    );
    let unit = unit
        + usize::from(
            ["个单位", "个品种", "个乡镇", "个学校", "个村"]
                .iter()
                .any(|word| page.starts(span.start + 1, word)),
        );
    Span::new((span.start + unit).min(span.end), span.end)
}

/// 洒水车、清扫车等环卫车辆: the noun that sums the list up.
fn summed_up(page: &Page, span: Span) -> Span {
    let words = page.slice(span);
    let and_so_on = words.iter().rposition(|&c| c == '等').filter(|&at| at > 0 && at + 2 < words.len());
    let Some(at) = and_so_on.filter(|&at| words[..at].contains(&'、')) else { return span };
    let skip = ["等处", "等地", "等场所"]
        .iter()
        .find(|word| page.starts(span.start + at, word))
        .map_or(1, |word| word.chars().count());
    let rest = Span::new(span.start + at + skip, span.end);
    match VERBS.at(page.slice(rest)) {
        Some((length, _)) if rest.start + length + 1 < rest.end => Span::new(rest.start + length, rest.end),
        _ => rest,
    }
}

/// The words before a number without time, subject, verb and copula at their edges.
fn front(page: &Page, span: Span, class: Class) -> Span {
    let mut span = strip_end(page, strip_front(page, span, &[&LEADS, &FILLERS]), &COPULAS);
    span = without_brackets(page, span);
    span = strip_end(page, strip_front(page, span, &[&LEADS, &FILLERS]), &COPULAS);
    if let Some((name, _)) =
        who::subject(page, span).filter(|(name, _)| name.end + 3 < span.end && class != Class::Percent)
    {
        span.start = name.end;
        span = strip_front(page, span, &[&LEADS, &FILLERS]);
    }
    span = summed_up(page, without_each(page, span));
    if let Some(at) = page.find(span, "担任").filter(|at| at + 4 <= span.end) {
        span.start = at + 2;
    }
    // 聘任首席医生23名, 悬挂横幅12条: the verb is not part of the name.
    let strippable = |start: usize, length: usize, end: usize| {
        let plain = PLAIN_VERBS.iter().any(|word| page.starts(start, word));
        // 考核合格率, 治疗有效率: the verb says whose rate it is.
        let whose =
            class == Class::Percent && ellipsis::leans_on_front(page.slice(Span::new(start + length, end)));
        !whose && start + length + usize::from(!plain) + 2 <= end
    };
    while let Some((length, _)) = VERBS
        .at(page.slice(span))
        .filter(|(length, kind)| *kind != KEPT && strippable(span.start, *length, span.end))
    {
        span.start += length;
        span = strip_front(page, span, &[&LEADS, &FILLERS]);
    }
    if class != Class::Percent {
        span = behind_plain_verb(page, span);
    }
    while matches!(page.at(span.start), Some('x' | '_' | '、' | '“' | '”' | '(' | ')' | '和'))
        && span.start < span.end
    {
        span.start += 1;
    }
    if class == Class::Percent {
        let of = page.slice(span).iter().rposition(|&c| c == '的');
        if let Some(at) = of.filter(|&at| span.end - span.start - at > 3) {
            span.start += at + 1;
        }
    }
    span
}

/// 给家长发放告知书, 与各班签订了责任书: what is given out stands behind the verb.
fn behind_plain_verb(page: &Page, span: Span) -> Span {
    let verb = (span.start..span.end).rev().find_map(|at| {
        let word = PLAIN_VERBS.iter().find(|word| page.starts(at, word))?;
        Some(at + word.chars().count() + usize::from(page.at(at + word.chars().count()) == Some('了')))
    });
    match verb {
        Some(start) if start + 2 <= span.end && page.at(start) != Some('的') => Span::new(start, span.end),
        _ => span,
    }
}

/// 空气优良天数(aqi) without its bracket; 参加评选(网络投票 from the bracket on.
fn without_brackets(page: &Page, span: Span) -> Span {
    let words = page.slice(span);
    if page.before(span.end) == Some(')')
        && let Some(open) = words.iter().rposition(|&c| c == '(').filter(|&at| at > 1)
    {
        return Span::new(span.start, span.start + open);
    }
    match (words.iter().rposition(|&c| c == '('), words.iter().rposition(|&c| c == ')')) {
        (Some(open), None) => Span::new(span.start + open + 1, span.end),
        _ => span,
    }
}

/// The noun right behind a unit: 39名社区医生.
fn noun_behind(page: &Page, start: usize, end: usize) -> Span {
    let start = start + usize::from(page.at(start) == Some('的'));
    // 由20分钟缩短到8分钟: what follows is the change.
    const CHANGES: &[&str] = &[
        "缩短", "提高", "增加", "下降", "上升", "降低", "减少", "提升", "增长", "增至", "降至", "升至",
        "降到", "扩大",
    ];
    if page.at(start) == Some('内') || CHANGES.iter().any(|word| page.starts(start, word)) {
        return Span::new(start, start);
    }
    // 2组40个…: both count the noun behind the second.
    let digits = page.folded[start.min(end)..end].iter().take_while(|c| c.is_ascii_digit()).count();
    if let Some((length, ..)) = page.folded.get(start + digits..end).and_then(unit).filter(|_| digits > 0) {
        return noun_behind(page, start + digits + length, end);
    }
    let mut at = start;
    while at < end.min(start + NOUN_CHARS) {
        let Some(c) = page.at(at) else { break };
        let named_on = c == '、' && page.find(Span::new(at, end.min(at + 8)), "的").is_some();
        if named_on && let Some(of) = page.find(Span::new(at, end), "的") {
            // 一次全面、系统的轮训: the attributes end with 的.
            return noun_behind(page, of, end);
        }
        let stops = matches!(c, '(' | ')' | '、' | '了' | '以' | '就' | '于' | '占' | '每')
            || (c == '为' && page.before(at) != Some('行'));
        let verb = VERBS.at(page.slice(Span::new(at, end))).is_some() && !page.ends(at, "的");
        if verb
            && at > start
            && let Some(last) = short_rest(page, at, end)
        {
            at = last;
            break;
        }
        if stops || verb {
            break;
        }
        at += 1;
    }
    let mut noun = Span::new(start, at);
    for ending in ["和", "及", "与", "任务", "的", "中"] {
        if noun.end - noun.start > 2 && page.ends(noun.end, ending) {
            noun.end -= ending.chars().count();
        }
    }
    let real = page.slice(noun).iter().any(|&c| is_han(c));
    if real { noun } else { Span::new(start, start) }
}

/// 街道组队参赛, 污水处理工程: what follows the noun belongs to the name when it is short.
fn short_rest(page: &Page, at: usize, end: usize) -> Option<usize> {
    const REST_CHARS: usize = 8;
    // What a number cuts off is part of the noun only when it is short.
    const CUT_REST_CHARS: usize = 5;
    const OTHER: &[&str] = &["予以", "经", "被", "基本", "参加为", "进行"];
    let words = page.slice(Span::new(at, end));
    let mut length = words.iter().take_while(|c| is_han(**c)).count();
    let done = words[..length].iter().any(|c| matches!(c, '了' | '的'));
    let cut = at + length == end && page.clause(at).end > end;
    if OTHER.iter().any(|word| page.starts(at, word)) || (cut && length > CUT_REST_CHARS) {
        return None;
    }
    while length > 0 && matches!(words[length - 1], '共' | '在' | '为' | '达' | '有' | '和' | '及') {
        length -= 1;
    }
    (!done && (2..=REST_CHARS).contains(&length)).then_some(at + length)
}

/// 参加评选 behind 3306人.
fn acts_behind(page: &Page, start: usize, end: usize) -> Span {
    const ACT_CHARS: usize = 14;
    let stop = page.slice(Span::new(start, end)).iter().take(ACT_CHARS).take_while(|c| is_han(**c)).count();
    Span::new(start, start + stop)
}

/// The clause before names what this number measures: 中级职称5人，占25%.
fn borrowed(page: &Page, quantity: &Quantity) -> String {
    let Some(previous) = page.previous_clause(quantity.span.start) else { return String::new() };
    let named = strip_front(page, previous, &[&LEADS, &FILLERS]);
    let length = page.slice(named).iter().take_while(|c| is_han(**c)).count();
    page.quote(strip_end(page, Span::new(named.start, named.start + length), &COPULAS))
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
