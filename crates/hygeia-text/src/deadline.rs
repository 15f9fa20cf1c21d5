//! Dates, months and seasons by or during which something must happen.

mod what;

use crate::date::Date;
use crate::page::Page;
use crate::reading::{Deadline, Duty, Span};

/// Fixed holidays named as the time of an action.
const HOLIDAYS: &[(&str, &str)] =
    &[("五一", "--05-01"), ("国庆", "--10-01"), ("元旦", "--01-01"), ("六一", "--06-01")];
/// The seasons and their months.
const SEASONS: &[(char, u32, u32)] = &[('春', 3, 5), ('夏', 6, 8), ('秋', 9, 11), ('冬', 12, 2)];

/// The longest title of a document quoted in 《》, and the reach of a duty.
const TITLE_CHARS: usize = 80;
const DUTY_CHARS: usize = 800;

/// The duties that start at most a sentence in front of `at`.
fn near(duties: &[Duty], at: usize) -> &[Duty] {
    let from = duties.partition_point(|duty| duty.span.start + DUTY_CHARS < at);
    let to = duties.partition_point(|duty| duty.span.start <= at);
    duties.get(from..to).unwrap_or(&[])
}

/// All deadlines and phases of the page, in order.
pub(crate) fn deadlines(page: &Page, dates: &[Date], duties: &[Duty]) -> Vec<Deadline> {
    let mut found = from_dates(page, dates, duties);
    found.extend(seasons(page, duties));
    found.extend(holidays(page));
    found.extend(half_years(page));
    found.sort_by_key(|deadline| (deadline.span.start, deadline.from.clone()));
    found
}

fn from_dates(page: &Page, dates: &[Date], duties: &[Duty]) -> Vec<Deadline> {
    let mut found = Vec::new();
    let mut index = 0;
    while let Some(first) = dates.get(index) {
        index += 1;
        if is_no_deadline(page, first, duties) {
            continue;
        }
        let mut last = *first;
        let mut is_range = false;
        if let Some(second) = dates.get(index)
            && joins(page, first.span.end, second.span.start)
        {
            (last, is_range) = (*second, true);
            index += 1;
        }
        let (mut from, to) = ends(page, first, &last, is_range);
        // 九、十、十一月份: the first month of the list.
        if let Some(earliest) = listed_month(page, first).filter(|_| from == to) {
            from = Some(earliest);
        }
        if from.is_none() && to.is_none() {
            continue;
        }
        found.push(deadline(page, Span::new(first.span.start, last.span.end), from, to, "deadline.date"));
    }
    found
}

/// 6月18日至7月31日.
fn joins(page: &Page, end: usize, start: usize) -> bool {
    matches!(page.slice(Span::new(end, start)), ['至' | '-' | '~' | '到'] | ['-', '-'])
}

/// The first of the months listed in front of a month without day.
fn listed_month(page: &Page, date: &Date) -> Option<String> {
    if date.day.is_some() || date.year.is_some() || page.before(date.span.start) != Some('、') {
        return None;
    }
    let clause = page.clause(date.span.start);
    let list = page.slice(Span::new(clause.start, date.span.start));
    let numeral = |c: &char| c.is_ascii_digit() || "一二三四五六七八九十、".contains(*c);
    let start = date.span.start - list.iter().rev().take_while(|c| numeral(c)).count();
    let first = crate::numeral::number(page.folded.get(start..date.span.start)?)?.value.number()?;
    let months = (1.0..=12.0).contains(&first) && date.month.is_some_and(|month| first < f64::from(month));
    months.then(|| format!("--{first:02}"))
}

/// Start and end by the words around the date: 到, 前, 起, 期间.
fn ends(page: &Page, first: &Date, last: &Date, is_range: bool) -> (Option<String>, Option<String>) {
    let after = last.span.end;
    let starts = |words: &[&str]| words.iter().any(|word| page.starts(after, word));
    let by = starts(&["前", "之前", "以前", "底前", "底以前", "前后"]);
    let until = ["到", "至", "截至"].iter().any(|word| page.ends(first.span.start, word));
    let since = starts(&["起", "开始", "以来", "度起", "以后", "后"]);
    if is_range {
        return (Some(first.iso()), Some(last.iso()));
    }
    if since {
        return (Some(first.iso()), None);
    }
    if by || until {
        return (None, Some(last.iso()));
    }
    // A bare year is the document's period, not a time limit.
    if first.month.is_none() {
        return (None, None);
    }
    (Some(first.iso()), Some(first.iso()))
}

fn is_no_deadline(page: &Page, date: &Date, duties: &[Duty]) -> bool {
    let at = date.span.start;
    let as_of = ["截止", "截至", "截止到", "截至到"].iter().any(|word| page.ends(at, word));
    let in_duty = near(duties, at).iter().any(|duty| duty.span.contains(at) && page.before(at) == Some('每'));
    let document = matches!(page.before(at), Some('〔' | '[' | '(')) && date.day.is_none();
    let alone = page.line(at) == date.span;
    let before = page.slice(Span::new(page.line(at).start.max(at.saturating_sub(TITLE_CHARS)), at));
    let opened = before.iter().rposition(|&c| c == '《');
    let in_title = opened.is_some_and(|open| !before[open..].contains(&'》'));
    let journey = page.holds(page.clause(at), &["乘", "抵达", "出现发热", "返回", "旅居", "确诊"]);
    let yearly = page.ends(at, "每年") || page.ends(at, "每年的");
    as_of || yearly || in_duty || document || alone || in_title || journey
}

fn seasons(page: &Page, duties: &[Duty]) -> Vec<Deadline> {
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
        if !in_duty && is_time_of_action(page, at, end, members.len()) {
            for (from, to) in month_ranges(&members, page, at, end) {
                found.push(deadline(page, Span::new(at, end), Some(from), Some(to), "deadline.season"));
            }
        }
        at = end.max(at + 1);
    }
    found
}

/// The seasons named together at `at`: 秋冬季, 春、秋, 夏季.
fn seasons_at(page: &Page, at: usize) -> Option<(Vec<usize>, usize)> {
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
fn is_time_of_action(page: &Page, at: usize, end: usize, members: usize) -> bool {
    let clause = page.clause(at);
    if page.before(at) == Some('在') {
        let rest = Span::new(end, page.sentence(at).end);
        return page.holds(rest, &["采取", "要", "组织", "开展", "加强", "做好", "进行"]);
    }
    let behind = Span::new(end, (end + 3).min(clause.end));
    let acts = page.holds(behind, &["灭", "除", "消杀", "清理", "突击", "大扫除", "清剿"]);
    let of_acts = page.starts(end, "的突击") || page.starts(end, "的灭") || page.starts(end, "的除");
    let range = members > 1 && page.starts(end, "组织");
    acts || of_acts || range || page.starts(end, "开展") || page.starts(end, "组织")
}

/// 春秋 are two times of the year, 秋冬 is one.
fn month_ranges(members: &[usize], page: &Page, at: usize, end: usize) -> Vec<(String, String)> {
    let both = page.holds(Span::new(at, end), &["两季"]);
    let next_to_each_other = members.windows(2).all(|pair| (pair[0] + 1) % 4 == pair[1]);
    let month = |number: u32| format!("--{number:02}");
    if members.len() > 1 && next_to_each_other && !both {
        let (first, last) = (members[0], members[members.len() - 1]);
        return vec![(month(SEASONS[first].1), month(SEASONS[last].2))];
    }
    members.iter().map(|&member| (month(SEASONS[member].1), month(SEASONS[member].2))).collect()
}

/// 在下半年进行, 上半年完成.
fn half_years(page: &Page) -> Vec<Deadline> {
    let mut found = Vec::new();
    for at in 0..page.folded.len() {
        let months = [("上半年", "--01", "--06"), ("下半年", "--07", "--12")];
        let Some((_, from, to)) = months.into_iter().find(|(word, ..)| page.starts(at, word)) else {
            continue;
        };
        let end = at + 3;
        let scheduled = page.before(at) == Some('在') || page.ends(at, "安排") || page.ends(at, "计划");
        let acts = ["进行", "开展", "完成", "组织", "举办", "召开", "实施"]
            .iter()
            .any(|word| page.starts(end, word));
        if scheduled || (acts && !page.holds(page.clause(at), &["了", "已"])) {
            let (from, to) = (Some(from.to_owned()), Some(to.to_owned()));
            found.push(deadline(page, Span::new(at, end), from, to, "deadline.half_year"));
        }
    }
    found
}

fn holidays(page: &Page) -> Vec<Deadline> {
    let mut found = Vec::new();
    for at in 0..page.folded.len() {
        let Some((word, date)) = HOLIDAYS.iter().find(|(word, _)| page.starts(at, word)) else { continue };
        let span = Span::new(at, at + word.chars().count());
        let clause = page.clause(at);
        let acts =
            page.holds(Span::new(span.end, clause.end), &["行动", "活动", "除", "检查", "值班", "开展"]);
        let number = page.before(at).is_some_and(|c| "十第".contains(c))
            || page.at(span.end).is_some_and(|c| "次个项名".contains(c));
        if acts && !number {
            found.push(deadline(
                page,
                span,
                Some((*date).to_owned()),
                Some((*date).to_owned()),
                "deadline.holiday",
            ));
        }
    }
    found
}

fn deadline(page: &Page, at: Span, from: Option<String>, to: Option<String>, rule: &'static str) -> Deadline {
    let span = quote_span(page, at);
    Deadline {
        quote: page.quote(span),
        what: what::what(page, at, season_of(from.as_deref(), to.as_deref()), rule),
        from,
        to,
        span,
        confidence: if rule == "deadline.date" { 0.9 } else { 0.8 },
        rule,
    }
}

/// The season that two months span, if they span one only.
fn season_of(from: Option<&str>, to: Option<&str>) -> Option<char> {
    let month = |text: Option<&str>| text?.strip_prefix("--")?.parse::<u32>().ok();
    let (from, to) = (month(from)?, month(to)?);
    SEASONS.iter().find(|(_, first, last)| (*first, *last) == (from, to)).map(|(name, ..)| *name)
}

/// The clause of the date; for several times in one clause, from the date to the next break.
fn quote_span(page: &Page, at: Span) -> Span {
    let clause = page.clause(at.start);
    let clause = Span::new(clause.start, clause.end.max(at.end));
    let long = clause.end - at.start > 24;
    let stop = page
        .slice(Span::new(at.end, clause.end))
        .iter()
        .position(|c| matches!(c, '、' | '(' | ')'))
        .map_or(clause.end, |offset| at.end + offset);
    let names_act_late = stop < at.end + 2;
    let end = if long || page.slice(Span::new(clause.start, at.start)).len() > 20 || clause.start != at.start
    {
        stop
    } else {
        clause.end
    };
    let end = if names_act_late { clause.end.min(at.end + 24) } else { end };
    let list = page.slice(Span::new(clause.start, at.start)).iter().rposition(|c| matches!(c, '、' | '及'));
    let start =
        list.map_or(clause.start, |offset| clause.start + offset + 1).max(at.start.saturating_sub(10));
    let end =
        if end <= at.end + 1 { page.next_clause(at.start).map_or(clause.end, |next| next.end) } else { end };
    Span::new(start, end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date::dates;
    use crate::page::tests::page;

    fn found(text: &str) -> Vec<(String, String)> {
        let page = page(text);
        let show = |end: Option<String>| end.unwrap_or_else(|| "-".to_owned());
        deadlines(&page, &dates(&page), &[]).into_iter().map(|d| (show(d.from), show(d.to))).collect()
    }

    fn pair(from: &str, to: &str) -> (String, String) {
        (from.to_owned(), to.to_owned())
    }

    #[test]
    fn dates_by_their_words() {
        assert_eq!(found("于11月20日前上报计划"), [pair("-", "--11-20")]);
        assert_eq!(found("动员阶段(3月1日至3月31日)"), [pair("--03-01", "--03-31")]);
        assert_eq!(found("从2010年起建立制度"), [pair("2010", "-")]);
        assert_eq!(found("到2012年轮训一次"), [pair("-", "2012")]);
        assert_eq!(found("截止5月20日共检查3次"), []);
    }

    #[test]
    fn seasons_of_action() {
        assert_eq!(
            found("开展春、秋除四害行动和夏季灭蚊"),
            [pair("--03", "--05"), pair("--09", "--11"), pair("--06", "--08")]
        );
        assert_eq!(found("做好秋季传染病防控"), []);
        assert_eq!(found("夏、秋季节的灭蝇活动"), [pair("--06", "--11")]);
    }
}
