//! Dates, months and seasons by or during which something must happen.

mod what;

use std::sync::LazyLock;

use crate::date::Date;
use crate::lexicon::Lexicon;
use crate::mood::Mood;
use crate::page::{Page, is_han};
use crate::reading::{Deadline, Duty, Span};

/// Fixed holidays named as the time of an action.
static HOLIDAYS: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::parse(include_str!("../data/holidays.tsv")));
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
    found.extend(seasons(page, duties));
    found.extend(holidays(page, dates));
    found.extend(parts_of_year(page, mood));
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

/// 6月18日至7月31日; 从9月1日开始，至9月30日结束.
fn joins(page: &Page, end: usize, start: usize) -> bool {
    if matches!(page.slice(Span::new(end, start)), ['至' | '-' | '~' | '到'] | ['-', '-']) {
        return true;
    }
    let between = page.text(Span::new(end, start.min(end + 8)));
    let between = ["上旬", "中旬", "下旬", "底", "初"].iter().find_map(|word| between.strip_prefix(word)).unwrap_or(&between);
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
    let first = crate::numeral::number(page.folded.get(start..date.span.start)?)?.value.number()?;
    let months = (1.0..=12.0).contains(&first) && date.month.is_some_and(|month| first < f64::from(month));
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
fn is_dated(page: &Page, end: usize) -> bool {
    let clause = page.clause(end);
    let open = page.slice(Span::new(end, clause.end)).iter().position(|&c| c == '(');
    open.is_some_and(|open| {
        page.at(end + open + 1).is_some_and(|c| c.is_ascii_digit() || "一二三四五六七八九十".contains(c))
    })
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
    let opens = page.before(at).is_none_or(|c| !is_han(c) || matches!(c, '是' | '于'));
    let does = opens
        && ACTS
            .iter()
            .chain(SEASON_ACTS)
            .any(|word| page.starts(end, word) || (page.at(end) == Some(',') && page.starts(end + 1, word)));
    acts || of_acts || range || does || page.starts(end, "开展") || page.starts(end, "组织")
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

/// 在下半年进行, 上半年完成, 第三季度开展.
fn parts_of_year(page: &Page, mood: &Mood) -> Vec<Deadline> {
    let mut found = Vec::new();
    for at in 0..page.folded.len() {
        let Some((length, from, to)) = part_of_year(page, at) else { continue };
        let end = at + length;
        let scheduled =
            ["在", "安排", "计划", "拟", "于", "预计", "争取"].iter().any(|word| page.ends(at, word));
        let next = end + usize::from(page.at(end) == Some(',')) + usize::from(page.at(end) == Some('要'));
        let opens = page.before(at).is_none_or(|c| !is_han(c));
        let acts = ACTS.iter().any(|word| page.starts(next, word));
        let done = page.holds(page.clause(next), &["了", "已", "共"]);
        let by = ["末前", "底前", "前", "结束前"].iter().any(|word| page.starts(end, word));
        if scheduled || (mood.is_ahead(at) && ((opens && acts) || by) && !done) {
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
fn part_of_year(page: &Page, at: usize) -> Option<(usize, &'static str, &'static str)> {
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
fn holidays(page: &Page, dates: &[Date]) -> Vec<Deadline> {
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
fn listed_before(page: &Page, end: usize) -> bool {
    let mut at = end;
    while page.at(at).is_some_and(|c| {
        matches!(c, '、' | '节' | '”' | '“' | '和') || "元旦春国庆五一六中秋端午劳动儿童".contains(c)
    }) {
        at += 1;
    }
    page.at(at) == Some('前') && page.at(at + 1) != Some('后')
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
