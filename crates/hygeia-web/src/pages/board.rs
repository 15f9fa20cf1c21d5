//! Boards (看板): the entries of a register in the states of its workflow, with their clocks; and the clocks that
//! concern the visitor today.

use crate::pages::register::masked;
use crate::reply::{self, link};
use crate::view::address;
use crate::view::clock;
use crate::view::icons::icon;
use crate::view::pieces::{empty, heading, with};
use crate::visit::{App, Visit};
use axum::Router;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::get;
use hygeia_pack::model::{Field, FieldType, Register, STATE, State};
use hygeia_store::{Entry, EntryId, Outcome};
use hygeia_work::{Action, ClockSearch, ClockView, EntryView, Listing, References, Result, WorkError};
use maud::{Markup, html};
use std::collections::HashMap;

/// Cards of one state; one where nothing is waited for shows the newest few, more when it is asked for.
const CARDS: u32 = 30;
const FOLDED_CARDS: usize = 3;
/// Fields shown on a card, and characters of each.
const FACTS: usize = 3;
const FACT_CHARS: usize = 40;
/// Clocks listed on the page of the day, and hours ahead they are listed for.
const TODAY: usize = 6;
const HOURS_AHEAD: i64 = 72;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/boards", get(all)).route("/boards/{register}", get(board))
}

/// Registers with a workflow that the visitor may see.
fn boards<'p>(visit: &Visit, packs: &'p hygeia_pack::model::PackSet) -> Vec<&'p Register> {
    let registers = packs.registers.values().filter(|register| register.workflow.is_some());
    let directory = visit.directory();
    registers.filter(|register| visit.actor.may_somewhere(&directory, register, Action::View)).collect()
}

async fn all(visit: Visit) -> Response {
    visit
        .run(|visit| {
            let packs = visit.work.packs();
            let directory = visit.directory();
            let org = visit.org(&directory)?.code.clone();
            let open = ClockSearch { unit: Some(visit.unit), open: true, ..ClockSearch::default() };
            let clocks = visit.work.clock_list(&visit.actor, &open)?;
            let count = |register: &Register, late: bool| {
                let own = clocks.iter().filter(|view| view.clock.register == register.id);
                own.filter(|view| (view.clock.outcome == Outcome::Late) == late).count()
            };
            let registers = boards(visit, &packs);
            let content = html! {
                (heading(visit.t("看板", "Boards"), &directory.full_title(visit.unit), &html! {}))
                @if registers.is_empty() { (empty(visit.t("没有带流程的登记表", "No register has a workflow"), &html! {})) }
                div.cards { @for register in registers {
                    a.card.entry-card href=(link(&format!("/boards/{}", register.id), &[("org", &org)])) {
                        (icon("registers"))
                        span {
                            strong { (register.title.text(visit.actor.english)) }
                            small.muted.num {
                                (visit.t("计时中 ", "running ")) (count(register, false))
                            }
                        }
                        @let late = count(register, true);
                        @if late > 0 { span.tag.late.num { (visit.t("超时 ", "late ")) (late) } }
                    }
                } }
            };
            Ok(reply::page(visit, visit.t("看板", "Boards"), "more", &content))
        })
        .await
}

/// The entries of one state, and how many there are in all.
struct Column<'r> {
    state: &'r State,
    cards: Vec<EntryView>,
    total: i64,
}

impl Column<'_> {
    /// Whether nothing is waited for here: an end, or more than one can look through and no clock runs.
    fn is_quiet(&self, clocks: &HashMap<EntryId, Vec<ClockView>>) -> bool {
        let runs = self.cards.iter().any(|view| clocks.contains_key(&view.entry.id));
        self.state.is_final || self.total > i64::from(CARDS) && !runs
    }
}

async fn board(Path(id): Path<String>, visit: Visit) -> Response {
    visit
        .run(move |visit| {
            let packs = visit.work.packs();
            let register = visit.work.register(&packs, &id)?;
            let workflow = register.workflow.as_ref().ok_or_else(|| WorkError::NotFound("该看板".into()))?;
            let columns: Vec<Column<'_>> = workflow
                .states
                .values()
                .map(|state| column(visit, register, state))
                .collect::<Result<_>>()?;
            let shown: Vec<EntryId> =
                columns.iter().flat_map(|column| &column.cards).map(|view| view.entry.id).collect();
            let search = ClockSearch {
                unit: Some(visit.unit),
                register: Some(register.id.clone()),
                entries: Some(shown),
                open: true,
                limit: 0,
            };
            let mut clocks: HashMap<EntryId, Vec<ClockView>> = HashMap::new();
            for view in visit.work.clock_list(&visit.actor, &search)? {
                clocks.entry(view.clock.entry).or_default().push(view);
            }
            let mut columns = columns;
            for column in &mut columns {
                if column.is_quiet(&clocks) && visit.query.get("state") != column.state.name {
                    column.cards.truncate(FOLDED_CARDS);
                }
            }
            let content = draw(visit, register, &columns, &clocks)?;
            Ok(reply::page(visit, register.title.text(visit.actor.english), "more", &content))
        })
        .await
}

fn column<'r>(visit: &Visit, register: &Register, state: &'r State) -> Result<Column<'r>> {
    let listing = Listing {
        unit: Some(visit.unit),
        equals: vec![(STATE.to_owned(), state.name.clone())],
        limit: CARDS,
        ..Listing::default()
    };
    let page = visit.work.entry_list(&visit.actor, register.id.as_str(), &listing)?;
    Ok(Column { state, cards: page.entries, total: page.total })
}

fn draw(
    visit: &Visit,
    register: &Register,
    columns: &[Column<'_>],
    clocks: &HashMap<EntryId, Vec<ClockView>>,
) -> Result<Markup> {
    let directory = visit.directory();
    let org = visit.org(&directory)?.code.clone();
    let english = visit.actor.english;
    let first = columns.iter().find(|column| !column.cards.is_empty()).or(columns.first());
    let chosen = visit.query.opt("state").or(first.map(|column| column.state.name.as_str())).unwrap_or("");
    let actions = html! {
        @if visit.actor.may_below(&directory, register, Action::Enter, visit.unit) {
            a.btn.go href=(link(&format!("/registers/{}/new", register.id), &[("org", &org)])) { (icon("add")) (visit.t("登记", "Enter")) }
        }
        a.btn href=(link(&format!("/registers/{}", register.id), &[("org", &org)])) { (visit.t("台账", "Register")) }
    };
    let title = format!("{} · {}", register.title.text(english), visit.t("看板", "board"));
    Ok(html! {
        (heading(&title, &directory.full_title(visit.unit), &actions))
        nav.narrow-only.board-states aria-label=(visit.t("状态", "State")) { @for column in columns {
            a href=(with(&visit.path, &visit.query, "state", &column.state.name)) aria-current=[(column.state.name == chosen).then_some("true")] {
                (column.state.title.text(english)) " " span.num { (column.total) }
            }
        } }
        div.board { @for column in columns {
            section.column.chosen[column.state.name == chosen] aria-label=(column.state.title.text(english)) {
                h2 { a href=(with(&visit.path, &visit.query, "state", &column.state.name)) { (column.state.title.text(english)) } " " span.muted.num { (column.total) } }
                @if column.cards.is_empty() { p.muted { (visit.t("暂无", "None")) } }
                @for view in &column.cards { (card(visit, register, view, clocks.get(&view.entry.id))) }
                @let more = column.total - column.cards.len() as i64;
                @if more > 0 {
                    @let state = column.state.name.as_str();
                    a.btn href=(link(&format!("/registers/{}", register.id), &[("org", &org), ("f.state", state)])) { (visit.t("其余 ", "more ")) (more) }
                }
            }
        } }
    })
}

fn card(visit: &Visit, register: &Register, view: &EntryView, clocks: Option<&Vec<ClockView>>) -> Markup {
    let entry = &view.entry;
    let english = visit.actor.english;
    let facts: Vec<(&Field, String)> =
        facts(register, entry, Some(&view.references), english).take(FACTS).collect();
    html! {
        a.card.board-card href=(address::of_entry(entry)) {
            strong {
                @match (&view.person, facts.first()) {
                    (Some(person), _) => { (person.name) }
                    (None, Some((_, text))) => { (text) }
                    (None, None) => { (view.unit_title) }
                }
            }
            small.muted { (view.unit_title) " · " span.num.whole { (entry.day) } }
            @for (field, text) in facts.iter().skip(usize::from(view.person.is_none())) { span { small.muted { (field.title.text(english)) } " " (text) } }
            @for view in clocks.into_iter().flatten() {
                span.row { small { (view.def.title.text(english)) } (clock::tag(visit, view)) }
            }
        }
    }
}

/// What an entry says in the columns of its register, in few words; what it refers to only where that has a name.
fn facts<'r>(
    register: &'r Register,
    entry: &'r Entry,
    references: Option<&'r References>,
    english: bool,
) -> impl Iterator<Item = (&'r Field, String)> {
    let columns = register.columns.iter().filter(|name| **name != register.day);
    columns
        .filter_map(|name| register.fields.get(name))
        .filter(|field| !field.by_workflow && !is_long(field))
        .filter_map(move |field| {
            let value = entry.values.get(&field.name).filter(|value| !value.is_null())?;
            let name = references.and_then(|references| references.name(&field.name, value));
            let text = match (&field.kind, name) {
                (_, Some(name)) => name.to_owned(),
                (FieldType::Entry { .. } | FieldType::OrgUnit { .. } | FieldType::Person { .. }, None) => {
                    return None;
                }
                _ => masked(field, value, english),
            };
            Some((field, shortened(text)))
        })
}

/// What tells an entry from others of its register and unit: its first fact, and the first words of what was written.
fn told_apart(register: &Register, entry: &Entry, english: bool) -> Vec<String> {
    let first = facts(register, entry, None, english).next().map(|(_, text)| text);
    let written =
        register.fields.values().find_map(|field| match (&field.kind, entry.values.get(&field.name)) {
            (FieldType::LongText { .. }, Some(hygeia_expr::Value::Text(text))) if !field.personal => {
                Some(shortened(text.clone()))
            }
            _ => None,
        });
    first.into_iter().chain(written).collect()
}

/// Whether a field holds more than a card has room for.
fn is_long(field: &Field) -> bool {
    matches!(field.kind, FieldType::LongText { .. } | FieldType::Rows(_))
}

fn shortened(text: String) -> String {
    match text.char_indices().nth(FACT_CHARS) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

/// Clocks that the visitor can stop, or that have come up to them; the most pressing first.
pub(crate) fn clocks_of_today(visit: &Visit) -> Result<Markup> {
    let search = ClockSearch { unit: Some(visit.unit), open: true, ..ClockSearch::default() };
    let mut views = visit.work.clock_list(&visit.actor, &search)?;
    let now = visit.actor.now;
    let soon = now + jiff::SignedDuration::from_hours(HOURS_AHEAD);
    let presses = |view: &ClockView| now >= view.clock.warn_at || view.clock.due_at <= soon;
    views.retain(|view| view.escalated_to_me || view.mine && presses(view));
    let late = views.iter().filter(|view| view.clock.outcome == Outcome::Late).count();
    let packs = visit.work.packs();
    let english = visit.actor.english;
    Ok(html! {
        @if !views.is_empty() {
            section.card aria-label=(visit.t("时限", "Clocks")) {
                h2 { (visit.t("正在计时", "Running clocks")) " " @if late > 0 { span.tag.late { (visit.t("超时 ", "late ")) (late) } } }
                ul.plain.clock-list { @for view in views.iter().take(TODAY) {
                    li { a href=(address::of_entry(&view.entry)) {
                        span {
                            @let register = packs.registers.get(view.clock.register.as_str());
                            @if let Some(register) = register { (register.title.text(english)) " · " }
                            (view.def.title.text(english))
                            small.muted {
                                @if let Some(person) = &view.person { (person.name) " · " }
                                @else if let Some(register) = register { @for text in told_apart(register, &view.entry, english) { (text) " · " } }
                                (view.unit_title)
                                @if view.escalated_to_me && !view.mine { " · " (visit.t("逾期上报给您", "escalated to you")) }
                            }
                        }
                        (clock::tag(visit, view))
                    } }
                } }
                @if views.len() > TODAY { a.btn href="/boards" { (visit.t("全部看板", "All boards")) } }
            }
        }
    })
}
