//! What is to be done, where the clause of the date says only the time or the occasion.

use crate::page::{Page, is_han};
use crate::phrase;
use crate::reading::Span;

use super::what::action;

/// A season or period said about a time only: what is done follows in the next clause.
const ONLY_TIME: &[&str] = &["期间", "季节", "高发期", "流行期", "时期", "方面"];

/// In the face of an outbreak, by order of the bureau: no action yet.
pub(super) fn is_circumstance(page: &Page, span: Span) -> bool {
    const ENDS: &[&str] = &[
        "下",
        "中",
        "之际",
        "要求",
        "规定",
        "精神",
        "部署",
        "通知",
        "期间",
        "为重点",
        "为契机",
        "为主题",
        "为目标",
        "为载体",
    ];
    const FIRST: &[&str] =
        &["在", "按照", "根据", "针对", "随着", "为了", "配合", "对", "面对", "结合", "又出现", "出现", "以"];
    let next = page.next_clause(span.start).is_some();
    let ends = ENDS.iter().any(|word| page.ends(span.end, word));
    let Some(first) = FIRST.iter().find(|word| page.starts(span.start, word)).filter(|_| next) else {
        return false;
    };
    let rest = Span::new((span.start + first.chars().count()).min(span.end), span.end);
    ends || !(phrase::has_verb(page, rest) || page.holds(rest, &["做", "演练", "消", "查", "搞", "举行"]))
}

/// The next clauses of the sentence that say what is done.
pub(super) fn following(page: &Page, at: Span) -> String {
    const ENOUGH_CHARS: usize = 5;
    let own = page.clause(at.start);
    let rest = action(page, at.end, own.end);
    if !(says_only_time(page, rest, own) || is_circumstance(page, rest)) {
        // 在冬季要组织…活动
        return page.quote(rest);
    }
    let mut out = String::new();
    let mut object = object_of(page, rest);
    let mut clause = own;
    while let Some(next) = page.next_clause(clause.start) {
        clause = next;
        let doing = action(page, phrase::behind_mark(page, next), next.end);
        if ONLY_TIME.iter().any(|word| page.ends(next.end, word)) || is_circumstance(page, doing) {
            object = object_of(page, doing).or(object);
            continue;
        }
        out.push_str(&page.quote(doing));
        let takes_measures = out.contains("采取") && out.ends_with("措施");
        let enough = out.chars().filter(|c| is_han(*c)).count() > ENOUGH_CHARS && !takes_measures;
        if enough || (!out.is_empty() && page.at(next.end) == Some(';')) {
            break;
        }
    }
    if out.is_empty() {
        return page.quote(Span::new(own.start, at.start));
    }
    with_object(&out, object)
}

fn says_only_time(page: &Page, rest: Span, clause: Span) -> bool {
    ONLY_TIME.iter().any(|word| page.ends(clause.end, word)) || rest.end <= rest.start + 2
}

/// 针对手足口病疫情, 出现了奶粉事件: what the act of a later clause is directed at.
fn object_of(page: &Page, circumstance: Span) -> Option<String> {
    const FIRST: &[&str] = &["针对", "面对", "又出现了", "出现了", "又出现", "出现", "发生"];
    const OBJECT_CHARS: usize = 12;
    let word = FIRST.iter().find(|word| page.starts(circumstance.start, word))?;
    let object = Span::new(circumstance.start + word.chars().count(), circumstance.end);
    (2..=OBJECT_CHARS).contains(&object.end.saturating_sub(object.start)).then(|| page.quote(object))
}

/// 积极应对, 开展相应的救治: the act with what it is directed at.
fn with_object(act: &str, object: Option<String>) -> String {
    const BARE_CHARS: usize = 4;
    let bare = ["我们", "积极", "认真"].iter().fold(act, |act, word| act.trim_start_matches(word));
    let Some(object) = object else { return act.to_owned() };
    match bare.split_once("相应的") {
        Some((_, act)) => object + act,
        None if bare.chars().count() <= BARE_CHARS => format!("{bare}{object}"),
        None => act.to_owned(),
    }
}
