//! The outline: numbered, run-in and unmarked headings.

mod marks;

use std::sync::LazyLock;

use crate::lexicon::Lexicon;
use crate::page::{Page, is_han};
use crate::reading::{Heading, Span};

use marks::{Mark, Style};

static STANDARD: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::parse(include_str!("../data/headings.tsv")));

/// The longest unmarked heading and the longest whole-line heading, in characters.
const UNMARKED_CHARS: usize = 32;
const WHOLE_LINE_CHARS: usize = 70;
/// A line this long holds text besides its heading.
const FUSED_LINE_CHARS: usize = 22;

/// Verbs that open a heading which is a clause, not a noun.
const OPENING_VERBS: &[&str] = &[
    "加强",
    "做好",
    "抓",
    "搞好",
    "开展",
    "严格",
    "落实",
    "建立",
    "健全",
    "完善",
    "强化",
    "提高",
    "实行",
    "坚持",
    "切实",
    "认真",
    "积极",
    "进一步",
    "深入",
    "规范",
    "推进",
    "加大",
    "突出",
    "制定",
    "成立",
    "明确",
    "组织",
    "继续",
    "提升",
    "创新",
    "注重",
    "重视",
    "确保",
    "优化",
];
/// Nouns that end a heading.
const HEAD_NOUNS: &[&str] = &[
    "机制", "预防", "工作", "管理", "目标", "措施", "任务", "要求", "思想", "情况", "内容", "安排", "重点",
    "步骤", "建设", "教育", "防治", "消毒", "监督", "原则", "做法", "成效", "问题", "打算", "建议", "防控",
    "保障", "制度", "检查", "培训", "卫生", "安全", "宣传", "服务", "目的", "意义", "体检", "营养", "保健",
    "小组", "机构", "分工",
];
/// Words that open the text behind a heading.
const TEXT_OPENERS: &[&str] = &[
    "实行", "成立", "建立", "坚持", "按照", "根据", "为", "以", "各", "我", "要", "严格", "认真", "积极",
    "每", "对", "结合", "通过", "组织", "落实", "定期", "制定", "制订", "加强", "全面", "由", "全园", "全校",
    "全院", "利用",
];

/// Words of time that open a sentence and stand in no heading.
const TIME_OPENERS: &[&str] = &[
    "一年来",
    "今年以来",
    "半年来",
    "本学期以来",
    "一学期来",
    "我们始终",
    "我们坚持",
    "我院始终",
    "我园始终",
];

/// The headings of the page, and the spans of their marks (no quantity stands there).
pub(crate) fn outline(page: &Page) -> (Vec<Heading>, Vec<Span>) {
    let marks = marks::marks(page, &STANDARD);
    let mut levels = Levels::default();
    let mut headings = Vec::new();
    let mut next = 0;
    for (index, &line) in page.lines.iter().enumerate() {
        let from = next;
        while marks.get(next).is_some_and(|mark| mark.span.start < line.end.max(line.start + 1)) {
            next += 1;
        }
        // The cells of a row are no headings of what follows.
        if page.is_table_line(line) {
            continue;
        }
        let in_line = &marks[from..next];
        if in_line.is_empty() || in_line[0].span.start > line.start {
            headings.extend(unmarked(page, index, &headings));
        }
        for (at, mark) in in_line.iter().enumerate() {
            let limit = in_line.get(at + 1).map_or(line.end, |following| following.span.start);
            let end = title_end(page, mark, limit, line, &marks[next..]);
            if end > mark.span.end {
                headings.push(heading(page, mark, end, levels.of(mark.style)));
            }
        }
    }
    let titles = headings.iter().filter(|heading| heading.mark.is_empty()).map(|heading| heading.span);
    let spans = marks.iter().map(|mark| mark.span).chain(titles).collect();
    (headings, spans)
}

fn heading(page: &Page, mark: &Mark, end: usize, level: u8) -> Heading {
    Heading {
        level,
        mark: page.quote(mark.span),
        title: page.quote(Span::new(mark.span.end, end)),
        span: Span::new(mark.span.start, end),
        confidence: mark.confidence,
        rule: mark.rule,
    }
}

/// Nesting depth by style, in order of first appearance.
#[derive(Default)]
struct Levels {
    seen: Vec<(Style, u8)>,
    current: u8,
}

impl Levels {
    fn of(&mut self, style: Style) -> u8 {
        if let Some(&(_, level)) = self.seen.iter().find(|(known, _)| *known == style) {
            self.current = level;
            return level;
        }
        self.current = self.current.saturating_add(1);
        self.seen.push((style, self.current));
        self.current
    }
}

/// Where the title behind `mark` ends; `limit` is the next mark or the line end.
fn title_end(page: &Page, mark: &Mark, limit: usize, line: Span, later: &[Mark]) -> usize {
    let start = mark.span.end;
    let body = page.slice(Span::new(start, limit));
    if let Some((length, _)) = STANDARD.at(body)
        && page.at(start + length).is_some_and(|c| is_han(c) || c.is_ascii_digit())
        && !matches!(page.at(start + length), Some('及' | '和' | '与'))
        && limit - start > FUSED_LINE_CHARS
    {
        return start + length;
    }
    // The name of a thing may hold stops: “幼儿园是我家，维护环境靠大家”.
    let quoted = |at: usize| {
        let opens =
            body[..at].iter().rposition(|c| matches!(c, '“' | '”')).is_some_and(|mark| body[mark] == '“');
        opens && body[at..].contains(&'”')
    };
    let first = body
        .iter()
        .enumerate()
        .position(|(at, c)| match c {
            ',' | '。' | ';' | ':' | '!' | '?' if quoted(at) => false,
            ',' | '。' | ';' | ':' | '!' | '?' | '\n' => true,
            // 3.5小时 holds no stop.
            '.' => !body.get(at + 1).is_some_and(char::is_ascii_digit),
            _ => false,
        })
        .map_or(limit, |at| start + at);
    if let Some(end) = fused_end(page, mark, Span::new(start, first), limit) {
        return end;
    }
    if limit < line.end {
        return first;
    }
    let content = trimmed(page, Span::new(start, limit));
    let inner_end = page.slice(content).iter().any(|c| matches!(c, '。' | ';' | '!' | '?' | ':'));
    if inner_end || content.end - content.start > WHOLE_LINE_CHARS {
        return first;
    }
    let open = content.end == limit;
    if open || is_followed_by_its_text(page, mark, line, later) { content.end } else { first }
}

/// 保障机制成立卫生工作领导小组，…: where a heading that is a noun ends and its text begins.
fn fused_end(page: &Page, mark: &Mark, span: Span, limit: usize) -> Option<usize> {
    const SHORTEST: usize = 3;
    const LONGEST: usize = 10;
    let heads = matches!(mark.style, Style::Han | Style::HanBracket | Style::Digit);
    // 降低死亡率一年来，…: no heading holds such a word.
    if heads
        && limit - span.start > FUSED_LINE_CHARS
        && let Some(at) = (span.start + SHORTEST..(span.start + 2 * LONGEST).min(span.end))
            .find(|&at| TIME_OPENERS.iter().any(|word| page.starts(at, word)))
    {
        return Some(at);
    }
    // A heading that stops within reach or opens with a verb runs to its stop.
    if !heads || limit - span.start <= FUSED_LINE_CHARS || span.end < span.start + LONGEST {
        return None;
    }
    let verb = OPENING_VERBS.iter().any(|word| page.starts(span.start, word));
    (!verb)
        .then(|| {
            (span.start + SHORTEST..=(span.start + LONGEST).min(span.end)).find(|&at| {
                HEAD_NOUNS.iter().any(|word| page.ends(at, word))
                    && TEXT_OPENERS.iter().any(|word| page.starts(at, word))
            })
        })
        .flatten()
}

/// The span without closing punctuation.
fn trimmed(page: &Page, span: Span) -> Span {
    let closing =
        page.slice(span).iter().rev().take_while(|c| matches!(c, '。' | ';' | ':' | '.' | ',' | '!')).count();
    Span::new(span.start, span.end - closing)
}

/// Whether the next line that is not empty is text, not another item of the same or a higher list.
fn is_followed_by_its_text(page: &Page, mark: &Mark, line: Span, later: &[Mark]) -> bool {
    let index = page.lines.partition_point(|other| other.start <= line.start);
    let Some(next) = page.lines[index..].iter().find(|next| next.end > next.start) else { return false };
    match later.first() {
        Some(following) if following.span.start == next.start => following.style > mark.style,
        _ => true,
    }
}

/// A heading without mark: a short line of its own between finished lines, or the title of the document.
fn unmarked(page: &Page, index: usize, so_far: &[Heading]) -> Option<Heading> {
    let line = *page.lines.get(index)?;
    let length = line.end - line.start;
    if !(2..=UNMARKED_CHARS).contains(&length) {
        return None;
    }
    let text = page.slice(line);
    let last = *text.last()?;
    let open = is_han(last) || last.is_ascii_digit() || matches!(last, ')' | '”' | '》');
    let broken = text.iter().any(|c| matches!(c, '。' | ',' | ';' | ':' | '!' | '?'));
    if !open || broken || !text.iter().any(|&c| is_han(c)) || is_signature(page, line) {
        return None;
    }
    let filled = |line: &&Span| line.end > line.start;
    let previous = page.lines[..index].iter().rev().find(filled);
    let has_text_below = page.lines[index + 1..].iter().any(|line| line.end > line.start);
    let after_finished = previous.is_none_or(|previous| {
        let finished = matches!(page.before(previous.end), Some('。' | ';' | ':' | '!' | '?' | '”' | ')'));
        finished || so_far.last().is_some_and(|heading| heading.span.end == previous.end)
    });
    (has_text_below && after_finished).then(|| Heading {
        level: 1,
        mark: String::new(),
        title: page.quote(line),
        span: line,
        confidence: 0.8,
        rule: "outline.unmarked",
    })
}

/// A line of date or place, as under a letter, or the name of the body that signs it.
fn is_signature(page: &Page, line: Span) -> bool {
    const BODIES: &[&str] = &[
        "办公室",
        "委员会",
        "中心",
        "医院",
        "局",
        "幼儿园",
        "小学",
        "中学",
        "学校",
        "政府",
        "卫生院",
        "科",
        "领导小组",
    ];
    let index = page.lines.partition_point(|other| other.start <= line.start);
    let below = page.lines.get(index..).unwrap_or(&[]);
    let mut filled = below.iter().filter(|line| line.end > line.start);
    let dated =
        |line: &Span| page.holds(*line, &["年"]) && page.holds(*line, &["月"]) && line.end - line.start < 16;
    let closes = filled.next().is_some_and(dated) && filled.next().is_none();
    if closes && BODIES.iter().any(|word| page.ends(line.end, word)) {
        return true;
    }
    let text = page.slice(line);
    let dated = page.holds(line, &["年"]) && page.holds(line, &["月"]) && matches!(text.last(), Some('日'));
    dated
        || (page.starts(line.start, "第") && page.holds(line, &["页"]) && line.end - line.start < 12)
        || page.starts(line.start, "来源")
        || page.starts(line.start, "作者")
        || page.starts(line.start, "编辑")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::tests::page;

    fn titles(text: &str) -> Vec<String> {
        let page = page(text);
        outline(&page)
            .0
            .into_iter()
            .map(|heading| format!("{}{}|{}", heading.level, heading.mark, heading.title))
            .collect()
    }

    #[test]
    fn whole_headings_and_run_in_items() {
        let text = "幼儿园工作计划\n一、抓好晨检，守住大门。\n每日开展晨检。\n（一）主要任务\n1.洗手，擦脸。\n2.通风。";
        assert_eq!(
            titles(text),
            ["1|幼儿园工作计划", "1一、|抓好晨检，守住大门", "2（一）|主要任务", "31.|洗手", "32.|通风"]
        );
    }

    #[test]
    fn marks_inside_a_paragraph() {
        let text =
            "一、具体做法：一是抓培训。二是抓检查；三是抓整改。第一责任人要落实。本次活动首先由园长讲话。";
        assert_eq!(
            titles("1.开展“幼儿园是我家,环境靠大家”活动,人人参加。"),
            ["11.|开展“幼儿园是我家,环境靠大家”活动"]
        );
        assert_eq!(titles(text), ["1一、|具体做法", "2一是|抓培训", "2二是|抓检查", "2三是|抓整改"]);
    }

    #[test]
    fn fused_headings_and_lost_dots() {
        assert_eq!(
            titles("一、指导思想按照预防为主的原则，建立长期有效的工作机制，抓好落实。"),
            ["1一、|指导思想"]
        );
        assert_eq!(titles("1.抓宣传。\n2抓好培训工作。\n3月开展检查。"), ["11.|抓宣传", "12|抓好培训工作"]);
    }

    #[test]
    fn every_standard_heading_ends_in_sense() {
        for (word, _, example) in crate::lexicon::rows(include_str!("../data/headings.tsv")) {
            assert_eq!(titles(example), [format!("1一、|{word}")], "{example}");
        }
    }

    #[test]
    fn torn_line_ends_are_no_headings() {
        assert_eq!(titles("为了做好工作，要切实开展\n先进性教育。\n全市卫生工作"), Vec::<String>::new());
    }
}
