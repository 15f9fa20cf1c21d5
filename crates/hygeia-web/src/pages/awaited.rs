//! For today: entries that are awaited for open ones, each with the form it is made in.

use crate::visit::Visit;
use hygeia_work::{AwaitedEntry, Result};
use maud::{Markup, html};

/// Lines shown before the rest is folded away.
const MOST: usize = 5;

pub(crate) fn section(visit: &Visit) -> Result<Markup> {
    let awaited = visit.work.awaited(&visit.actor, visit.unit)?;
    let packs = visit.work.packs();
    let title = |line: &AwaitedEntry| {
        let register = packs.registers.get(&line.register);
        register.map_or(String::new(), |register| register.title.text(visit.actor.english).to_owned())
    };
    let row = |line: &AwaitedEntry| {
        html! {
            li.row {
                a href=(form(visit, line)) { (line.name) }
                span.muted { (title(line)) " · " (line.open.unit_title) }
                @if let Some(by) = line.by {
                    span.tag.late[line.late].due[!line.late] {
                        @if line.late { (visit.t("已过 ", "past ")) }
                        (format!("{:02}:{:02}", by.hour(), by.minute()))
                    }
                }
                span.push.num { (if line.monthly { visit.t("本月", "This month") } else { visit.t("今日", "Today") }) " " (line.made) "/" (line.awaited) }
            }
        }
    };
    let late = awaited.iter().filter(|line| line.late).count();
    // What is late is never folded away.
    let most = MOST.max(late);
    Ok(html! {
        @if !awaited.is_empty() {
            section.card aria-label=(visit.t("逐项待登记", "Awaited one by one")) {
                h2 {
                    (visit.t("逐项待登记", "Awaited one by one")) " " span.tag { (awaited.len()) }
                    @if late > 0 { " " span.tag.late { (visit.t("已过时间 ", "late ")) (late) } }
                }
                ul.plain { @for line in awaited.iter().take(most) { (row(line)) } }
                @if awaited.len() > most {
                    details {
                        summary { (visit.t("另有 ", "And ")) (awaited.len() - most) (visit.t(" 项", " more")) }
                        ul.plain { @for line in awaited.iter().skip(most) { (row(line)) } }
                    }
                }
            }
        }
    })
}

/// The form with unit, person, the open entry and what follows from it filled in.
fn form(visit: &Visit, line: &AwaitedEntry) -> String {
    super::related::form(visit, &line.register, &line.open, &line.begins)
}
