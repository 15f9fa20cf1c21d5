//! Seasons, quarters, half years and holidays as the time of an action.

use std::sync::LazyLock;

use crate::date::Date;
use crate::lexicon::Lexicon;
use crate::mood::Mood;
use crate::page::{Page, is_han};
use crate::reading::{Deadline, Duty, Span};

use super::{deadline, near};

/// Fixed holidays named as the time of an action.
static HOLIDAYS: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::parse(include_str!("../../data/holidays.tsv")));

/// What is done in a quarter, a half year or a season.
const ACTS: &[&str] = &[
    "开展", "组织", "进行", "完成", "举办", "召开", "实施", "启动", "投入", "建成", "推进", "推行", "制定",
    "落实", "采购", "全面", "重点", "安排", "迎接", "做好", "抓好", "举行", "对", "宣传", "突出", "集中",
    "开工", "购置", "检查", "培训", "评选", "验收", "总结",
];

/// What else may follow a season that is the time of an action.
const SEASON_ACTS: &[&str] = &["要", "应", "注意", "加强", "抓", "以", "备足", "储备"];

/// The seasons and their months.
const SEASONS: &[(char, u32, u32)] = &[('春', 3, 5), ('夏', 6, 8), ('秋', 9, 11), ('冬', 12, 2)];

pub(super) fn seasons(page: &Page, duties: &[Duty]) -> Vec<Deadline> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < page.folded.len() {
        let Some((members, end)) = seasons_at(page, at) else {
            at += 1;
            continue;
        };
        let in_duty = near(duties, at).iter().any(|duty| {
            duty.when.as_ref().is_some_and(|when| {
                page.quote(Span::new(at, end)).starts_with(when.as_str())
                    || when.contains(&page.quote(Span::new(at, end)))
            }) && duty.span.contains(at)
        });
        if !in_duty && !is_dated(page, end) && is_time_of_action(page, at, end, members.len()) {
            for (from, to) in month_ranges(&members, page, at, end) {
                found.push(deadline(page, Span::new(at, end), Some(from), Some(to), "deadline.season"));
            }
        }
        at = end.max(at + 1);
    }
    found
}

/// 春季灭鼠阶段(3月10日至3月25日): the bracket says the time.
pub(super) fn is_dated(page: &Page, end: usize) -> bool {
    let clause = page.clause(end);
    let open = page.slice(Span::new(end, clause.end)).iter().position(|&c| c == '(');
    open.is_some_and(|open| {
        page.at(end + open + 1).is_some_and(|c| c.is_ascii_digit() || "一二三四五六七八九十".contains(c))
    })
}

/// The seasons named together at `at`: 秋冬季, 春、秋, 夏季.
pub(super) fn seasons_at(page: &Page, at: usize) -> Option<(Vec<usize>, usize)> {
    let season = |c: char| SEASONS.iter().position(|(name, _, _)| *name == c);
    let mut members = vec![season(page.at(at)?)?];
    let mut end = at + 1;
    loop {
        let next = if page.at(end) == Some('、') { end + 1 } else { end };
        match page.at(next).and_then(season) {
            Some(member) => {
                members.push(member);
                end = next + 1;
            }
            None => break,
        }
    }
    for word in ["两季", "季节", "季"] {
        if page.starts(end, word) {
            return Some((members, end + word.chars().count()));
        }
    }
    // Without 季 only in 春、秋除“四害”.
    let acts = ["除", "灭", "防", "开展", "消杀"].iter().any(|word| page.starts(end, word));
    (members.len() > 1 && acts).then_some((members, end))
}

/// Something is done in the season; 秋季传染病防控 only names a disease of it.
pub(super) fn is_time_of_action(page: &Page, at: usize, end: usize, members: usize) -> bool {
    let clause = page.clause(at);
    if page.before(at) == Some('在') {
        let rest = Span::new(end, page.sentence(at).end);
        return page.holds(rest, &["采取", "要", "组织", "开展", "加强", "做好", "进行"]);
    }
    let behind = Span::new(end, (end + 3).min(clause.end));
    let acts = page.holds(behind, &["灭", "除", "消杀", "清理", "突击", "大扫除", "清剿"]);
    let of_acts = page.starts(end, "的突击") || page.starts(end, "的灭") || page.starts(end, "的除");
    let range = members > 1 && page.starts(end, "组织");
    let opens = page.before(at).is_none_or(|c| !is_han(c) || matches!(c, '是' | '于'));
    let does = opens
        && ACTS
            .iter()
            .chain(SEASON_ACTS)
            .any(|word| page.starts(end, word) || (page.at(end) == Some(',') && page.starts(end + 1, word)));
    acts || of_acts || range || does || page.starts(end, "开展") || page.starts(end, "组织")
}

/// 春秋 are two times of the year, 秋冬 is one.
pub(super) fn month_ranges(members: &[usize], page: &Page, at: usize, end: usize) -> Vec<(String, String)> {
    let both = page.holds(Span::new(at, end), &["两季"]);
    let next_to_each_other = members.windows(2).all(|pair| (pair[0] + 1) % 4 == pair[1]);
    let month = |number: u32| format!("--{number:02}");
    if members.len() > 1 && next_to_each_other && !both {
        let (first, last) = (members[0], members[members.len() - 1]);
        return vec![(month(SEASONS[first].1), month(SEASONS[last].2))];
    }
    members.iter().map(|&member| (month(SEASONS[member].1), month(SEASONS[member].2))).collect()
}

/// 在下半年进行, 上半年完成, 第三季度开展.
pub(super) fn parts_of_year(page: &Page, mood: &Mood) -> Vec<Deadline> {
    let mut found = Vec::new();
    for at in 0..page.folded.len() {
        let Some((length, from, to)) = part_of_year(page, at) else { continue };
        let end = at + length;
        let scheduled =
            ["在", "安排", "计划", "拟", "于", "预计", "争取"].iter().any(|word| page.ends(at, word));
        let next = end + usize::from(page.at(end) == Some(','));
        let modal = ["要", "拟", "将", "计划", "力争", "争取", "应", "完成", "要完成"]
            .iter()
            .filter(|word| page.starts(next, word))
            .map(|word| word.chars().count())
            .max();
        // 第一季度:修订预案; 上半年拟引进…
        let told = page.at(end) == Some(':') && page.line(at).start == at
            || modal.is_some_and(|length| page.starts(next, "拟") || page.starts(next, "计划") || length > 2);
        let next = next + modal.unwrap_or(0);
        let opens = page.before(at).is_none_or(|c| !is_han(c));
        // 完成 is an act itself, and an act may follow it.
        let acts = ACTS.iter().any(|word| page.starts(next, word))
            || modal.is_some_and(|length| ACTS.iter().any(|word| page.starts(next - length, word)));
        let done = page.holds(page.clause(next), &["了", "已", "共"]);
        let by = ["末前", "底前", "前", "结束前"].iter().any(|word| page.starts(end, word));
        if scheduled || (mood.is_ahead(at) && ((opens && (acts || told)) || by) && !done) {
            let from = (!by).then(|| from.to_owned());
            found.push(deadline(
                page,
                Span::new(at, end),
                from,
                Some(to.to_owned()),
                "deadline.part_of_year",
            ));
        }
    }
    found
}

/// 上半年, 第三季度: characters used, first and last month.
pub(super) fn part_of_year(page: &Page, at: usize) -> Option<(usize, &'static str, &'static str)> {
    if !page.at(at).is_some_and(|c| matches!(c, '上' | '下' | '第' | '1'..='4') || "一二三四".contains(c))
    {
        return None;
    }
    for (word, from, to) in [("上半年", "--01", "--06"), ("下半年", "--07", "--12")] {
        if page.starts(at, word) {
            return Some((3, from, to));
        }
    }
    let ordinal = usize::from(page.at(at) == Some('第'));
    if page
        .before(at)
        .is_some_and(|c| matches!(c, '第' | '前' | '每' | '、' | '-' | '上') || c.is_ascii_digit())
    {
        return None;
    }
    let quarter = ["一1", "二2", "三3", "四4"]
        .iter()
        .position(|names| page.at(at + ordinal).is_some_and(|c| names.contains(c)))?;
    let months = [("--01", "--03"), ("--04", "--06"), ("--07", "--09"), ("--10", "--12")];
    let (from, to) = *months.get(quarter)?;
    page.starts(at + ordinal + 1, "季度").then_some((ordinal + 3, from, to))
}

/// Holidays named as the time of an action; those with their date beside them are read as dates.
pub(super) fn holidays(page: &Page, dates: &[Date]) -> Vec<Deadline> {
    const BESIDE_CHARS: usize = 6;
    let acts = [
        "行动", "活动", "除", "检查", "值班", "开展", "宣传", "时机", "契机", "期间", "举办", "组织", "召开",
        "慰问", "前夕", "前后", "演练", "放假", "排查", "义诊",
    ];
    let mut found = Vec::new();
    let mut at = 0;
    while at < page.folded.len() {
        let Some((length, date)) = page.folded.get(at..).and_then(|rest| HOLIDAYS.at(rest)) else {
            at += 1;
            continue;
        };
        let span = Span::new(at, at + length);
        at = span.end;
        let before = dates.partition_point(|date| date.span.end <= span.start);
        let beside = before
            .checked_sub(1)
            .and_then(|index| dates.get(index))
            .is_some_and(|date| date.day.is_some() && date.span.end + BESIDE_CHARS >= span.start);
        let rest = Span::new(span.end, page.clause(span.start).end);
        let number = page.before(span.start).is_some_and(|c| "十第二三四".contains(c))
            || page.at(span.end).is_some_and(|c| "次个项名批".contains(c));
        if !page.holds(rest, &acts) || number || beside {
            continue;
        }
        let by = listed_before(page, span.end);
        let from = (!by).then(|| date.to_owned());
        found.push(deadline(page, span, from, Some(date.to_owned()), "deadline.holiday"));
    }
    found
}

/// 国庆节前; 元旦、春节前: whether 前 closes the list of holidays that stands here.
pub(super) fn listed_before(page: &Page, end: usize) -> bool {
    let mut at = end;
    while page.at(at).is_some_and(|c| {
        matches!(c, '、' | '节' | '”' | '“' | '和') || "元旦春国庆五一六中秋端午劳动儿童".contains(c)
    }) {
        at += 1;
    }
    page.at(at) == Some('前') && page.at(at + 1) != Some('后')
}

/// The season that two months span, if they span one only.
pub(super) fn season_of(from: Option<&str>, to: Option<&str>) -> Option<char> {
    let month = |text: Option<&str>| text?.strip_prefix("--")?.parse::<u32>().ok();
    let (from, to) = (month(from)?, month(to)?);
    SEASONS.iter().find(|(_, first, last)| (*first, *last) == (from, to)).map(|(name, ..)| *name)
}
