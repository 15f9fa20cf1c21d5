//! What sort of document it is. The title of a collection says little; the wording of the text says more.

use crate::page::Page;
use crate::reading::{Heading, Kind, Span};

/// How much of the text is looked at for wording that decides.
const HEAD_CHARS: usize = 1200;
/// Where the title and the opening of a document stand.
const TITLE_CHARS: usize = 120;

/// The sort of document.
pub(crate) fn kind(page: &Page, outline: &[Heading]) -> Kind {
    let head = Span::new(0, page.folded.len().min(HEAD_CHARS));
    let whole = Span::new(0, page.folded.len().min(60_000));
    let says = |words: &[&str]| page.holds(head, words);
    if is_slogans(page, outline) || page.holds(whole, &["[1]"]) {
        return Kind::Other;
    }
    if says(&["通知如下", "紧急通知", "特此通知", "事项通知"]) {
        return Kind::Notice;
    }
    if outline.iter().all(|heading| heading.mark.is_empty()) && is_news(page, head) {
        return Kind::News;
    }
    if is_essay(page, whole, outline) || is_story(page, whole, outline) {
        return Kind::Other;
    }
    if says(&["总结如下", "汇报如下", "总结汇报"]) || tells_of_the_past(page, whole) {
        return Kind::Summary;
    }
    let title = Span::new(0, head.end.min(TITLE_CHARS));
    let scheme = ["实施意见:", "制定本方案", "制订本方案", "制定如下方案", "制订如下方案"];
    if says(&scheme) || page.holds(title, &["实施方案", "工作方案", "实施意见"]) {
        Kind::Scheme
    } else {
        Kind::Plan
    }
}

/// More words of things done than of things to do, by at least six to ten.
fn tells_of_the_past(page: &Page, whole: Span) -> bool {
    // A short text has few words of either sort; its own title then decides.
    const TITLE_COUNTS_FOR: usize = 3;
    let title = page.lines.iter().find(|line| line.end > line.start);
    let titled = title.is_some_and(|line| page.ends(line.end, "总结") || page.ends(line.end, "小结"));
    let done = count(page, whole, &["已", "今年以来", "本学期", "取得", "圆满", "一年来", "得到"])
        + count_particle(page, whole)
        + if titled { TITLE_COUNTS_FOR } else { 0 };
    let words = ["将", "须", "今后", "下一步", "力争"];
    let ahead = count(page, whole, &words) + count_modal(page, whole);
    done > 2 && done * 10 > ahead * 6
}

/// 了 as a particle, not in 为了 or 了解.
fn count_particle(page: &Page, span: Span) -> usize {
    let particle = |at: &usize| page.starts(*at, "了") && !page.ends(*at, "为") && !page.starts(*at, "了解");
    (span.start..span.end).filter(particle).count()
}

/// 要 and 应 as modal verbs, not in 要求, 主要任务, 应急, 应用.
fn count_modal(page: &Page, span: Span) -> usize {
    let modal = |at: &usize| {
        let (here, next) = (page.at(*at), page.at(at + 1));
        let want = here == Some('要') && !next.is_some_and(|c| "求任内因工做问".contains(c));
        let ought = here == Some('应') && !next.is_some_and(|c| "急用对".contains(c));
        want || ought
    };
    (span.start..span.end).filter(modal).count()
}

fn count(page: &Page, span: Span, words: &[&str]) -> usize {
    (span.start..span.end).filter(|&at| words.iter().any(|word| page.starts(at, word))).count()
}

/// Many short numbered lines and nothing else. A short plan looks the same, but says that it is one.
fn is_slogans(page: &Page, outline: &[Heading]) -> bool {
    let title = page.lines.iter().find(|line| line.end > line.start).copied().unwrap_or_default();
    if ["计划", "总结", "方案"].iter().any(|word| page.ends(title.end, word)) {
        return false;
    }
    let filled = page.lines.iter().filter(|line| line.end > line.start).count();
    let short = page.lines.iter().filter(|line| line.end > line.start && line.end - line.start < 32).count();
    let items = outline.iter().filter(|heading| !heading.mark.is_empty()).count();
    filled >= 8 && short == filled && items * 10 >= filled * 8
}

/// A dated event told in the first sentences.
fn is_news(page: &Page, head: Span) -> bool {
    let opening = Span::new(head.start, head.end.min(160));
    page.holds(opening, &["月"])
        && page.holds(opening, &["日,", "日上午", "日下午"])
        && page.holds(opening, &["开展了", "举行", "举办", "召开了", "组织"])
}

/// Prose that argues: no list, no obligation of a unit, many judgements.
fn is_essay(page: &Page, whole: Span, outline: &[Heading]) -> bool {
    let items = outline.iter().filter(|heading| !heading.mark.is_empty()).count();
    let judgements = count(
        page,
        whole,
        &["就是", "不是", "才能", "没有", "只有", "无论", "我国", "谈几点", "所谓", "可谓", "严峻挑战"],
    );
    let units = count(
        page,
        whole,
        &["我院", "我园", "我校", "我区", "各单位", "各学校", "我社区", "本单位", "本方案"],
    );
    let length = (whole.end - whole.start).max(1);
    judgements * 130 > length && items <= 2 && units < 3
        || page.holds(whole, &["谈几点举措", "谈几点看法", "严峻挑战"]) && judgements > 2
}

/// A story told by one person: no list, no unit of the author's, people called by pronouns.
fn is_story(page: &Page, whole: Span, outline: &[Heading]) -> bool {
    const STORY_CHARS_PER_PRONOUN: usize = 60;
    let items = outline.iter().any(|heading| !heading.mark.is_empty());
    let units =
        ["我院", "我园", "我校", "我区", "我县", "我镇", "我市", "我局", "我科", "我中心", "我站", "各单位"];
    let ours = page.holds(whole, &units);
    let people = count(
        page,
        whole,
        &["她", "他", "我的", "爸爸", "妈妈", "奶奶", "爷爷", "阿姨", "我就", "我从", "我想", "叔叔"],
    );
    !items && !ours && people * STORY_CHARS_PER_PRONOUN > (whole.end - whole.start).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outline::outline;
    use crate::page::tests::page;

    fn of(text: &str) -> Kind {
        let page = page(text);
        kind(&page, &outline(&page).0)
    }

    #[test]
    fn wording_decides() {
        assert_eq!(of("本学期工作已经结束，现将工作总结如下：\n一、完成了体检。"), Kind::Summary);
        assert_eq!(of("卫生保健工作总结\n一、出勤\n出勤率为98%，均已登记。"), Kind::Summary);
        assert_eq!(of("为做好防病工作，特制定本方案。\n一、目标"), Kind::Scheme);
        assert_eq!(of("现就有关事项通知如下：\n一、加强值班。"), Kind::Notice);
        assert_eq!(of("爱国卫生工作计划如下：\n一、开展宣传。"), Kind::Plan);
        let slogans: String = (1..12).map(|n| format!("{n}.人人动手，共建家园。\n")).collect();
        assert_eq!(of(&slogans), Kind::Other);
        assert_eq!(of(&format!("卫生保健工作计划\n{slogans}")), Kind::Plan);
    }
}
