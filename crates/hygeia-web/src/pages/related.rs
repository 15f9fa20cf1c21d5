//! Entries that refer to an entry: the doses of an entrusted medicine, the drills of a plan, what moved an item.

use super::register::seen;
use crate::reply::link;
use crate::view::address;
use crate::view::icons::icon;
use crate::visit::Visit;
use hygeia_pack::model::{Field, FieldType, Register, RegisterId};
use hygeia_work::{Action, Beginning, EntryPage, EntryView, Listing, Offer, Result, WorkError};
use maud::{Markup, html};

/// Entries listed of one register; the rest stand in its table.
const MOST: u32 = 5;
/// Fields shown of each.
const FACTS: usize = 3;

/// A section for each register whose entries the visitor sees or makes and which refers to this entry.
pub(crate) fn section(visit: &Visit, register: &Register, view: &EntryView) -> Result<Markup> {
    let packs = visit.work.packs();
    let refers = |field: &&Field| {
        field.is_typed()
            && matches!(&field.kind, FieldType::Entry { register: named, .. } if *named == register.id)
    };
    let mut parts = Vec::new();
    for other in packs.registers.values() {
        let Some(field) = other.fields.values().find(refers) else { continue };
        let id = view.entry.id.0.to_string();
        let listing = Listing { equals: vec![(field.name.clone(), id)], limit: MOST, ..Listing::default() };
        let page = match visit.work.entry_list(&visit.actor, other.id.as_str(), &listing) {
            Ok(page) => page,
            Err(WorkError::Denied(_)) => continue,
            Err(error) => return Err(error),
        };
        parts.push(part(visit, other, field, view, &page)?);
    }
    Ok(html! { @for part in &parts { (part) } })
}

/// The forms an entry leads to and that are still to be filled in.
pub(crate) fn offers(visit: &Visit, register: &Register, view: &EntryView) -> Result<Markup> {
    let packs = visit.work.packs();
    let english = visit.actor.english;
    let offers = visit.work.offers(&visit.actor, register, view)?;
    let title = |offer: &Offer| {
        let Some(other) = packs.registers.get(&offer.register) else { return String::new() };
        let about = offer.about.as_ref().and_then(|(name, code)| {
            let option = other.fields.get(name)?.choice()?.option(code)?;
            Some(option.title.text(english).to_owned())
        });
        let title = other.title.text(english);
        about.map_or_else(|| title.to_owned(), |about| format!("{title}{}{about}", visit.t("：", ": ")))
    };
    Ok(html! {
        @if !offers.is_empty() {
            section.card aria-label=(visit.t("接下来登记", "To be entered next")) {
                h2 { (visit.t("接下来登记", "To be entered next")) }
                div.row { @for offer in &offers {
                    a.btn href=(form(visit, &offer.register, view, &offer.begins)) { (icon("add")) (title(offer)) }
                } }
            }
        }
    })
}

/// A new form at the unit and about the person of an entry, with some values filled in.
pub(crate) fn form(visit: &Visit, register: &RegisterId, view: &EntryView, begins: &Beginning) -> String {
    let directory = visit.directory();
    let org = directory.get(view.entry.unit).map(|unit| unit.code.clone()).unwrap_or_default();
    let person = view.person.as_ref().map_or("", |person| person.code.as_str());
    let values: Vec<(String, &str)> =
        begins.iter().map(|(name, value)| (format!("f.{name}"), value.as_str())).collect();
    let mut pairs = vec![("org", org.as_str()), ("person", person)];
    pairs.extend(values.iter().map(|(name, value)| (name.as_str(), *value)));
    link(&format!("/registers/{register}/new"), &pairs)
}

fn part(
    visit: &Visit,
    other: &Register,
    field: &Field,
    view: &EntryView,
    page: &EntryPage,
) -> Result<Markup> {
    let directory = visit.directory();
    // What the entry leads to is offered with its own buttons.
    let leads = matches!(&field.kind, FieldType::Entry { follows: Some(_), .. });
    let enters =
        !leads && !view.entry.void && visit.actor.may(&directory, other, Action::Enter, view.entry.unit);
    if page.total == 0 && !enters {
        return Ok(html! {});
    }
    let org = directory.get(view.entry.unit).map_or(String::new(), |unit| unit.code.clone());
    let id = view.entry.id.0.to_string();
    let filled = format!("f.{}", field.name);
    let new = form(visit, &other.id, view, &vec![(field.name.clone(), id.clone())]);
    let all = link(&format!("/registers/{}", other.id), &[("org", &org), (&filled, &id)]);
    let english = visit.actor.english;
    Ok(html! {
        section.card {
            div.row {
                h2 { (other.title.text(english)) " " span.muted.num { (page.total) } }
                @if enters { a.btn.push href=(new) { (icon("add")) (visit.t("登记", "Enter")) } }
            }
            @if page.total > 0 {
                ul.plain { @for one in &page.entries {
                    li.row {
                        a href=(address::of_entry(&one.entry)) { span.num.whole { (one.entry.day) } }
                        span.muted { (facts(other, field, one, english)) }
                    }
                } }
            }
            @if page.total > i64::from(MOST) { p { a href=(all) { (visit.t("全部", "All")) } } }
        }
    })
}

/// What an entry says in its columns besides the day and what it refers to.
fn facts(register: &Register, field: &Field, view: &EntryView, english: bool) -> String {
    let columns = register.columns.iter().filter(|name| **name != register.day && **name != field.name);
    let texts = columns.filter_map(|name| {
        let column = register.fields.get(name)?;
        let value = view.entry.values.get(name).filter(|value| !value.is_null())?;
        let is_long = matches!(column.kind, FieldType::Rows(_) | FieldType::LongText { .. });
        (!is_long).then(|| format!("{} {}", column.title.text(english), seen(view, column, value, english)))
    });
    texts.take(FACTS).collect::<Vec<_>>().join(" · ")
}
