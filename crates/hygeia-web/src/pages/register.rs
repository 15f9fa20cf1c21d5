//! Registers (登记/台账): the list of registers, and one register's table with filters, its files and its paper form.

mod file;
mod paper;

pub(super) use paper::about;

use crate::reply::{self, link};
use crate::view::fields::unit_beside;
use crate::view::icons::icon;
use crate::view::pieces::{empty, heading, pager, with};
use crate::visit::{App, Visit};
use axum::Router;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::get;
use hygeia_expr::Value;
use hygeia_pack::model::{About, Choice, Field, FieldType, Interval, Layout, MeasureKind, Register};
use hygeia_store::PersonId;
use hygeia_work::{Action, EntryPage, EntryView, Listing, Result, Right, WorkError, show_field};
use maud::{Markup, html};

/// Entries on one page.
const PAGE: u32 = 50;
/// Characters of the longest text a list shows; the whole stands in the entry.
const LONGEST: usize = 30;
/// Characters of a text that is not broken over lines.
const UNBROKEN: usize = 8;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/registers", get(all))
        .route("/registers/{register}", get(table))
        .route("/registers/{register}/export", get(file::export))
        .route("/registers/{register}/print", get(paper::print))
}

async fn all(visit: Visit) -> Response {
    visit
        .run(|visit| {
            let packs = visit.work.packs();
            let directory = visit.directory();
            let org = visit.org(&directory)?.code.clone();
            let mut groups: Vec<(String, Vec<&Register>)> = Vec::new();
            let designs = visit.actor.has_right(&packs, &directory, Right::Design, visit.unit);
            let seen = |register: &&Register| {
                (designs || visit.actor.may_somewhere(&directory, register, Action::View))
                    && directory.is_kept_at(register, visit.unit)
            };
            for register in packs.registers.values().filter(seen) {
                let pack = packs.packs.iter().find(|pack| pack.id.as_str() == register.id.pack());
                let pack = pack.map_or(String::new(), |pack| pack.title.text(visit.actor.english).to_owned());
                let name = match &register.group {
                    Some(group) => format!("{pack} · {}", packs.group_title(group, visit.actor.english)),
                    None => pack,
                };
                match groups.iter_mut().find(|(known, _)| *known == name) {
                    Some((_, registers)) => registers.push(register),
                    None => groups.push((name, vec![register])),
                }
            }
            let content = html! {
                (heading(visit.t("登记", "Registers"), &directory.full_title(visit.unit), &html! {}))
                @if groups.is_empty() { (empty(visit.t("您的角色没有可查看的登记表", "Your role sees no register"), &html! {})) }
                @for (name, registers) in &groups {
                    section {
                        h2 { (name) }
                        div.cards { @for register in registers { (card(visit, register, &org, designs)) } }
                    }
                }
            };
            Ok(reply::page(visit, visit.t("登记", "Registers"), "registers", &content))
        })
        .await
}

fn card(visit: &Visit, register: &Register, org: &str, designs: bool) -> Markup {
    let directory = visit.directory();
    let sees = visit.actor.may_somewhere(&directory, register, Action::View);
    let enters = visit.actor.may_below(&directory, register, Action::Enter, visit.unit);
    let design = format!("/registers/{}/design", register.id);
    let open =
        if sees { link(&format!("/registers/{}", register.id), &[("org", org)]) } else { design.clone() };
    html! {
        div.card.register-card {
            a.cover href=(open) {
                strong { (register.title.text(visit.actor.english)) }
            }
            @if let Some(help) = register.help.as_ref().filter(|_| !visit.actor.english) { small.muted { (help) } }
            @if enters {
                a.btn.small href=(enter_link(register, org)) { (icon("add")) (visit.t("登记", "Enter")) }
            }
            @if designs { a.btn.small href=(design) { (icon("design")) (visit.t("设计", "Design")) } }
        }
    }
}

fn enter_link(register: &Register, org: &str) -> String {
    match register.layout {
        Layout::Roster => link(&format!("/sheets/{}", register.id), &[("org", org)]),
        Layout::Form => link(&format!("/registers/{}/new", register.id), &[("org", org)]),
    }
}

/// The filter of the address as the use case takes it.
pub(super) fn listing(visit: &Visit, register: &Register, limit: u32) -> Result<Listing> {
    let query = &visit.query;
    let page: u32 = query.opt("page").and_then(|page| page.parse().ok()).unwrap_or(1).max(1);
    let sort = query.opt("sort").map(|sort| match sort.strip_prefix('-') {
        Some(field) => (field.to_owned(), true),
        None => (sort.to_owned(), false),
    });
    let person = match query.opt("person") {
        Some(text) => Some(PersonId(text.parse().map_err(|_| WorkError::NotFound("该人员".into()))?)),
        None => None,
    };
    let equals = register
        .fields
        .keys()
        .filter_map(|name| query.opt(&format!("f.{name}")).map(|value| (name.clone(), value.to_owned())))
        .collect();
    Ok(Listing {
        unit: Some(visit.unit),
        from: query.date("from")?,
        to: query.date("to")?,
        person,
        measure: query.opt("measure").map(str::to_owned),
        part: query.opt("part").map(str::to_owned),
        equals,
        text: query.opt("text").map(str::to_owned),
        include_void: query.opt("void").is_some(),
        only: None,
        printed: false,
        sort,
        offset: (page - 1).saturating_mul(limit),
        limit,
    })
}

/// The fields a list shows.
pub(super) fn columns(register: &Register) -> Vec<&Field> {
    register.columns.iter().filter_map(|name| register.fields.get(name)).collect()
}

async fn table(Path(id): Path<String>, visit: Visit) -> Response {
    visit
        .run(move |visit| {
            let packs = visit.work.packs();
            let register = visit.work.register(&packs, &id)?;
            let listing = listing(visit, register, PAGE)?;
            let page = visit.work.entry_list(&visit.actor, &id, &listing)?;
            let title = register.title.text(visit.actor.english);
            Ok(reply::page(visit, title, "registers", &draw(visit, register, &listing, &page)?))
        })
        .await
}

fn draw(visit: &Visit, register: &Register, listing: &Listing, page: &EntryPage) -> Result<Markup> {
    let directory = visit.directory();
    let packs = visit.work.packs();
    let org = visit.org(&directory)?.code.clone();
    let base = format!("/registers/{}", register.id);
    let here = |path: &str, format: &str| with(path, &visit.query, "format", format);
    let actions = html! {
        @if visit.actor.may_below(&directory, register, Action::Enter, visit.unit) { a.btn.go href=(enter_link(register, &org)) { (icon("add")) (visit.t("登记", "Enter")) } }
        a.btn href=(here(&format!("{base}/export"), "xlsx")) { (icon("export")) "XLSX" }
        a.btn href=(here(&format!("{base}/export"), "csv")) { "CSV" }
        a.btn href=(here(&format!("{base}/print"), "")) { (icon("print")) (visit.t("打印", "Print")) }
        @if let Some(notice) = &register.notice {
            a.btn href=(here(&format!("{base}/notices"), "")) { (icon("print")) (notice.title.text(visit.actor.english)) }
        }
        @if visit.actor.has_right(&packs, &directory, Right::Design, visit.unit) {
            a.btn href={ (base) "/design" } { (icon("design")) (visit.t("设计", "Design")) }
        }
    };
    let number = page_number(visit);
    Ok(html! {
        (heading(register.title.text(visit.actor.english), &directory.full_title(visit.unit), &actions))
        (counted(visit, listing))
        (filters(visit, register, &org, &base))
        section.card.flush {
            @if page.entries.is_empty() {
                (empty(visit.t("没有符合条件的记录", "No entry meets the filter"), &html! { a.btn href=(link(&base, &[("org", &org)])) { (visit.t("清除筛选", "Clear the filter")) } }))
            } @else {
                (entries(visit, register, &page.entries))
            }
        }
        (pager(visit, page.total, number, PAGE))
    })
}

fn page_number(visit: &Visit) -> u32 {
    visit.query.opt("page").and_then(|page| page.parse().ok()).unwrap_or(1).max(1)
}

/// Says which number these entries are behind.
fn counted(visit: &Visit, listing: &Listing) -> Markup {
    let packs = visit.work.packs();
    let measure = listing.measure.as_deref().and_then(|id| packs.measures.get(id));
    html! {
        @if let Some(measure) = measure {
            p.note {
                (visit.t("以下为计数“", "Entries counted by “")) (measure.title.text(visit.actor.english)) (visit.t("”的记录", "”"))
                @if matches!(measure.kind, MeasureKind::People { .. }) {
                    (visit.t("；计数时每人只计一次，此处列出全部记录", "; each person counts once, here are all entries"))
                }
                @if let Some(since) = measure.since {
                    @let (zh, en) = match since {
                        Interval::Term => ("；自本学期起累计", "; since the beginning of the term"),
                        Interval::SchoolYear => ("；自本学年起累计", "; since the beginning of the school year"),
                        _ => ("；自本年起累计", "; since the beginning of the year"),
                    };
                    (visit.t(zh, en))
                }
            }
        }
    }
}

fn filters(visit: &Visit, register: &Register, org: &str, base: &str) -> Markup {
    let query = &visit.query;
    let chosen = register.fields.iter().filter_map(|(name, field)| match &field.kind {
        FieldType::Choice(choice) if register.columns.contains(name) => Some((name, field, choice)),
        _ => None,
    });
    let used = query.0.iter().any(|(name, value)| {
        (name.starts_with("f.") || matches!(name.as_str(), "from" | "to" | "text" | "void"))
            && !value.is_empty()
    });
    html! {
        details.folds.no-print open data-used[used] {
            summary.btn { (visit.t("筛选", "Filter")) }
            form.filters method="get" action=(base) {
                input type="hidden" name="org" value=(org);
                @for keep in ["measure", "part", "person"] { @if let Some(value) = query.opt(keep) { input type="hidden" name=(keep) value=(value); } }
                label { (visit.t("从", "From")) input type="date" name="from" value=(query.get("from")); }
                label { (visit.t("到", "To")) input type="date" name="to" value=(query.get("to")); }
                @for (name, field, choice) in chosen.take(4) {
                    @let key = format!("f.{name}");
                    label { (field.title.text(visit.actor.english))
                        select name=(key) {
                            option value="" { (visit.t("全部", "All")) }
                            // Several at once come from a line of a plan.
                            @if let Some(several) = query.opt(&key).filter(|codes| codes.contains(',')) {
                                option value=(several) selected { (titles(choice, several, visit.actor.english)) }
                            }
                            @for option in &choice.options { option value=(option.code) selected[query.get(&key) == option.code] { (option.title.text(visit.actor.english)) } }
                        }
                    }
                }
                label { (visit.t("排序", "Order")) (order(visit, register)) }
                label { (visit.t("文字", "Text")) input type="search" name="text" maxlength="60" value=(query.get("text")); }
                label.tick { input type="checkbox" name="void" value="1" checked[query.opt("void").is_some()]; (visit.t("含作废", "Voided too")) }
                button.btn type="submit" { (visit.t("筛选", "Filter")) }
            }
        }
    }
}

/// Titles of codes that stand with commas between them.
fn titles(choice: &Choice, codes: &str, english: bool) -> String {
    let title = |code: &str| {
        choice.option(code).map_or_else(|| code.to_owned(), |option| option.title.text(english).to_owned())
    };
    codes.split(',').map(title).collect::<Vec<_>>().join("、")
}

/// The order of the entries, for screens without column heads; a column may be sorted both ways.
fn order(visit: &Visit, register: &Register) -> Markup {
    let chosen = visit.query.get("sort");
    html! {
        select name="sort" {
            option value="" { (visit.t("最近在前", "Latest first")) }
            @for field in columns(register) {
                @for (mark, arrow) in [("", "↑"), ("-", "↓")] {
                    @let value = format!("{mark}{}", field.name);
                    option value=(value) selected[chosen == value] { (field.title.text(visit.actor.english)) " " (arrow) }
                }
            }
        }
    }
}

/// What a line of the list is called by: it leads to the entry.
enum Lead<'a> {
    Person,
    /// What an entry without a person is about: the first column that holds a word.
    Field(&'a Field),
    Unit,
}

impl<'a> Lead<'a> {
    fn of(register: &Register, columns: &[&'a Field]) -> Self {
        let is_word = |field: &&&Field| {
            matches!(
                field.kind,
                FieldType::Choice(_)
                    | FieldType::Text { .. }
                    | FieldType::Person { .. }
                    | FieldType::OrgUnit { .. }
                    | FieldType::Entry { .. }
            )
        };
        match columns.iter().find(is_word) {
            _ if register.about != About::OrgUnit => Self::Person,
            Some(field) => Self::Field(field),
            None => Self::Unit,
        }
    }

    fn is(&self, field: &Field) -> bool {
        matches!(self, Self::Field(lead) if lead.name == field.name)
    }

    /// Empty where the entry leaves it open.
    fn text(&self, view: &EntryView, english: bool) -> String {
        match self {
            Self::Person => view.person.as_ref().map(|person| person.name.clone()).unwrap_or_default(),
            Self::Field(field) => {
                let value = view.entry.values.get(&field.name).unwrap_or(&Value::Null);
                seen(view, field, value, english)
            }
            Self::Unit => String::new(),
        }
    }
}

fn entries(visit: &Visit, register: &Register, entries: &[EntryView]) -> Markup {
    let columns = columns(register);
    let lead = Lead::of(register, &columns);
    let unit_head = html! { th scope="col" { (visit.t("单位", "Unit")) } };
    html! {
        div.scroll tabindex="0" role="region" aria-label=(register.title.text(visit.actor.english)) {
            table.list {
                thead { tr {
                    @match lead {
                        Lead::Person => { th scope="col" { (visit.t("姓名", "Name")) } (unit_head) }
                        Lead::Field(field) => { (column_head(visit, field)) (unit_head) }
                        Lead::Unit => { (unit_head) }
                    }
                    @for field in columns.iter().filter(|field| !lead.is(field)) { (column_head(visit, field)) }
                    th scope="col" { (visit.t("登记人", "By")) }
                } }
                tbody { @for view in entries { (entry_row(visit, register, &columns, &lead, view)) } }
            }
        }
    }
}

fn column_head(visit: &Visit, field: &Field) -> Markup {
    let sort = visit.query.get("sort");
    let down = format!("-{}", field.name);
    let (next, arrow, order) = if sort == field.name {
        (down.as_str(), " ↑", Some("ascending"))
    } else if sort == down {
        (field.name.as_str(), " ↓", Some("descending"))
    } else {
        (down.as_str(), "", None)
    };
    let unit = unit_beside(field, visit.actor.english);
    html! {
        th scope="col" aria-sort=[order] {
            a href=(with(&visit.path, &visit.query, "sort", next)) { (field.title.text(visit.actor.english)) @if let Some(unit) = unit { " " (unit) } (arrow) }
        }
    }
}

fn entry_row(
    visit: &Visit,
    register: &Register,
    columns: &[&Field],
    lead: &Lead<'_>,
    view: &EntryView,
) -> Markup {
    let (entry, english) = (&view.entry, visit.actor.english);
    let href = format!("/entries/{}/{}", register.id, entry.id.0);
    let unit = visit.directory().title_within(entry.unit, visit.unit);
    let title = Some(lead.text(view, english)).filter(|title| !title.is_empty());
    let title = title.unwrap_or_else(|| unit.clone());
    let (short, whole) = shortened(&title);
    // A card is called by its day too, and does not say it twice.
    let dated = columns.iter().any(|field| field.name == register.day);
    html! {
        tr.void[entry.void] {
            td.unbroken[is_short(&title)] {
                a.row-link.lead href=(href) title=[whole] { (short) " " span.num.on-card[dated] { (entry.day) } }
                @if entry.void { span.tag.late { (visit.t("作废", "Void")) } }
            }
            @if !matches!(lead, Lead::Unit) { td.whole-words { (unit) } }
            @for field in columns.iter().filter(|field| !lead.is(field)) {
                @let value = entry.values.get(&field.name).unwrap_or(&Value::Null);
                @let text = seen(view, field, value, english);
                @let (short, whole) = shortened(&text);
                td.num[is_number(field)].off[is_exception(field, value)].unbroken[is_unbroken(field, &text)].off-card[field.name == register.day] title=[whole] { (short) }
            }
            td.muted.unbroken { (entry.created_by.name) }
        }
    }
}

/// A text as long as a list shows it, and the whole where that is longer.
pub(super) fn shortened(text: &str) -> (String, Option<&str>) {
    match text.char_indices().nth(LONGEST) {
        Some(_) => (text.chars().take(LONGEST - 1).chain(['…']).collect(), Some(text)),
        None => (text.to_owned(), None),
    }
}

/// Dates, times and short words stay on one line; it is the long texts that give way.
fn is_unbroken(field: &Field, text: &str) -> bool {
    matches!(field.kind, FieldType::Date | FieldType::Time | FieldType::DateTime) || is_short(text)
}

fn is_short(text: &str) -> bool {
    text.chars().count() <= UNBROKEN
}

fn is_number(field: &Field) -> bool {
    matches!(field.kind, FieldType::Int { .. } | FieldType::Decimal { .. })
}

fn is_exception(field: &Field, value: &Value) -> bool {
    field.normal.as_deref().is_some_and(|normal| !value.is_null() && hygeia_work::plain(value) != normal)
}

/// A field of an entry in a list: what it refers to by name.
pub(crate) fn seen(view: &EntryView, field: &Field, value: &Value, english: bool) -> String {
    let name = view.references.name(&field.name, value);
    name.map_or_else(|| masked(field, value, english), str::to_owned)
}

/// Personal fields show their ends only in lists.
pub(crate) fn masked(field: &Field, value: &Value, english: bool) -> String {
    let text = show_field(field, value, english);
    let count = text.chars().count();
    if !field.personal || count == 0 {
        return text;
    }
    let keep = if count > 7 { 3 } else { 1 };
    let start: String = text.chars().take(keep).collect();
    let end: String = text.chars().skip(count - keep.min(count)).collect();
    format!("{start}{}{end}", "*".repeat(count.saturating_sub(keep * 2).max(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_only_where_it_is_longer_than_a_list_shows() {
        let fits = "剂".repeat(LONGEST);
        assert_eq!(shortened(&fits), (fits.clone(), None));
        let long = format!("{fits}次");
        let (short, whole) = shortened(&long);
        assert_eq!((short.chars().count(), whole), (LONGEST, Some(&*long)));
        assert!(short.ends_with("剂…"), "{short}");
    }
}
