//! What is to be done at a stated time.

use crate::page::{Page, is_han};
use crate::phrase;
use crate::reading::Span;

use super::later::{following, is_circumstance};
use super::shorten::shortened;

/// The longest name of an action.
const ACTION_CHARS: usize = 40;
/// The longest remark in brackets behind a date.
const BRACKET_CHARS: usize = 8;
/// Words between a date and its action.
const BETWEEN: &[&str] = &[
    "上午",
    "下午",
    "晚上",
    "之日",
    "左右",
    "结束前",
    "之前",
    "以前",
    "底前",
    "底以前",
    "上旬",
    "中旬",
    "下旬",
    "底",
    "前",
    "起",
    "开始",
    "份",
    "期间",
    "以后",
    "后",
    "度",
    ",",
    "的",
    "是",
    "将",
    "要",
    "应",
    "必须",
    "”",
    "全国",
    "并",
    "当天",
    "清晨",
    "早晨",
    "凌晨",
    "中午",
    "傍晚",
    "夜间",
    "下班前",
    "开学前",
];
/// Verbs in front of the action.
const VERBS: &[&str] = &[
    "组织开展了",
    "组织开展",
    "开展了",
    "开展",
    "举行了",
    "举行",
    "进行了",
    "进行",
    "实现",
    "举办了",
    "举办",
    "召开了",
    "召开",
    "组织了",
    "组织",
    "完成了",
    "完成",
    "做好",
    "备足",
    "各进行一次",
    "各开展一次",
];
/// Acts that do not say what is done to what.
const BARE: &[&str] = &[
    "投入使用",
    "完工",
    "竣工",
    "整改到位",
    "整改完毕",
    "整改",
    "完成",
    "送检",
    "反馈",
    "反馈结果",
    "上报",
    "报送",
    "上交",
    "下发",
    "启用",
    "结束",
    "推开",
    "全院推开",
    "试点",
    "验收",
];

/// The action that belongs to the date at `at`, in few words.
pub(super) fn what(page: &Page, at: Span, season: Option<char>, rule: &str) -> String {
    if let Some(label) = label(page, at) {
        return label;
    }
    let act = shortened(&action_at(page, at, season, rule));
    let bare = BARE.iter().any(|word| act == *word) || act.is_empty();
    let names = |topic: &String| act.chars().next().is_none_or(|first| !topic.contains(first));
    let topic = || item_title(page, at.start).or_else(|| phrase::topic(page, at.start));
    match bare.then(topic).flatten().filter(names) {
        Some(topic) => topic + &act,
        None => act,
    }
}

/// 演练时间 on a line of its own, the date on the next: 演练.
fn label(page: &Page, at: Span) -> Option<String> {
    const LABEL_CHARS: usize = 10;
    let line = page.line(at.start);
    // The place right in front of the line is its line break; the heading ends before it.
    let heading = page.line(line.start.checked_sub(2).filter(|_| line.start == at.start)?);
    let name = phrase::unmarked(page, heading);
    let label = ["时间", "日期", "时间安排"].iter().find_map(|word| name.strip_suffix(word))?;
    (2..=LABEL_CHARS).contains(&label.chars().count()).then(|| label.to_owned())
}

/// 3、碘缺乏病:监测…,8月底前完成: the title of the list item.
fn item_title(page: &Page, at: usize) -> Option<String> {
    const TITLE_CHARS: usize = 10;
    let line = page.line(at);
    let title = page.clause(line.start);
    let ends = matches!(page.at(title.end), Some(':' | '。'));
    let name = phrase::unmarked(page, title);
    let marked = name.chars().count() < title.end.saturating_sub(title.start);
    (ends && marked && title.end < at && (2..=TITLE_CHARS).contains(&name.chars().count())).then_some(name)
}

/// The words of the action that belongs to the date at `at`.
fn action_at(page: &Page, at: Span, season: Option<char>, rule: &str) -> String {
    if let Some(word) = ["(", "(从", "(自", "(即日起至"].iter().find(|word| page.ends(at.start, word)) {
        return phase(page, at.start - word.chars().count());
    }
    if rule == "deadline.season" || rule == "deadline.holiday" {
        if page.before(at.start) == Some('在') {
            return following(page, at);
        }
        return campaign(page, at, season, rule);
    }
    if page.line(at.start).end <= at.end + 1 {
        return page.quote(page.line(at.start)) + "工作";
    }
    let clause = page.clause(at.start);
    let span = action(page, behind_list(page, at.end, clause.end), clause.end);
    if let Some(report) = reported(page, span) {
        return report;
    }
    if span.end > span.start + 1 && !is_circumstance(page, span) {
        in_front(page, Span::new(clause.start, at.start)) + &page.quote(span)
    } else {
        following(page, at)
    }
}

/// 3月24日、9月20日、12月1日要…: where the list of dates ends.
fn behind_list(page: &Page, end: usize, clause_end: usize) -> usize {
    let mut at = end;
    let by = |at: usize| {
        usize::from(page.at(at) == Some('前') && matches!(page.at(at + 1), Some('、' | '和' | '及')))
    };
    at += by(at);
    while matches!(page.at(at), Some('、' | '和' | '及')) && at < clause_end {
        let date = page.folded[at + 1..clause_end.max(at + 1)]
            .iter()
            .take_while(|c| c.is_ascii_digit() || "月日号份年一二三四五六七八九十".contains(**c))
            .count();
        if date < 2 {
            break;
        }
        at += 1 + date;
        at += by(at);
    }
    at
}

/// 将工作总结报镇协会: 上报 and what is reported.
fn reported(page: &Page, span: Span) -> Option<String> {
    const VERBS: &[&str] = &["上报", "报送", "上交", "反馈", "报", "交"];
    const OWN: &[&str] = &["本单位", "各自", "本校", "本园", "本班", "本科室", "有关", "相关"];
    let taken = page.slice(span).iter().position(|c| matches!(c, '将' | '把')).filter(|at| *at < 8)?;
    let start = span.start + taken + 1;
    let rest = Span::new(start, span.end);
    let verb = VERBS.iter().find_map(|word| page.find(rest, word).map(|at| (at, word)))?;
    let start =
        OWN.iter().find(|word| page.starts(start, word)).map_or(start, |word| start + word.chars().count());
    let (at, word) = verb;
    let name = if matches!(*word, "报" | "交") { "上报" } else { word };
    (at > start + 1).then(|| format!("{name}{}", page.quote(Span::new(start, at))))
}

/// 工作总结于5月5日前上报: what stands in front of the date and belongs to the action.
fn in_front(page: &Page, span: Span) -> String {
    const FRONT_CHARS: usize = 10;
    let mut front = phrase::bare(page, span);
    loop {
        let before = front.end;
        for word in [
            "拟于",
            "预计",
            "争取",
            "力争",
            "务必",
            "必须",
            "于",
            "在",
            "从",
            "自",
            "到",
            "至",
            "将",
            "要",
            "并",
            "要求",
            "确保",
            "定于",
            "计划",
            "应",
            "决定",
            "拟安排在",
            "安排在",
            "拟",
            "多数单位",
        ] {
            if page.ends(front.end, word) && front.end >= front.start + word.chars().count() {
                front.end -= word.chars().count();
            }
        }
        if front.end == before {
            break;
        }
    }
    let words = page.slice(front);
    let name = words.len() > 1 && words.len() <= FRONT_CHARS && words.iter().all(|c| is_han(*c));
    let verb = ["结合", "利用", "缓解", "围绕", "针对", "根据", "按照"]
        .iter()
        .any(|word| page.starts(front.start, word));
    let other = verb
        || words.iter().any(|c| "今明去本该各每年月季第".contains(*c))
        || phrase::is_name(words)
        || phrase::subject(page, Span::new(front.start, front.end)).is_some();
    if name && !other { page.quote(front) } else { String::new() }
}

/// 安排部署阶段(6月18日至…): the name in front of the bracket.
fn phase(page: &Page, bracket: usize) -> String {
    let clause = page.clause(bracket);
    let words = page.slice(Span::new(clause.start, bracket));
    let start = words.iter().rposition(|c| matches!(c, '.' | '、' | ')')).map_or(0, |at| at + 1);
    page.quote(Span::new(clause.start + start, bracket))
}

/// The words behind a date without what only connects them, without the one who acts.
pub(super) fn action(page: &Page, from: usize, end: usize) -> Span {
    let mut span = connected(page, Span::new(from, end));
    if let Some((name, _)) = phrase::subject(page, span) {
        span = connected(page, Span::new(name.end, end));
    }
    if let Some(word) = VERBS.iter().find(|word| page.starts(span.start, word)) {
        span.start += word.chars().count();
    }
    let start = span.start.min(end);
    let longest = end.min(start + ACTION_CHARS);
    Span::new(start, closed(page, Span::new(start, longest)).unwrap_or(longest))
}

/// Where a bracket closes that was opened before the span.
fn closed(page: &Page, span: Span) -> Option<usize> {
    let words = page.slice(span);
    let close = words.iter().position(|c| *c == ')')?;
    (!words[..close].contains(&'(')).then_some(span.start + close)
}

fn connected(page: &Page, mut span: Span) -> Span {
    loop {
        // (周末除外), (星期四)
        if page.at(span.start) == Some('(') {
            let close = page.slice(span).iter().take(BRACKET_CHARS).position(|c| *c == ')');
            span.start += close.map_or(0, |close| close + 1);
        }
        // 15时30分, 3:00
        let clock = page
            .slice(span)
            .iter()
            .take_while(|c| c.is_ascii_digit() || matches!(c, ':' | '时' | '点' | '分' | '半'))
            .count();
        let time = clock > 1 && page.slice(span)[..clock].iter().any(|c| matches!(c, ':' | '时' | '点'));
        span.start += if time { clock } else { 0 };
        let Some(word) = BETWEEN.iter().find(|word| page.starts(span.start, word)) else { break };
        span.start += word.chars().count();
        if span.start >= span.end {
            return Span::new(span.end, span.end);
        }
    }
    span
}

/// 夏季除害 or 春、秋除“四害”行动: the season and what is done in it.
fn campaign(page: &Page, at: Span, season: Option<char>, rule: &str) -> String {
    let clause = page.clause(at.start);
    let start = connected(page, Span::new(at.end, clause.end)).start;
    let start = behind_degree(page, start);
    let joins = |index: usize| {
        let other =
            page.at(index) == Some('、') && page.at(index + 1).is_some_and(|c| "春夏秋冬五国".contains(c));
        other
            || ["以及", "和夏", "和秋", "和冬", "和春", "等", "中积极"]
                .iter()
                .any(|word| page.starts(index, word))
    };
    let start = behind_times(page, Span::new(start, clause.end));
    if start >= clause.end {
        // 夏季,备足防汛沙袋: what is done follows.
        return following(page, at);
    }
    let end = (start..clause.end).find(|&index| joins(index)).unwrap_or(clause.end);
    let act = page.quote(Span::new(start, end.min(start + ACTION_CHARS)));
    let act = act.strip_suffix("工作").unwrap_or(&act);
    let time: String = match rule {
        "deadline.holiday" if !page.starts(at.end, "、") || page.holds(clause, &["统一"]) => {
            page.quote(at)
        }
        _ => season.map(|name| format!("{name}季")).unwrap_or_default(),
    };
    // A list of campaigns names their common noun at its end: …等专项行动.
    let common = ["专项行动", "专项活动"]
        .into_iter()
        .find(|word| page.find(Span::new(end, clause.end), word).is_some() && !act.ends_with("行动"));
    format!("{time}{act}{}", common.unwrap_or_default())
}

/// 春季集中开展灭鼠: how, and the verb that carries the action, name nothing.
fn behind_degree(page: &Page, mut at: usize) -> usize {
    const DEGREES: &[&str] = &["重点", "集中", "全面", "广泛", "要", "拟", "积极", "认真"];
    while let Some(word) = DEGREES.iter().chain(VERBS).find(|word| page.starts(at, word)) {
        at += word.chars().count();
    }
    at
}

/// 五一、国庆统一行动; 元旦、春节前各开展一次: the first of two times shares the action of the second.
fn behind_times(page: &Page, span: Span) -> usize {
    if page.at(span.start) != Some('、') {
        return span.start;
    }
    let behind = |word: &str, length: usize| page.find(span, word).map(|at| at + length);
    behind("统一", 0).or_else(|| behind("前各", 2)).or_else(|| behind("期间", 2)).unwrap_or(span.start)
}
