//! Recurring duties: an interval, an act, and perhaps a count, a time and someone obliged.

use crate::interval::{self, Interval};
use crate::mood::Mood;
use crate::page::{Page, is_han};
use crate::phrase;
use crate::quantity::{Class, Quantity};
use crate::reading::{Amount, Duty, IntervalUnit, Span};

/// Words that make a count a minimum.
const AT_LEAST: &[&str] = &["至少", "不少于", "不低于", "不能少于", "不得少于", "最少", "不应少于"];
/// Acts too vague to be a duty.
const VAGUE: &[&str] = &["有条不紊", "忙碌"];
/// People in an attribute: 每天出入园的幼儿 names children, not an act.
const PEOPLE: &[&str] = &["幼儿", "学生", "孩子", "儿童", "人员", "家长", "老师", "患者", "生活", "工作"];

/// Verbs of one character that are an act on their own.
const SHORT_ACTS: &str = "抓讲查扫清评检晒洗换报巡测训练学管拖擦";

/// The duties of the page, and for each quantity whether a duty has used it as its count.
pub(crate) fn duties(page: &Page, quantities: &[Quantity], mood: &Mood) -> (Vec<Duty>, Vec<bool>) {
    let intervals = interval::intervals(page);
    let mut used = vec![false; quantities.len()];
    let mut duties = Vec::new();
    for (index, interval) in intervals.iter().enumerate() {
        let region = region(page, &intervals, index);
        if !is_duty(page, interval, region) || is_sum_of_year(page, interval, mood) {
            continue;
        }
        let count = count_in(page, quantities, interval, region);
        if let Some(at) = count {
            used[at] = true;
        }
        // 2次/日: the count stands in front.
        if interval.rule == "duty.per_unit" {
            let at = quantities.partition_point(|quantity| quantity.span.end < interval.span.start);
            if let Some(used) = used.get_mut(at) {
                *used = true;
            }
        }
        let count_said = count.and_then(|at| quantities.get(at));
        let first = duty(page, quantities, interval, region, count_said, duties.last());
        let counted = count.is_some();
        duties.push(first);
        if counted {
            more_counts(page, quantities, interval, region, &mut used, &mut duties);
        }
    }
    duties.sort_by_key(|duty| duty.span.start);
    (duties, used)
}

/// The words that belong to an interval: its clause, less what belongs to its neighbours.
fn region(page: &Page, intervals: &[Interval], index: usize) -> Span {
    let interval = &intervals[index];
    let clause = page.clause(interval.span.start);
    let previous =
        index.checked_sub(1).map(|before| &intervals[before]).filter(|before| before.span.end > clause.start);
    let next = intervals.get(index + 1).filter(|next| next.span.start < clause.end);
    let mut start = clause.start;
    if let Some(previous) = previous {
        start = previous.span.end;
        // The act of the one before reaches to the last comma or conjunction in front of this one.
        let gap = page.slice(Span::new(start, interval.span.start));
        let cut = gap.iter().rposition(|c| matches!(c, '、' | '(' | ')')).map_or(gap.len(), |at| at + 1);
        start += cut;
        if page.before(start) == Some('(') {
            start = interval.span.start;
        }
    }
    let mut end = clause.end;
    if let Some(next) = next {
        let gap = page.slice(Span::new(interval.span.end, next.span.start));
        let cut = gap.iter().rposition(|c| matches!(c, '、' | '(')).unwrap_or(gap.len());
        end = interval.span.end + cut;
    }
    if end <= interval.span.end + 1
        && let Some(after) = page.next_clause(interval.span.start)
    {
        let more = intervals.get(index + 1).is_none_or(|next| next.span.start >= after.end);
        if more && next.is_none() {
            end = after.end;
        }
    }
    if next.is_none() {
        end = second_act(page, interval, end).unwrap_or(end);
    }
    Span::new(start, end)
}

/// 做好每日午检，晚间巡视工作: the verb in front of the interval holds what stands up to 工作.
fn second_act(page: &Page, interval: &Interval, end: usize) -> Option<usize> {
    const HOLDERS: &[&str] = &["做好", "抓好", "搞好", "落实", "完成", "开展"];
    const ACT_CHARS: usize = 8;
    let next = page.next_clause(interval.span.start).filter(|next| next.start == end + 1)?;
    let held = HOLDERS.iter().any(|word| page.ends(interval.span.start, word));
    let short = end > interval.span.end && end - interval.span.end <= ACT_CHARS;
    let whole = page.holds(Span::new(interval.span.end, end), &["工作"]);
    let named = Span::new(next.start, next.end.saturating_sub(2));
    let act = next.end - next.start <= ACT_CHARS && page.ends(next.end, "工作");
    let act = act && phrase::ends_in_verb(page.slice(named));
    let own_verb = phrase::is_verb_at(page.slice(next)) || interval::intervals_in(page, next);
    let listed = page.at(end) == Some(',') && held && short && !whole;
    (listed && act && !own_verb).then_some(next.end)
}

/// 全年举办讲座12次 in a report is a sum; in a plan, or with 不少于, it is a duty of the year.
fn is_sum_of_year(page: &Page, interval: &Interval, mood: &Mood) -> bool {
    let rest = Span::new(interval.span.end, page.clause(interval.span.start).end);
    let told = mood.is_done(page, rest) || page.holds(rest, &["共", "累计"]);
    interval.rule == "duty.whole_year"
        && !page.holds(rest, AT_LEAST)
        && (!mood.is_ahead(interval.span.start) || told)
}

fn is_duty(page: &Page, interval: &Interval, region: Span) -> bool {
    let after = Span::new(interval.span.end, region.end);
    if page.at(interval.span.end) == Some('的')
        && interval.rule == "duty.every"
        && page.starts(interval.span.start, "每一")
    {
        return false;
    }
    let attribute = PEOPLE.iter().any(|word| {
        page.find(after, "的").is_some_and(|of| {
            let rest = Span::new(of + 1 + word.chars().count(), region.end);
            // 每天来园的幼儿进行晨检: the act stands behind the people.
            if page.holds(rest, &["进行", "晨检", "检查", "测", "登记", "消毒", "开展"]) {
                return false;
            }
            let given = page.holds(Span::new(interval.span.end, of), &["提供", "营造", "创造"]);
            !given
                && of < interval.span.end + 8
                && page.starts(of + 1, word)
                && of > interval.span.end
                && page.before(of) != Some('次')
        })
    });
    let used_as_means =
        ["通过", "近年来", "平均", "人均", "比"].iter().any(|word| page.ends(interval.span.start, word));
    let long_enough = region.end - region.start > interval.span.end - interval.span.start + 1;
    // 天天抓, 周周查: one verb is an act.
    let short_act = page.at(interval.span.end).is_some_and(|c| SHORT_ACTS.contains(c));
    let stated = interval.every.unit == IntervalUnit::Case || long_enough || short_act;
    let vague = page.holds(after, VAGUE)
        || page.find(after, "都在").is_some_and(|at| !is_amount_at(page, at + 2))
        || page.find(after, "面对").is_some_and(|at| !page.starts(at, "面对面"));
    !attribute && !used_as_means && stated && !vague
}

/// Whether a number starts here.
fn is_amount_at(page: &Page, at: usize) -> bool {
    page.folded.get(at..(at + 4).min(page.folded.len())).and_then(crate::numeral::number).is_some()
}

/// The count that says how often: an event quantity behind the interval, or right before it.
fn count_in(page: &Page, quantities: &[Quantity], interval: &Interval, region: Span) -> Option<usize> {
    let from = quantities.partition_point(|quantity| quantity.span.start < interval.span.end);
    let behind = quantities[from..]
        .iter()
        .take_while(|quantity| quantity.span.start < region.end)
        .position(|quantity| is_count(quantity) || is_published(page, quantity, interval));
    // 连续两次排名末位 and 其中一次 count something else.
    let other =
        |at: usize| ["其中", "连续", "第", "累计", "共", "达到"].iter().any(|word| page.ends(at, word));
    behind.map(|at| from + at).filter(|&at| !other(quantities[at].span.start))
}

/// 每周推送2条: as many things as are sent out, so many times.
fn is_published(page: &Page, quantity: &Quantity, interval: &Interval) -> bool {
    const SENDING: &[&str] = &["推送", "发布", "编发", "刊发", "播发", "发送"];
    let said = Span::new(interval.span.end, quantity.span.start.max(interval.span.end));
    matches!(quantity.unit.as_str(), "条" | "篇" | "期")
        && page.holds(said, SENDING)
        && lowest(quantity).is_some()
}

fn is_count(quantity: &Quantity) -> bool {
    quantity.class == Class::Event
        && matches!(quantity.unit.as_str(), "次" | "回" | "遍" | "场" | "轮" | "期" | "场次")
        && lowest(quantity).is_some()
}

/// The count, or the lower end of a range (每日4-5次).
fn lowest(quantity: &Quantity) -> Option<u32> {
    let value = match &quantity.value {
        Amount::Text(range) => range.split('-').next()?.parse().ok()?,
        other => other.number()?,
    };
    (value.fract() == 0.0 && (1.0..=400.0).contains(&value)).then_some(value as u32)
}

/// In 上午9点、下午3点各一次 and 春秋两季各一次 the number of times that 各 shares the count out to.
fn times_each(page: &Page, between: Span) -> u32 {
    const TIMES: &[&str] =
        &["午", "点", "时", "初", "末", "前", "后", "年", "季", "早", "晚", "日", "月", "段", "期"];
    let Some(each) = page.slice(between).iter().position(|&c| c == '各').map(|at| between.start + at) else {
        return 1;
    };
    let words: String = page.slice(Span::new(between.start, each)).iter().filter(|c| **c != '、').collect();
    if words.contains("早中晚") {
        return 3;
    }
    if ["早晚", "上下午", "春秋", "夏秋", "冬春", "春冬", "上下半年"].iter().any(|pair| words.contains(pair))
    {
        return 2;
    }
    let list = Span::new(between.start, each);
    let joined = page.slice(list).iter().filter(|c| matches!(c, '、' | '和' | '与' | '及')).count();
    if joined > 0 && page.holds(list, TIMES) { joined as u32 + 1 } else { 1 }
}

fn duty(
    page: &Page,
    quantities: &[Quantity],
    interval: &Interval,
    region: Span,
    count: Option<&Quantity>,
    before: Option<&Duty>,
) -> Duty {
    // The times of the year may be part of the interval word: 每年春秋两季各….
    let from = interval.when.map_or(interval.span.end, |when| when.start.min(interval.span.end));
    let each = match interval.times {
        Some(_) => 1,
        None => count.map_or(1, |count| times_each(page, Span::new(from, count.span.start))),
    };
    let stated = count.and_then(lowest).map(|value| value * each);
    let bare = bare_count(page, interval);
    let times = match (interval.times, stated) {
        (Some(both), Some(1) | None) => both,
        (_, Some(stated)) => stated,
        _ => bare.unwrap_or(1),
    };
    let in_front = Span::new(region.start, interval.span.start);
    let at_least = interval.rule == "duty.per_unit" && page.holds(in_front, AT_LEAST)
        || count.is_some_and(|count| {
            page.holds(Span::new(interval.span.start, count.span.start), AT_LEAST)
                || page.starts(count.span.end, "以上")
        });
    let when = interval.when.or_else(|| season_before(page, interval, region));
    let who = phrase::who(page, region, interval.span);
    let named = Interval { span: past_count(interval, bare), when, ..interval.clone() };
    let from = quantities.partition_point(|quantity| quantity.span.end <= region.start);
    // The act may stand in the next clause.
    let reach = page.next_clause(region.start).map_or(region.end, |next| next.end.max(region.end));
    let to = quantities.partition_point(|quantity| quantity.span.start < reach);
    let numbers = quantities.get(from..to).unwrap_or(&[]);
    Duty {
        quote: page.quote(region),
        what: phrase::act(page, region, &named, numbers, who, before),
        times,
        every: interval.every,
        at_least,
        who: who.map(|span| page.quote(span)),
        when: when.map(|span| page.quote(span)),
        span: region,
        confidence: interval.confidence,
        rule: interval.rule,
    }
}

/// The interval word with the count glued behind it, so that the act starts after both.
fn past_count(interval: &Interval, bare: Option<u32>) -> Span {
    Span::new(interval.span.start, interval.span.end + usize::from(bare.is_some()))
}

/// 每日两扫, 每天三查: a count glued to its verb.
fn bare_count(page: &Page, interval: &Interval) -> Option<u32> {
    let at = interval.span.end;
    let number = "二两三四五六".chars().position(|c| page.at(at) == Some(c))?;
    let counts = [2, 2, 3, 4, 5, 6];
    let verb = page.at(at + 1)?;
    let counted = interval.rule == "duty.n_in_period"
        && is_han(verb)
        && !"次遍回天周月年个场期轮人名种项小大".contains(verb);
    (counted || "扫查检消巡测报拖洗冲擦晒换讲练".contains(verb)).then(|| counts[number])
}

/// 秋季传染病高发季节是每日消毒: the season in front of the interval.
fn season_before(page: &Page, interval: &Interval, region: Span) -> Option<Span> {
    let before = Span::new(region.start, interval.span.start);
    let start = ["春", "夏", "秋", "冬"].iter().filter_map(|word| page.find(before, word)).min()?;
    let end = page
        .find(Span::new(start, before.end), "季节")
        .map(|at| at + 2)
        .or_else(|| page.find(Span::new(start, before.end), "季").map(|at| at + 1))?;
    Some(Span::new(start, end))
}

/// 每年开展2次以上培训，开展1次以上演练: a different count on the same interval is another duty.
fn more_counts(
    page: &Page,
    quantities: &[Quantity],
    interval: &Interval,
    region: Span,
    used: &mut [bool],
    duties: &mut Vec<Duty>,
) {
    let mut last = duties.last().map_or(1, |duty| duty.times);
    let mut clause = region;
    while let Some(next) = page.next_clause(clause.start.max(interval.span.start)) {
        let from = quantities.partition_point(|quantity| quantity.span.start < next.start);
        let inside = quantities[from..].iter().take_while(|quantity| quantity.span.start < next.end);
        let Some(at) = inside.into_iter().position(is_count).map(|at| from + at) else { break };
        let times = quantities[at].number().map_or(1, |value| value as u32);
        let own_interval = interval::intervals_in(page, next) || page.ends(quantities[at].span.start, "连续");
        let counted_up = [
            "了",
            "其中",
            "已",
            "共",
            "累计",
            "总计",
            "全年",
            "本学期",
            "今年",
            "年内",
            "各",
            "不超过",
            "不得超过",
        ];
        if own_interval || times == last || used[at] || page.holds(next, &counted_up) {
            break;
        }
        used[at] = true;
        let shifted =
            Interval { span: Span::new(next.start, next.start), times: None, when: None, ..interval.clone() };
        let more = duty(page, quantities, &shifted, next, quantities.get(at), duties.last());
        duties.push(more);
        last = times;
        clause = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date::dates;
    use crate::page::tests::page;
    use crate::quantity::quantities;

    fn found(text: &str) -> Vec<Duty> {
        let page = page(text);
        let mood = Mood::new(&page, crate::reading::Kind::Plan, &[]);
        duties(&page, &quantities(&page, &dates(&page), &[]), &mood).0
    }

    fn line(duty: &Duty) -> String {
        let who = duty.who.as_deref().unwrap_or("-");
        let when = duty.when.as_deref().unwrap_or("-");
        let least = if duty.at_least { "≥" } else { "" };
        format!(
            "{} | {}{} per {} {:?} | {who} | {when}",
            duty.what, least, duty.times, duty.every.n, duty.every.unit
        )
    }

    #[test]
    fn one_duty_per_interval_word() {
        let lines: Vec<String> =
            found("食堂做到每天擦洗、每周大扫除、每月彻底清理。").iter().map(line).collect();
        assert_eq!(lines.len(), 3);
        assert!(lines[1].contains("大扫除 | 1 per 1 Week"), "{lines:?}");
    }

    #[test]
    fn counts_and_minimums() {
        assert_eq!(line(&found("保健医每周至少巡班三次")[0]), "巡班 | ≥3 per 1 Week | 保健医 | -");
        assert_eq!(line(&found("每日两扫")[0]), "扫 | 2 per 1 Day | - | -");
        let two = found("每年开展2次以上培训，开展1次以上演练");
        assert_eq!(two.iter().map(|duty| duty.times).collect::<Vec<_>>(), [2, 1]);
        assert!(!found("每学年接受继续教育不少于48学时")[0].at_least);
    }

    #[test]
    fn an_attribute_is_no_duty() {
        assert!(found("确保每天出入园的幼儿平安").is_empty());
        assert!(found("阿姨们每天有条不紊地工作").is_empty());
    }
}
