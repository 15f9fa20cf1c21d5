//! The name in front of a number.

use crate::page::Page;
use crate::quantity::Class;
use crate::reading::Span;

use super::super::{ACTORS, COPULAS, FILLERS, LEADS, VERBS, WHOLE, ellipsis, strip_end, strip_front, who};
use super::KEPT;

/// Verbs that never belong to the name of what is counted: 悬挂横幅, 收到作品.
const PLAIN_VERBS: &[&str] = &[
    "悬挂", "张贴", "收到", "购置", "购买", "印发", "发放", "组织", "召开", "举办", "开展", "添置", "安装",
    "制作", "签订", "投放", "发送", "备足", "介绍", "发布", "储备", "观看", "印制", "推送", "评选", "选派",
];

/// The words before a number without time, subject, verb and copula at their edges.
pub(super) fn front(page: &Page, span: Span, class: Class) -> Span {
    let span = without_date(page, span);
    let mut span = strip_end(page, strip_front(page, span, &[&LEADS, &FILLERS]), &COPULAS);
    span = without_group(page, without_brackets(page, span));
    span = strip_end(page, strip_front(page, span, &[&LEADS, &FILLERS]), &COPULAS);
    if let Some((name, _)) =
        who::subject(page, span).filter(|(name, _)| name.end + 3 < span.end && class != Class::Percent)
    {
        span.start = name.end;
        span = strip_front(page, span, &[&LEADS, &FILLERS]);
    }
    span = summed_up(page, without_each(page, span));
    span = held_by_others(page, span);
    if let Some(at) = page.find(span, "担任").filter(|at| at + 4 <= span.end) {
        span.start = at + 2;
    }
    // 聘任首席医生23名, 悬挂横幅12条: the verb is not part of the name.
    let strippable = |start: usize, length: usize, end: usize| {
        let plain = PLAIN_VERBS.iter().any(|word| page.starts(start, word));
        // 考核合格率, 治疗有效率: the verb says whose rate it is.
        let head = 2 * usize::from(["人均", "生均", "户均"].iter().any(|word| page.ends(end, word)));
        let rest = Span::new(start + length, end.saturating_sub(head).max(start + length));
        let whose = ellipsis::leans_on_front(page.slice(rest));
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
        && WHOLE.at(page.slice(span)).is_none_or(|(_, edge)| edge != "front")
    {
        span.start += 1;
    }
    let given = page.at(span.start) == Some('为') && !page.starts(span.start, "为期");
    span.start += usize::from(given && span.start + 2 < span.end);
    if class == Class::Percent {
        span = without_every(page, span);
        let of = page.slice(span).iter().rposition(|&c| c == '的');
        if let Some(at) = of.filter(|&at| span.end - span.start - at > 3) {
            span.start += at + 1;
        }
    }
    span
}

/// 五月份班里…, 5月至8月为学生…: when it was counted.
fn without_date(page: &Page, span: Span) -> Span {
    let time = |c: &char| c.is_ascii_digit() || "一二三四五六七八九十年月日份至-上中下旬".contains(*c);
    let words = page.slice(span);
    let length = words.iter().take_while(|c| time(c)).count();
    let ends = words[..length].iter().rposition(|c| "月日份旬".contains(*c)).map_or(0, |at| at + 1);
    if words[..ends].contains(&'月') { Span::new(span.start + ends, span.end) } else { span }
}

/// 接种率以乡镇为单位: the groups that each of them holds for.
fn without_group(page: &Page, span: Span) -> Span {
    let by = page.slice(span).iter().rposition(|&c| c == '以').filter(|_| page.ends(span.end, "为单位"));
    by.filter(|at| *at > 1).map_or(span, |at| Span::new(span.start, span.start + at))
}

/// 参加上级组织的演练: without who holds it.
fn held_by_others(page: &Page, span: Span) -> Span {
    const HELD: &[&str] = &["组织的", "举办的", "召开的", "开展的"];
    let behind = |word: &&str| page.find(span, word).map(|at| at + word.chars().count());
    match HELD.iter().filter_map(behind).max().filter(|start| start + 2 <= span.end) {
        Some(start) => Span::new(start, span.end),
        None => span,
    }
}

/// 各学校学生达标率: the rate is one of all of them.
fn without_every(page: &Page, span: Span) -> Span {
    let length = ACTORS.at(page.slice(Span::new((span.start + 1).min(span.end), span.end)));
    match length.filter(|(length, _)| page.at(span.start) == Some('各') && span.start + length + 3 < span.end)
    {
        Some((length, _)) => Span::new(span.start + 1 + length, span.end),
        None => span,
    }
}

/// 每份, 每样: a word for each single one, which names nothing measured.
fn without_each(page: &Page, span: Span) -> Span {
    let each = page.at(span.start) == Some('每')
        && page.at(span.start + 1).is_some_and(|c| "份样次班人户校个名件位村单乡镇块处张台辆间".contains(c));
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
