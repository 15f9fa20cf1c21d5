//! Workflows of registers: states, transitions, and the fields they imply.

use super::Loader;
use super::directory::title;
use crate::item::{Item, Table};
use crate::keys::{BEGIN, STATE as STATE_KEYS, TRANSITION, WORKFLOW};
use crate::model::{
    CLOCK_OUTCOMES, Choice, ChoiceOption, Field, FieldType, Formula, RoleId, STATE, Setting, State, Title,
    Transition, Workflow,
};
use crate::problem::Place;
use hygeia_expr::{Scope, Type, did_you_mean};
use indexmap::IndexMap;

impl Loader<'_> {
    /// Adds the fields a register's workflow implies, before its expressions are read.
    pub(super) fn workflow_fields(&self, register: &Table<'_>, fields: &mut IndexMap<String, Field>) {
        let Some(table) = register.get("workflow").and_then(|item| item.table(&WORKFLOW)) else { return };
        let states = table.get("states").map(|item| item.named()).unwrap_or_default();
        let option = |code: &str, title: Title| ChoiceOption { code: code.to_owned(), title, retired: false };
        let options = states
            .iter()
            .filter_map(|(key, item)| Some(option(&key.text, title(&item.table(&STATE_KEYS)?))))
            .collect();
        let heading = Title { zh: "状态".to_owned(), en: Some("State".to_owned()) };
        let mut implied = vec![(implied_field(STATE, heading, options), table.head())];
        for (key, item) in table.get("clocks").map(|item| item.named()).unwrap_or_default() {
            let Some(clock) = item.table(&crate::keys::CLOCK) else { continue };
            let outcome = |(code, zh, en): (&str, &str, &str)| {
                option(code, Title { zh: zh.to_owned(), en: Some(en.to_owned()) })
            };
            let options = CLOCK_OUTCOMES.into_iter().map(outcome).collect();
            let name = format!("clock_{}", key.text);
            implied.push((implied_field(&name, title(&clock), options), key.place.clone()));
        }
        for (field, place) in implied {
            if fields.contains_key(&field.name) {
                let message =
                    format!("`{}` is a field of the workflow: give your own another name", field.name);
                self.log.error(&place, message);
            }
            fields.insert(field.name.clone(), field);
        }
    }

    /// The workflow, now that all fields are known.
    pub(super) fn workflow(
        &self,
        register: &Table<'_>,
        scope: &Scope,
        fields: &IndexMap<String, Field>,
    ) -> Option<Workflow> {
        let table = register.get("workflow")?.table(&WORKFLOW)?;
        let states: IndexMap<String, State> = table
            .get("states")?
            .named()
            .iter()
            .filter_map(|(key, item)| Some((key.text.clone(), state(&key.text, &item.table(&STATE_KEYS)?))))
            .collect();
        let start = table.get("start").and_then(|item| self.state_named(item, &states));
        let begins = table.tables("begins", &BEGIN);
        let begins: Vec<(Formula, String)> = begins
            .iter()
            .filter_map(|begin| {
                let state = begin.get("state").and_then(|item| self.state_named(item, &states));
                Some((self.condition(begin, scope)?, state?))
            })
            .collect();
        let mut transitions = IndexMap::new();
        let named = table.get("transitions").map(|item| item.named()).unwrap_or_default();
        let names: Vec<&str> = named.iter().map(|(key, _)| key.text.as_str()).collect();
        for (key, item) in &named {
            let read = item
                .table(&TRANSITION)
                .and_then(|table| self.transition(&key.text, &table, &states, scope, fields));
            transitions.extend(read.map(|read| (key.text.clone(), read)));
        }
        let clocks = self.clocks(&table, &names, scope, fields);
        // Of a way that is half read every state seems out of reach.
        let start = start?;
        if transitions.len() == names.len() {
            let first = begins.iter().map(|(_, state)| state.as_str()).chain([start.as_str()]).collect();
            self.check_ways(&table, first, &states, &transitions);
        }
        Some(Workflow { start, begins, states, transitions, clocks })
    }

    fn transition(
        &self,
        name: &str,
        table: &Table<'_>,
        states: &IndexMap<String, State>,
        scope: &Scope,
        fields: &IndexMap<String, Field>,
    ) -> Option<Transition> {
        let reopens = table.bool("reopens");
        let from_items = table.get("from").map(|item| item.items()).unwrap_or_default();
        let mut from = Vec::new();
        for item in from_items {
            let Some(state) = self.state_named(item, states) else { continue };
            if !reopens && states.get(&state).is_some_and(|state| state.is_final) {
                let help = "say `reopens: true` if the entry is to be taken up again".to_owned();
                let message = format!("`{name}` leads out of the final state `{state}`");
                self.log.error_help(&item.node.place, message, Some(help));
            }
            from.push(state);
        }
        let named = |key: &str| -> Vec<String> {
            let items = table.get(key).map(|item| item.items()).unwrap_or_default();
            items.into_iter().filter_map(|item| self.own_field(item, fields)).collect()
        };
        let sign = table.get("sign").and_then(|item| {
            let name = item.text()?;
            let field = self.field_named(item, name, fields, &[])?;
            let fits = matches!(field.kind, FieldType::Signature);
            if fits { Some(name.to_owned()) } else { item.fail(format!("`{name}` is not a signature field")) }
        });
        let to = table.get("to").and_then(|item| self.state_named(item, states));
        let who = table.get("who").map(|item| self.roles_named(item)).unwrap_or_default();
        let sets = table.get("sets").map(|item| self.settings(item, fields)).unwrap_or_default();
        let (when, requires, asks) = (self.condition(table, scope), named("requires"), named("asks"));
        Some(Transition {
            name: name.to_owned(),
            title: title(table),
            from,
            to: to?,
            who,
            when,
            message: table.text("message"),
            requires,
            asks,
            sets,
            sign,
            // What was done with is never taken up again without a word.
            reason: table.bool("reason") || reopens,
            reopens,
        })
    }

    /// `when:` of a transition, clock or limit.
    pub(super) fn condition(&self, table: &Table<'_>, scope: &Scope) -> Option<Formula> {
        table.get("when").and_then(|item| self.formula(item, scope, &Type::Bool))
    }

    fn settings(&self, item: Item<'_>, fields: &IndexMap<String, Field>) -> IndexMap<String, Setting> {
        let mut sets = IndexMap::new();
        for (key, item) in item.named() {
            let Some(field) = self.field_at(&key.place, &key.text, fields) else { continue };
            if !settable(field) {
                self.log.error(&key.place, format!("`{}` is not a field that can be set", key.text));
                continue;
            }
            let setting = match (&item.node.data, &field.kind) {
                (crate::yaml::Data::Null, _) => Setting::Nothing,
                _ => match (item.text(), &field.kind) {
                    (None, _) => continue,
                    (Some("now"), FieldType::DateTime | FieldType::Time)
                    | (Some("now" | "today"), FieldType::Date) => Setting::Now,
                    (Some("me"), FieldType::Text { .. }) => Setting::Me,
                    (Some(text), _) => {
                        super::field::check_constant(field, item, false);
                        Setting::Constant(text.to_owned())
                    }
                },
            };
            sets.insert(key.text.clone(), setting);
        }
        sets
    }

    pub(super) fn roles_named(&self, item: Item<'_>) -> Vec<RoleId> {
        item.items().into_iter().filter_map(|item| self.role(item)).collect()
    }

    fn state_named(&self, item: Item<'_>, states: &IndexMap<String, State>) -> Option<String> {
        let name = item.text()?;
        if states.contains_key(name) {
            return Some(name.to_owned());
        }
        let help = did_you_mean(name, states.keys().map(String::as_str));
        self.log.error_help(&item.node.place, format!("unknown state `{name}`"), help);
        None
    }

    /// A field that a person fills in.
    fn own_field(&self, item: Item<'_>, fields: &IndexMap<String, Field>) -> Option<String> {
        let name = item.text()?;
        let field = self.field_named(item, name, fields, &[])?;
        if typed(field) { Some(name.to_owned()) } else { item.fail(format!("nobody fills in `{name}`")) }
    }

    fn field_at<'f>(
        &self,
        place: &Place,
        name: &str,
        fields: &'f IndexMap<String, Field>,
    ) -> Option<&'f Field> {
        let found = fields.get(name);
        if found.is_none() {
            let help = did_you_mean(name, fields.keys().map(String::as_str));
            self.log.error_help(place, format!("the register has no field `{name}`"), help);
        }
        found
    }

    /// Every state can be reached from where entries begin, and every state but the ends can be left.
    fn check_ways<'a>(
        &self,
        table: &Table<'_>,
        first: Vec<&'a str>,
        states: &IndexMap<String, State>,
        transitions: &'a IndexMap<String, Transition>,
    ) {
        let mut reached = first;
        let mut at = 0;
        while let Some(state) = reached.get(at).copied() {
            let next =
                transitions.values().filter(|transition| transition.from.iter().any(|from| from == state));
            for transition in next {
                if !reached.contains(&transition.to.as_str()) {
                    reached.push(&transition.to);
                }
            }
            at += 1;
        }
        for (key, _) in table.get("states").map(|item| item.named()).unwrap_or_default() {
            let Some(state) = states.get(&key.text) else { continue };
            if !reached.contains(&key.text.as_str()) {
                self.log.error(&key.place, format!("no transition leads to the state `{}`", key.text));
            }
            let left = transitions.values().any(|transition| transition.from.contains(&key.text));
            if !left && !state.is_final {
                let help = "mark it `final: true`, or add a transition out of it".to_owned();
                let message = format!("no transition leads out of the state `{}`", key.text);
                self.log.error_help(&key.place, message, Some(help));
            }
        }
    }
}

/// Whether a person may give the field a value.
fn typed(field: &Field) -> bool {
    field.is_typed()
}

/// Whether a transition may write the field by itself.
fn settable(field: &Field) -> bool {
    typed(field) || field.by_system && !field.by_workflow
}

fn state(name: &str, table: &Table<'_>) -> State {
    let is_final = table.bool("final");
    State { name: name.to_owned(), title: title(table), is_final, locked: is_final || table.bool("locked") }
}

fn implied_field(name: &str, title: Title, options: Vec<ChoiceOption>) -> Field {
    Field {
        name: name.to_owned(),
        title,
        kind: FieldType::Choice(Choice { list: None, options }),
        unit: None,
        required: false,
        default: None,
        normal: None,
        show: None,
        computed: None,
        by_system: true,
        personal: false,
        group: None,
        help: None,
        retired: false,
        is_added: false,
        by_workflow: true,
    }
}
