//! Whether a number is an aim or a fact: the wording around it, the part it stands in, the document.

use crate::page::Page;
use crate::quantity::{Class, Quantity};
use crate::reading::{Comparison, Heading, Kind, Span};

/// Words that oblige.
const OBLIGE: &[&str] = &[
    "确保",
    "保证",
    "力争",
    "争取",
    "必须",
    "务必",
    "要求",
    "应达",
    "应当",
    "不得",
    "须",
    "要达到",
    "要到达",
    "目标",
    "应不",
];
/// Words of things done.
const DONE: &[&str] =
    &["了", "已", "共有", "目前", "截至", "截止", "去年", "上年", "同期", "过", "来,", "曾"];
/// Headings under which a summary turns to what is to come.
const AHEAD: &[&str] =
    &["思路", "打算", "下一步", "计划", "今后", "明年", "来年", "改进措施", "努力方向", "下阶段", "设想"];

/// Parts of the page that speak of what is to come.
pub(crate) struct Mood {
    plan: bool,
    other: bool,
    own: bool,
    ahead: Vec<Span>,
}

impl Mood {
    pub fn new(page: &Page, kind: Kind, outline: &[Heading]) -> Mood {
        let plan = matches!(kind, Kind::Plan | Kind::Scheme | Kind::Notice);
        let mut ahead = Vec::new();
        let top: Vec<&Heading> =
            outline.iter().filter(|heading| heading.level == 1 && !heading.mark.is_empty()).collect();
        for (index, heading) in top.iter().enumerate() {
            let title: Vec<char> = heading.title.chars().collect();
            let holds = |word: &str| heading.title.contains(word) && title.len() < 20;
            if AHEAD.iter().any(|word| holds(word)) && !heading.title.contains("总结") {
                let end = top.get(index + 1).map_or(page.folded.len(), |next| next.span.start);
                ahead.push(Span::new(heading.span.start, end));
            }
        }
        ahead.extend(page.lines.iter().filter_map(|line| turn_ahead(page, *line)));
        ahead.sort_unstable();
        ahead.dedup_by(|later, earlier| {
            let inside = later.start < earlier.end;
            earlier.end = if inside { earlier.end.max(later.end) } else { earlier.end };
            inside
        });
        let whole = Span::new(0, page.folded.len());
        let own = page.holds(whole, &["我院", "我园", "我校", "我镇", "我乡", "我中心", "我社区", "我科"]);
        Mood { plan, other: kind == Kind::Other, own, ahead }
    }

    /// An essay, slogans, a paper: no duties and no targets.
    pub fn is_other(&self) -> bool {
        self.other
    }

    /// Whether the author speaks of a unit of their own: then even an essay reports figures.
    pub fn is_own(&self) -> bool {
        self.own
    }

    /// Whether the text at `at` speaks of what is to come.
    pub fn is_ahead(&self, at: usize) -> bool {
        let index = self.ahead.partition_point(|span| span.end <= at);
        self.plan || self.ahead.get(index).is_some_and(|span| span.contains(at))
    }

    /// Whether the clause tells of something done.
    pub fn is_done(&self, page: &Page, clause: Span) -> bool {
        DONE.iter().any(|word| match page.find(clause, word) {
            // 经过, 通过, 不超过 tell of nothing done.
            Some(at) if *word == "过" => {
                !["经过", "通过", "超过"].iter().any(|other| page.ends(at + 1, other))
            }
            Some(at) if *word == "了" => !page.ends(at, "为") && !page.starts(at, "了解"),
            // 比去年提高: an aim may be measured from the year before.
            Some(at) if matches!(*word, "去年" | "上年" | "同期") => {
                !["比", "较", "比去年", "较去年", "比上年", "较上年"].iter().any(|other| page.ends(at, other))
            }
            Some(_) => true,
            None => false,
        })
    }

    /// Whether the clause obliges.
    pub fn obliges(&self, page: &Page, clause: Span) -> bool {
        OBLIGE.iter().any(|word| match page.find(clause, word) {
            // 争取上级资金 is work done, not an aim.
            Some(at) if *word == "争取" => {
                !page.holds(Span::new(at, clause.end), &["资金", "经费", "上级", "项目", "支持"])
            }
            found => found.is_some(),
        })
    }
}

/// From where a line of prose turns to what is to come: 下一步，我们要…, 明年，我院将….
fn turn_ahead(page: &Page, line: Span) -> Option<Span> {
    const TURNS: &[&str] = &[
        "下一步",
        "下半年",
        "今后",
        "明年",
        "来年",
        "下学期",
        "下一年",
        "下阶段",
        "新的一年",
        "新学期",
        "在今后",
        "下一阶段",
    ];
    const MODAL_WITHIN_CHARS: usize = 40;
    let opens = |at: usize| {
        page.before(at).is_none_or(|c| matches!(c, '。' | '\n' | ';' | '!') || page.line(at).start == at)
    };
    let turn = TURNS.iter().filter_map(|word| page.find(line, word)).filter(|&at| opens(at)).min()?;
    let near = Span::new(turn, line.end.min(turn + MODAL_WITHIN_CHARS));
    let modal = page.holds(near, &["要", "将", "打算", "计划", "继续", "力争", "争取", "重点", "加强"]);
    (modal && !page.holds(near, &["了", "已"])).then(|| Span::new(turn, line.end))
}

/// The comparison that the words around a quantity state.
pub(crate) fn comparison(page: &Page, quantity: &Quantity, clause: Span) -> Option<Comparison> {
    let before = Span::new(clause.start.max(quantity.span.start.saturating_sub(12)), quantity.span.start);
    let after = quantity.span.end;
    let near = |words: &[&str]| words.iter().any(|word| page.find(before, word).is_some());
    let follows = |words: &[&str]| words.iter().any(|word| page.starts(after, word));
    if follows(&["以上", "及以上", "之上"]) {
        return Some(Comparison::AtLeast);
    }
    // 12种内容, 3个内设科室: the unit is followed by another word.
    let within = follows(&["内"])
        && !follows(&["内容", "内部", "内科", "内外", "内涵", "内设", "内镜", "内分泌", "内毒素", "内审"]);
    if follows(&["以内", "之内", "以下"]) || within {
        return Some(Comparison::AtMost);
    }
    if near(&[
        "≥",
        ">=",
        "不低于",
        "不少于",
        "不小于",
        "至少",
        "不能少于",
        "不得少于",
        "不得低于",
        "最少",
        "不得小于",
        "不应低于",
        "不应少于",
        "大于等于",
    ]) {
        return Some(Comparison::AtLeast);
    }
    if near(&[
        "≤",
        "<=",
        "不超过",
        "不高于",
        "不多于",
        "不得超过",
        "不得高于",
        "不大于",
        "不得大于",
        "不突破",
        "控制在",
        "低于",
        "最多",
    ]) {
        return Some(if near(&["低于"]) && !near(&["控制"]) {
            Comparison::Below
        } else {
            Comparison::AtMost
        });
    }
    if near(&["<", "小于", "少于"]) {
        return Some(Comparison::Below);
    }
    if near(&["高于", "大于", ">", "超过", "突破", "多于"]) && !near(&["最高"]) {
        return Some(Comparison::Above);
    }
    None
}

/// The comparison of a target: stated, or what 达到 and bare numbers mean.
pub(crate) fn aim(page: &Page, quantity: &Quantity, clause: Span) -> Comparison {
    if let Some(stated) = comparison(page, quantity, clause) {
        return stated;
    }
    let full = quantity.number() == Some(100.0);
    let before = Span::new(clause.start.max(quantity.span.start.saturating_sub(8)), quantity.span.start);
    let lower =
        page.holds(before, &["降到", "降至", "降低到", "下降到", "下降至", "减少到", "压缩到", "降低至"]);
    let reach = page.holds(
        before,
        &[
            "达",
            "到达",
            "提高到",
            "提高至",
            "上升到",
            "提升到",
            "提升至",
            "稳定在",
            "保持在",
            "力争",
            "增加到",
        ],
    );
    let rate = quantity.class == Class::Percent;
    let range = matches!(quantity.value, crate::reading::Amount::Text(_));
    let about = page.starts(quantity.span.end, "左右");
    match (rate && !range && !about, lower, reach && !full) {
        (true, true, _) => Comparison::AtMost,
        (true, _, true) => Comparison::AtLeast,
        _ => Comparison::Equal,
    }
}
