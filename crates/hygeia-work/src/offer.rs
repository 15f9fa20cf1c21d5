//! Forms that an entry leads to: the correction of each defect an examination found, the observation of a child whose
//! card is not green.

use crate::actor::{Action, Actor};
use crate::entry::{EntryScope, EntryView, Listing};
use crate::error::{Result, WorkError};
use crate::value::{plain, to_json};
use crate::work::Work;
use hygeia_expr::Value;
use hygeia_pack::model::{Field, FieldType, Register, RegisterId};
use jiff::civil::Date;

/// Values a form begins with, as typed, by field.
pub type Beginning = Vec<(String, String)>;

/// A form that an entry leads to and that nobody has filled in yet.
#[derive(Debug, Clone)]
pub struct Offer {
    /// Register in which the entry is to be made.
    pub register: RegisterId,
    /// What it begins with; among it the entry it follows from.
    pub begins: Beginning,
    /// What it is about when there is a form for each of several things: field and code.
    pub about: Option<(String, String)>,
}

impl Work {
    /// The forms an entry leads to for an actor who may fill them in, each until it is answered: by an entry that
    /// names it, by one about the same thing made since, or by one that its register says is enough.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn offers(&self, actor: &Actor, register: &Register, view: &EntryView) -> Result<Vec<Offer>> {
        let (packs, directory) = (self.packs(), self.directory());
        let mut offers = Vec::new();
        if view.entry.void {
            return Ok(offers);
        }
        for other in packs.registers.values() {
            let leads = |field: &&Field| {
                matches!(&field.kind, FieldType::Entry { register: named, follows: Some(_), .. }
                    if *named == register.id)
            };
            let Some(field) = other.fields.values().find(leads) else { continue };
            if !actor.may(&directory, other, Action::Enter, view.entry.unit) {
                continue;
            }
            let open = beginnings(other, field, view, actor.today());
            if open.is_empty() {
                continue;
            }
            let made = self.of_the_same(actor, other, view)?;
            let unanswered = open
                .into_iter()
                .filter(|offer| !made.iter().any(|entry| answers(field, offer, view, entry, actor.today())));
            offers.extend(unanswered);
        }
        Ok(offers)
    }

    /// Entries of a register about the person of an entry, or of its unit where it is about no person.
    fn of_the_same(&self, actor: &Actor, register: &Register, view: &EntryView) -> Result<Vec<EntryView>> {
        let listing = Listing {
            unit: Some(view.entry.unit),
            person: view.entry.person,
            limit: MOST,
            ..Listing::default()
        };
        match self.entry_list(actor, register.id.as_str(), &listing) {
            Ok(page) => Ok(page.entries),
            Err(WorkError::Denied(_)) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }
}

/// Entries looked through for an answer.
const MOST: u32 = 200;

/// Whether an entry is what an offer asks for.
fn answers(field: &Field, offer: &Offer, to: &EntryView, entry: &EntryView, today: Date) -> bool {
    let value = |name: &str| entry.entry.values.get(name).and_then(Value::as_text);
    if offer.about.as_ref().is_some_and(|(name, code)| value(name) != Some(code.as_str())) {
        return false;
    }
    let FieldType::Entry { follows: Some(follows), .. } = &field.kind else { return false };
    let scope = EntryScope { values: &entry.entry.values, subject: entry.person.as_ref(), today };
    value(&field.name) == Some(to.entry.id.0.to_string().as_str())
        || entry.entry.person.is_some() && entry.entry.day >= to.entry.day
        || follows.answered.as_ref().is_some_and(|enough| enough.expr.eval(&scope) == Value::Bool(true))
}

/// The forms of `register` that follow from an entry its `field` may name: one, or one for each code that a choice is
/// filled with; none when the entry is not offered.
pub(crate) fn beginnings(register: &Register, field: &Field, view: &EntryView, today: Date) -> Vec<Offer> {
    let FieldType::Entry { offered, follows, .. } = &field.kind else { return Vec::new() };
    let scope = EntryScope { values: &view.entry.values, subject: view.person.as_ref(), today };
    if offered.as_ref().is_some_and(|only| only.expr.eval(&scope) != Value::Bool(true)) {
        return Vec::new();
    }
    let mut begins: Beginning = vec![(field.name.clone(), view.entry.id.0.to_string())];
    let mut each: Option<(String, Vec<String>)> = None;
    for (name, formulas) in follows.iter().flat_map(|follows| &follows.fills) {
        let Some(own) = register.fields.get(name) else { continue };
        let values: Vec<Value> = formulas.iter().map(|formula| formula.expr.eval(&scope)).collect();
        let several = values.len() > 1 || matches!(values.first(), Some(Value::List(_)));
        match own.choice().filter(|_| several && matches!(own.kind, FieldType::Choice(_))) {
            Some(choice) => {
                let mut codes: Vec<String> = Vec::new();
                for code in values.iter().flat_map(single) {
                    let known = choice.option(&code).is_some_and(|option| !option.retired);
                    if known && !codes.contains(&code) {
                        codes.push(code);
                    }
                }
                each = Some((name.clone(), codes));
            }
            None => begins.extend(
                values
                    .iter()
                    .filter(|value| !value.is_null() && !matches!(value, Value::List(_)))
                    .map(|value| (name.clone(), text(value))),
            ),
        }
    }
    let offer = |about: Option<(String, String)>| Offer {
        register: register.id.clone(),
        begins: begins.iter().cloned().chain(about.clone()).collect(),
        about,
    };
    match each {
        Some((name, codes)) => codes.into_iter().map(|code| offer(Some((name.clone(), code)))).collect(),
        None => vec![offer(None)],
    }
}

/// The codes of a list, or the one code a value is.
fn single(value: &Value) -> Vec<String> {
    match value {
        Value::List(items) => items.iter().flat_map(single).collect(),
        Value::Text(code) => vec![code.clone()],
        _ => Vec::new(),
    }
}

/// A value as it is typed into a form.
fn text(value: &Value) -> String {
    match to_json(value) {
        serde_json::Value::String(text) => text,
        _ => plain(value),
    }
}
