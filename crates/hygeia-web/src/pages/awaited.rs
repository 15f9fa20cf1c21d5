//! For today: entries that are awaited for open ones, each with the form it is made in.

use crate::reply::link;
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
                span.push.num { (if line.monthly { visit.t("本月", "This month") } else { visit.t("今日", "Today") }) " " (line.made) "/" (line.awaited) }
            }
        }
    };
    Ok(html! {
        @if !awaited.is_empty() {
            section.card aria-label=(visit.t("逐项待登记", "Awaited one by one")) {
                h2 { (visit.t("逐项待登记", "Awaited one by one")) " " span.tag { (awaited.len()) } }
                ul.plain { @for line in awaited.iter().take(MOST) { (row(line)) } }
                @if awaited.len() > MOST {
                    details {
                        summary { (visit.t("另有 ", "And ")) (awaited.len() - MOST) (visit.t(" 项", " more")) }
                        ul.plain { @for line in awaited.iter().skip(MOST) { (row(line)) } }
                    }
                }
            }
        }
    })
}

/// The form with unit, person and the open entry filled in.
fn form(visit: &Visit, line: &AwaitedEntry) -> String {
    let directory = visit.directory();
    let org = directory.get(line.open.entry.unit).map(|unit| unit.code.clone()).unwrap_or_default();
    let person = line.open.person.as_ref().map(|person| person.code.clone()).unwrap_or_default();
    let (field, id) = (format!("f.{}", line.field), line.open.entry.id.0.to_string());
    link(&format!("/registers/{}/new", line.register), &[("org", &org), ("person", &person), (&field, &id)])
}
