//! How a clock reads: what is left, since when it is late, how it ended.

use super::pieces::moment;
use crate::visit::Visit;
use hygeia_store::Outcome;
use hygeia_work::ClockView;
use jiff::SignedDuration;
use maud::{Markup, html};

/// The state of a clock as a tag: 剩余 1 小时 12 分钟, 超时 3 小时, 按时.
pub(crate) fn tag(visit: &Visit, view: &ClockView) -> Markup {
    let left = view.left(visit.actor.now);
    let span = span_text(visit, left);
    match (view.clock.outcome, view.clock.ended_at) {
        (Outcome::Running, _) if visit.actor.now >= view.clock.warn_at => {
            html! { span.tag.due { (visit.t("即将到期 · 剩余 ", "due soon · ")) (span) } }
        }
        (Outcome::Running, _) => html! { span.tag { (visit.t("剩余 ", "left ")) (span) } },
        (Outcome::Late, None) => html! { span.tag.late { (visit.t("超时 ", "late by ")) (span) } },
        (Outcome::Late, Some(_)) => html! { span.tag.late { (visit.t("超时完成", "done late")) } },
        (Outcome::Paused, _) => {
            html! { span.tag { (visit.t("已暂停 · 余 ", "paused · ")) (span) } }
        }
        (Outcome::Met, _) => html! { span.tag.done { (visit.t("按时完成", "in time")) } },
        (Outcome::Void, _) => html! { span.tag { (visit.t("不再计时", "void")) } },
    }
}

/// When it is due, or when it ended.
pub(crate) fn due_text(visit: &Visit, view: &ClockView) -> String {
    match view.clock.ended_at {
        Some(ended) => format!("{} {}", visit.t("完成于", "ended"), moment(ended)),
        None => format!("{} {}", visit.t("时限", "due"), due_moment(view.clock.due_at)),
    }
}

/// A due time; the end of a day is its 24:00, not the next day's beginning.
fn due_moment(at: jiff::Timestamp) -> String {
    let shown = moment(at);
    let eve = moment(at - SignedDuration::from_mins(1));
    match (shown.strip_suffix("00:00"), eve.strip_suffix("23:59")) {
        (Some(_), Some(day)) => format!("{day}24:00"),
        _ => shown,
    }
}

/// 2 天 3 小时, 1 小时 12 分钟, 5 分钟: the two greatest parts, without a sign.
pub(crate) fn span_text(visit: &Visit, span: SignedDuration) -> String {
    let minutes = span.abs().as_mins();
    let (days, hours, rest) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    let (day, hour, minute) = (visit.t("天", "d"), visit.t("小时", "h"), visit.t("分钟", "min"));
    match (days, hours, rest) {
        (0, 0, rest) => format!("{rest} {minute}"),
        (0, hours, 0) => format!("{hours} {hour}"),
        (0, hours, rest) => format!("{hours} {hour} {rest} {minute}"),
        (days, 0, _) => format!("{days} {day}"),
        (days, hours, _) => format!("{days} {day} {hours} {hour}"),
    }
}
