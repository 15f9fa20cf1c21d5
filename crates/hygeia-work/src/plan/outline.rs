//! What the numbered lines of a document are: headings that others stand under, tasks, or neither.

use hygeia_text::reading::{Heading, Reading, Span};

/// Sections that tell what went wrong; nothing in them is to be done.
const SHORTCOMINGS: [&str; 5] = ["不足", "存在的问题", "存在问题", "主要问题", "反思"];
/// Words of a line that does so itself.
const FAULTS: [&str; 5] = ["不够", "不足", "欠缺", "有待", "不到位"];
/// Openings of a clause that only says when or wherefore.
const CIRCUMSTANCES: [&str; 4] = ["在", "为了", "为", "通过"];

/// Verbs by which a line over a text of its own says what is to be done, as 指导思想 does not.
const ACTS: [&str; 12] =
    ["做好", "抓", "搞好", "开展", "组织", "加强", "加大", "落实", "建立", "完善", "强化", "推进"];

/// A numbered line.
#[derive(Debug, PartialEq)]
pub(super) enum Part<'a> {
    /// Others, or a text, stand under it.
    Heading(&'a Heading),
    /// Something to be done, with what it is called.
    Task(&'a Heading, String),
}

/// The numbered lines of `text` in order; shortcomings and lines that say nothing are left out.
pub(super) fn parts<'a>(reading: &'a Reading, text: &[char]) -> Vec<Part<'a>> {
    let numbered: Vec<&Heading> = reading.outline.iter().filter(|heading| !heading.mark.is_empty()).collect();
    let opens = |at: usize| told_spans(reading).any(|span| span.start == at);
    // The level of the section of shortcomings that the lines stand in.
    let mut faulty: Option<u8> = None;
    let mut parts = Vec::new();
    for (at, heading) in numbered.iter().copied().enumerate() {
        if faulty.is_some_and(|level| heading.level <= level) {
            faulty = None;
        }
        let next = numbered.get(at + 1).copied();
        let told = |words: &[&str]| words.iter().any(|word| heading.title.contains(word));
        if is_above(heading, next, text, opens) {
            if faulty.is_none() && told(&SHORTCOMINGS) {
                faulty = Some(heading.level);
            }
            parts.push(Part::Heading(heading));
        } else if faulty.is_none() && !told(&FAULTS) {
            let title = title_of(heading, text);
            if title.chars().count() > 2 {
                parts.push(Part::Task(heading, title));
            }
        }
    }
    parts
}

/// Mark and title as the document has them.
pub(super) fn quote(heading: &Heading) -> String {
    format!("{}{}", heading.mark, heading.title)
}

/// Where the items of a reading stand that say when, how often or how much.
pub(super) fn told_spans(reading: &Reading) -> impl Iterator<Item = Span> {
    (reading.duties.iter().map(|duty| duty.span))
        .chain(reading.targets.iter().map(|target| target.span))
        .chain(reading.deadlines.iter().map(|deadline| deadline.span))
}

/// Whether lower lines, lines that say when or how often (九月：…) or a text of its own stand under the line, which
/// itself ends with its title.
fn is_above(heading: &Heading, next: Option<&Heading>, text: &[char], opens: impl Fn(usize) -> bool) -> bool {
    if next.is_some_and(|next| next.level > heading.level) {
        return true;
    }
    let rest = text.get(heading.span.end..).unwrap_or(&[]);
    let line_end = rest.iter().position(|c| *c == '\n').unwrap_or(rest.len());
    let closed = rest[..line_end].iter().all(|c| c.is_whitespace() || matches!(c, ':' | '：' | '。' | '.'));
    let below = rest[line_end..].iter().position(|c| !c.is_whitespace());
    let below = below.map(|at| heading.span.end + line_end + at);
    let below = below.filter(|at| next.is_none_or(|next| *at < next.span.start));
    if closed && below.is_some_and(opens) {
        return true;
    }
    // The last line of a list is followed by the closing words, not by a text of its own.
    let acts = ACTS.iter().any(|verb| heading.title.contains(verb));
    closed && !acts && below.is_some() && next.is_some_and(|next| next.level <= heading.level)
}

/// The title, with the clause that follows where it only says when: 在传染病流行期间，每天通风.
fn title_of(heading: &Heading, text: &[char]) -> String {
    let mut title = heading.title.clone();
    let rest = text.get(heading.span.end..).unwrap_or(&[]);
    let comma = |c: &char| matches!(c, ',' | '，');
    let opens = CIRCUMSTANCES.iter().any(|word| title.starts_with(word));
    if opens && rest.first().is_some_and(comma) {
        let clause = rest[1..].iter().take_while(|c| !comma(c) && !matches!(c, '。' | ';' | '；' | '\n'));
        title.push('，');
        title.extend(clause);
    }
    title
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> (Vec<String>, Vec<String>) {
        let source = hygeia_text::decode(text.as_bytes(), "a.txt").unwrap();
        let normalised = hygeia_text::normalise(&source);
        let reading = hygeia_text::read(&normalised);
        let chars: Vec<char> = normalised.text.chars().collect();
        let (mut headings, mut tasks) = (Vec::new(), Vec::new());
        for part in parts(&reading, &chars) {
            match part {
                Part::Heading(heading) => headings.push(heading.title.clone()),
                Part::Task(_, title) => tasks.push(title),
            }
        }
        (headings, tasks)
    }

    #[test]
    fn headings_and_shortcomings_are_no_tasks() {
        let (headings, tasks) = told(
            "幼儿园卫生保健工作总结\n一、主要工作\n1、完善保健室设备。\n2、在传染病流行期间，加强家园联系。\n二、工作中的不足\n\
             1、食谱制定不严谨。\n2、记录不及时。\n三、下学期打算\n1、组织保育员培训。\n2、更新宣传栏。\n",
        );
        assert_eq!(headings, ["主要工作", "工作中的不足", "下学期打算"]);
        assert_eq!(
            tasks,
            ["完善保健室设备", "在传染病流行期间，加强家园联系", "组织保育员培训", "更新宣传栏"]
        );
    }

    #[test]
    fn a_heading_above_lines_of_months_is_no_task() {
        let (headings, tasks) = told(
            "卫生工作计划\n一、组织健康讲座\n二、逐月安排\n九月：新生家访；资料归档。\n十月份：口腔讲座一次。\n",
        );
        assert_eq!((headings, tasks), (vec!["逐月安排".to_owned()], vec!["组织健康讲座".to_owned()]));
        let (headings, _) = told("卫生工作计划\n一、组织健康讲座\n二、日常工作\n每天通风。\n");
        assert_eq!(headings, ["日常工作"]);
        let (_, tasks) = told("卫生工作计划\n一、组织健康讲座\n二、做好资料归档\n2026年9月1日\n");
        assert_eq!(tasks, ["组织健康讲座", "做好资料归档"], "the date of the plan itself");
    }

    #[test]
    fn a_heading_above_a_text_is_no_task() {
        let (headings, tasks) = told(
            "卫生工作计划\n一、指导思想\n坚持预防为主，保障儿童健康。\n二、组织健康讲座\n请医院来园。\n三、加强领导，成立工作小组。\n",
        );
        assert_eq!(
            (headings, tasks),
            (vec!["指导思想".to_owned()], vec!["组织健康讲座".to_owned(), "加强领导".to_owned()])
        );
    }
}
