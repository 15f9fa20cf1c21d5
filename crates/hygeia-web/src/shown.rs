//! Which fields a form shows for the values it has: the same conditions the use case applies when it stores.

use hygeia_expr::Value;
use hygeia_pack::model::{FieldType, Register};
use hygeia_store::Person;
use hygeia_work::{EntryScope, read_field};
use indexmap::IndexMap;
use jiff::civil::Date;
use serde_json::{Map, Value as Json};

/// Names of the fields shown, in form order. A value that cannot be read counts as missing; a hidden field's
/// value is missing for the fields after it.
pub(crate) fn shown(
    register: &Register,
    values: &Map<String, Json>,
    subject: Option<&Person>,
    today: Date,
) -> Vec<String> {
    let mut read: IndexMap<String, Value> = IndexMap::new();
    let start = register.workflow.as_ref().map(|workflow| Json::from(workflow.start.as_str()));
    // A new entry stands at the start of its workflow.
    let given = |name: &String| {
        let own = values.get(name).filter(|value| !value.is_null());
        own.or(if *name == hygeia_pack::model::STATE { start.as_ref() } else { None })
    };
    for (name, field) in &register.fields {
        let value = given(name).map_or(Value::Null, |input| read_field(field, input).unwrap_or_default());
        read.insert(name.clone(), value);
    }
    let mut names = Vec::new();
    for (name, field) in &register.fields {
        let scope = EntryScope { values: &read, subject, today };
        let holds = field.show.as_ref().is_none_or(|show| show.expr.eval(&scope) == Value::Bool(true));
        if !holds {
            read.insert(name.clone(), Value::Null);
            continue;
        }
        if let Some(formula) = &field.computed {
            let value = formula.expr.eval(&scope);
            read.insert(name.clone(), value);
        }
        names.push(name.clone());
    }
    names
}

/// The values a new entry starts with, as JSON.
pub(crate) fn defaults(register: &Register, today: Date, now: jiff::civil::DateTime) -> Map<String, Json> {
    let mut values = Map::new();
    for (name, field) in &register.fields {
        let Some(default) = field.default.as_deref() else { continue };
        let text = match (default, &field.kind) {
            ("today", _) => today.to_string(),
            ("monday", _) => hygeia_work::monday(today).to_string(),
            ("now", FieldType::Time) => now.strftime("%H:%M").to_string(),
            ("now", _) => now.strftime("%Y-%m-%dT%H:%M").to_string(),
            // An option that can no longer be chosen is no default either.
            (text, FieldType::Choice(choice)) if choice.option(text).is_some_and(|option| option.retired) => {
                continue;
            }
            (text, _) => text.to_owned(),
        };
        values.insert(name.clone(), Json::from(text));
    }
    values
}
