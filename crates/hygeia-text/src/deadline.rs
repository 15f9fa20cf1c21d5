//! Dates, months and seasons by or during which something must happen.

mod headed;
mod later;
mod season;
mod shorten;
mod what;

use crate::date::Date;
use crate::mood::Mood;
use crate::page::Page;
use crate::reading::{Deadline, Duty, Span};

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
pub(crate) fn deadlines(page: &Page, dates: &[Date], duties: &[Duty], mood: &Mood) -> Vec<Deadline> {
    let mut found = from_dates(page, dates, duties);
    found.extend(season::seasons(page, duties));
    found.extend(season::holidays(page, dates));
    found.extend(season::parts_of_year(page, mood));
    // 五月：体检；六一活动安全检查: a part with a time of its own is of that time.
    let timed: Vec<Span> =
        found.iter().filter(|told| told.rule != headed::RULE).map(|told| told.span).collect();
    found.retain(|told| told.rule != headed::RULE || !timed.iter().any(|other| other.overlaps(told.span)));
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
        if is_range && is_period_of_figures(page, first, &last) {
            continue;
        }
        let (mut from, to) = ends(page, first, &last, is_range);
        // 九、十、十一月份: the first month of the list.
        if let Some(earliest) = listed_month(page, first).filter(|_| from == to) {
            from = Some(earliest);
        }
        if from.is_none() && to.is_none() {
            continue;
        }
        let at = Span::new(first.span.start, last.span.end);
        found.push(deadline(page, at, from.clone(), to.clone(), "deadline.date"));
        let until = dates.get(index).map_or(page.chars.len(), |next| next.span.start);
        for more in headed::further(page, at, until) {
            // What recurs is a duty, whatever month it is told under.
            if !duties.iter().any(|duty| duty.span.overlaps(more)) {
                found.push(headed::deadline(page, more, from.clone(), to.clone()));
            }
        }
    }
    found
}

/// 1—12月份，共接诊…: the months that figures are told of.
fn is_period_of_figures(page: &Page, first: &Date, last: &Date) -> bool {
    let clause = page.clause(first.span.start);
    let alone = clause.end <= last.span.end + 1 && clause.start + 1 >= first.span.start;
    let months = first.month == Some(1) && first.day.is_none() && last.day.is_none();
    let told = page
        .next_clause(first.span.start)
        .is_some_and(|next| page.holds(next, &["共", "累计", "完成", "实现"]));
    alone && months && told
}

/// 6月18日至7月31日; 从9月1日开始，至9月30日结束.
fn joins(page: &Page, end: usize, start: usize) -> bool {
    if matches!(page.slice(Span::new(end, start)), ['至' | '-' | '~' | '到'] | ['-', '-']) {
        return true;
    }
    let between = page.text(Span::new(end, start.min(end + 8)));
    let between = ["上旬", "中旬", "下旬", "底", "初"]
        .iter()
        .find_map(|word| between.strip_prefix(word))
        .unwrap_or(&between);
    if matches!(between, "至" | "到" | "-" | "~" | "--") {
        return true;
    }
    [
        "开始,至",
        "开始至",
        "起,至",
        "起至",
        "开始,到",
        "开始到",
        "起到",
        "起,到",
        "开始,截至",
        "开始,于",
        "启动,至",
    ]
    .contains(&between)
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
    let listed = page.slice(Span::new(start, date.span.start));
    let alone = listed.iter().filter(|c| **c == '、').count() == 1;
    let first = crate::numeral::number(listed)?.value.number()?;
    let month = f64::from(date.month?);
    // 2、11月举办讲座: a number that begins a line is its mark, unless the month is the next one (7、8月).
    if alone && start == page.line(start).start && first + 1.0 < month {
        return None;
    }
    let months = (1.0..=12.0).contains(&first) && first < month;
    months.then(|| format!("--{first:02}"))
}

/// Start and end by the words around the date: 到, 前, 起, 期间.
fn ends(page: &Page, first: &Date, last: &Date, is_range: bool) -> (Option<String>, Option<String>) {
    let after = last.span.end;
    let starts = |words: &[&str]| words.iter().any(|word| page.starts(after, word));
    let by = starts(&[
        "前",
        "之前",
        "以前",
        "底前",
        "底之前",
        "底以前",
        "份前",
        "前后",
        "中旬前",
        "上旬前",
        "下旬前",
    ]);
    let by = by || is_before_an_hour(page, after);
    let until = ["到", "至", "截至"].iter().any(|word| page.ends(first.span.start, word));
    let since = starts(&["起", "开始", "以来", "度起", "以后", "后"]);
    if is_range {
        // The year is said once for both ends.
        let year = last.year.or(first.year);
        return (Some(first.iso()), Some(Date { year, ..*last }.iso()));
    }
    if since {
        return (Some(first.iso()), None);
    }
    if by || until {
        return (None, Some(last.iso()));
    }
    // A bare year is the document's period, not a time limit; its end is one.
    if first.month.is_none() {
        return (None, starts(&["底", "年底"]).then(|| last.iso()));
    }
    (Some(first.iso()), Some(first.iso()))
}

/// 6月16日下午下班前, 6月16日17:00前: a time of the day between the date and 前.
fn is_before_an_hour(page: &Page, at: usize) -> bool {
    const HOUR_CHARS: usize = 8;
    let words = page.folded.get(at..(at + HOUR_CHARS).min(page.folded.len())).unwrap_or(&[]);
    let Some(before) = words.iter().position(|&c| c == '前') else { return false };
    let opens = ["上午", "下午", "中午", "晚", "下班", "早"].iter().any(|word| page.starts(at, word));
    let time = |c: &char| c.is_ascii_digit() || "上下午中晚班时点分:半之以早".contains(*c);
    before > 0 && words[..before].iter().all(time) && (opens || words[0].is_ascii_digit())
}

fn is_no_deadline(page: &Page, date: &Date, duties: &[Duty]) -> bool {
    let at = date.span.start;
    let as_of = ["截止", "截至", "截止到", "截至到"].iter().any(|word| page.ends(at, word));
    let in_duty = near(duties, at).iter().any(|duty| duty.span.contains(at) && page.before(at) == Some('每'));
    let document = matches!(page.before(at), Some('〔' | '[' | '(')) && date.month.is_none();
    let alone = page.line(at) == date.span && date.year.is_some();
    let before = page.slice(Span::new(page.line(at).start.max(at.saturating_sub(TITLE_CHARS)), at));
    let opened = before.iter().rposition(|&c| c == '《');
    let in_title = opened.is_some_and(|open| !before[open..].contains(&'》'));
    let journey = page.holds(page.clause(at), &["乘", "抵达", "出现发热", "返回", "旅居", "确诊"]);
    let yearly = page.ends(at, "每年") || page.ends(at, "每年的");
    as_of || yearly || in_duty || document || alone || in_title || journey
}

fn deadline(page: &Page, at: Span, from: Option<String>, to: Option<String>, rule: &'static str) -> Deadline {
    let span = quote_span(page, at);
    Deadline {
        quote: page.quote(span),
        what: what::what(page, at, season::season_of(from.as_deref(), to.as_deref()), rule),
        from,
        to,
        span,
        confidence: if rule == "deadline.date" { 0.9 } else { 0.8 },
        rule,
    }
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
        let mood = Mood::new(&page, crate::reading::Kind::Plan, &[]);
        deadlines(&page, &dates(&page), &[], &mood).into_iter().map(|d| (show(d.from), show(d.to))).collect()
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
        assert_eq!(found("于3、4月开展活动"), [pair("--03", "--04")]);
        assert_eq!(found("2、11月举办讲座"), [pair("--11", "--11")]);
    }

    #[test]
    fn all_that_stands_in_a_line_headed_by_a_month_is_of_that_month() {
        let page =
            page("九月：新生体检；完成接种证登记，逐人核对；\n十二月份：1、做好流感防控；2、资料归档。");
        let mood = Mood::new(&page, crate::reading::Kind::Plan, &[]);
        let told = deadlines(&page, &dates(&page), &[], &mood);
        let told: Vec<(&str, &str)> =
            told.iter().map(|d| (d.what.as_str(), d.to.as_deref().unwrap_or_default())).collect();
        assert_eq!(
            told,
            [("新生体检", "--09"), ("接种证登记", "--09"), ("流感防控", "--12"), ("资料归档", "--12")]
        );
    }

    #[test]
    fn every_holiday_is_a_date_in_its_example() {
        for (word, date, example) in crate::lexicon::rows(include_str!("../data/holidays.tsv")) {
            let from = if example.contains("节前") { "-" } else { date };
            assert_eq!(found(example), [pair(from, date)], "{word}");
        }
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
