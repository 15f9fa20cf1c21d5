//! The values of an entry: read as typed, begun with their defaults, completed, tried by the rules.

use crate::actor::Actor;
use crate::error::FieldProblem;
use crate::value::{read_field, to_json};
use hygeia_expr::{Names, Value};
use hygeia_pack::model::{Field, FieldType, PREVIOUS, Register, STATE, Severity};
use hygeia_store::{Entry, Person};
use indexmap::IndexMap;
use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::{Map, Value as Json};

/// The names an expression of a register can see.
pub struct EntryScope<'a> {
    /// Values of the fields; those without one may be missing.
    pub values: &'a IndexMap<String, Value>,
    /// Whom the entry is about.
    pub subject: Option<&'a Person>,
    /// What `today` means.
    pub today: Date,
}

impl Names for EntryScope<'_> {
    fn get(&self, name: &str) -> Value {
        if let Some(value) = self.values.get(name) {
            return value.clone();
        }
        let text = |text: &str| if text.is_empty() { Value::Null } else { Value::Text(text.to_owned()) };
        match (name, self.subject) {
            ("today", _) => Value::Date(self.today),
            ("subject.birth", Some(person)) => person.birth.map_or(Value::Null, Value::Date),
            ("subject.sex", Some(person)) => text(&person.sex),
            ("subject.name", Some(person)) => text(&person.name),
            _ => Value::Null,
        }
    }
}

/// Fields the register does not have.
pub(super) fn unknown_fields(register: &Register, values: &Map<String, Json>) -> Vec<FieldProblem> {
    values
        .keys()
        .filter(|name| !register.fields.contains_key(*name))
        .map(|name| {
            let meant = hygeia_expr::nearest(name, register.fields.keys().map(String::as_str));
            let hint = meant.map_or(String::new(), |meant| format!("，是否指“{meant}”"));
            FieldProblem::error(name, format!("“{}”没有字段“{name}”{hint}", register.title.zh))
        })
        .collect()
}

/// Typed values in field order: what was submitted, else what is stored, else the default.
pub(crate) fn typed_values(
    register: &Register,
    submitted: &Map<String, Json>,
    stored: Option<&Entry>,
    actor: &Actor,
    problems: &mut Vec<FieldProblem>,
) -> IndexMap<String, Value> {
    let mut values = IndexMap::new();
    for (name, field) in &register.fields {
        let before = || stored.and_then(|entry| entry.values.get(name).cloned());
        if field.by_workflow {
            let before = before().or_else(|| start_value(register, name)).unwrap_or(Value::Null);
            if submitted.get(name).is_some_and(|input| *input != to_json(&before)) {
                let message = format!("{}由流程决定，不能填写", field.title.zh);
                problems.push(FieldProblem::error(name, message));
            }
            values.insert(name.clone(), before);
            continue;
        }
        if field.by_system {
            let before = before().unwrap_or_else(|| default_value(field, actor));
            if submitted.get(name).is_some_and(|input| *input != to_json(&before)) {
                let message = format!("{}由系统填写，不能修改", field.title.zh);
                problems.push(FieldProblem::error(name, message));
            }
            values.insert(name.clone(), before);
            continue;
        }
        let computed = !field.is_typed();
        let value = match submitted.get(name) {
            Some(_) if computed => before().unwrap_or(Value::Null),
            // A retired option may stay as it was, not be chosen anew.
            Some(input) => read_field(field, input).unwrap_or_else(|problem| {
                let same = before().filter(|old| to_json(old) == *input);
                same.unwrap_or_else(|| {
                    problems.push(problem);
                    Value::Null
                })
            }),
            None => match before() {
                Some(value) => value,
                None => default_value(field, actor),
            },
        };
        values.insert(name.clone(), value);
    }
    values
}

/// The state of a new entry.
fn start_value(register: &Register, field: &str) -> Option<Value> {
    let workflow = register.workflow.as_ref().filter(|_| field == STATE)?;
    Some(Value::from(workflow.start.as_str()))
}

/// The value a new entry starts with.
pub(crate) fn default_value(field: &Field, actor: &Actor) -> Value {
    match (field.default.as_deref(), &field.kind) {
        (None, _) => Value::Null,
        (Some("today"), FieldType::Date) => Value::Date(actor.today()),
        (Some("monday"), FieldType::Date) => Value::Date(monday(actor.today())),
        (Some("now"), FieldType::Time) => Value::Time(minutes(actor.local().time())),
        (Some("now"), FieldType::DateTime) => {
            Value::DateTime(actor.today().to_datetime(minutes(actor.local().time())))
        }
        (Some(text), _) => read_field(field, &Json::String(text.to_owned())).unwrap_or(Value::Null),
    }
}

/// The first day of the week of `day`.
pub fn monday(day: Date) -> Date {
    day.saturating_sub(i64::from(day.weekday().to_monday_zero_offset()).days())
}

fn minutes(time: jiff::civil::Time) -> jiff::civil::Time {
    jiff::civil::Time::new(time.hour(), time.minute(), 0, 0).unwrap_or(time)
}

/// Drops values of fields that are not shown, computes the computed, asks for the required.
pub(crate) fn complete(
    register: &Register,
    values: &mut IndexMap<String, Value>,
    subject: Option<&Person>,
    today: Date,
    problems: &mut Vec<FieldProblem>,
) {
    crate::standard::score_entry(register, values, problems);
    for (name, field) in &register.fields {
        let scope = EntryScope { values, subject, today };
        let shown = field.show.as_ref().is_none_or(|show| show.expr.eval(&scope) == Value::Bool(true));
        if !shown {
            values.insert(name.clone(), Value::Null);
            problems.retain(|problem| problem.field != *name);
            continue;
        }
        if let Some(formula) = &field.computed {
            let value = formula.expr.eval(&scope);
            values.insert(name.clone(), value);
        } else if field.required
            && values.get(name) == Some(&Value::Null)
            && !problems.iter().any(|problem| problem.field == *name)
        {
            problems.push(FieldProblem::error(name, missing(field)));
        }
    }
}

/// Takes what is only asked since an entry was made out of the problems and returns it: a required field that came
/// to the register later does not keep an old entry from being corrected.
pub(crate) fn asked_later(
    register: &Register,
    stored: &Entry,
    subject: Option<&Person>,
    today: Date,
    problems: &mut Vec<FieldProblem>,
) -> Vec<FieldProblem> {
    let scope = EntryScope { values: &stored.values, subject, today };
    let was_asked =
        |field: &Field| field.show.as_ref().is_none_or(|show| show.expr.eval(&scope) == Value::Bool(true));
    let is_later = |problem: &mut FieldProblem| {
        register.fields.get(&problem.field).is_some_and(|field| {
            let stored = stored.values.get(&problem.field).is_none_or(Value::is_null);
            stored && field.required && was_asked(field) && problem.message == missing(field)
        })
    };
    problems
        .extract_if(.., is_later)
        .map(|problem| FieldProblem {
            message: format!("{}（新增的必填项）", problem.message),
            warning: true,
            ..problem
        })
        .collect()
}

/// What is said of a required field without a value.
fn missing(field: &Field) -> String {
    format!("请填写{}", field.title.zh)
}

/// What the rules of an entry see: the entry, and what earlier ones of the same person say.
struct RuleScope<'a> {
    entry: EntryScope<'a>,
    previous: &'a IndexMap<String, Value>,
}

impl Names for RuleScope<'_> {
    fn get(&self, name: &str) -> Value {
        match name.strip_prefix(PREVIOUS) {
            Some(field) => self.previous.get(field).cloned().unwrap_or_default(),
            None => self.entry.get(name),
        }
    }
}

/// The rules that do not hold, by their kind. `previous` are the values of earlier entries that they compare with.
pub(crate) fn broken_rules(
    register: &Register,
    values: &IndexMap<String, Value>,
    previous: &IndexMap<String, Value>,
    (subject, today): (Option<&Person>, Date),
    problems: &mut Vec<FieldProblem>,
    warnings: &mut Vec<FieldProblem>,
) {
    let scope = RuleScope { entry: EntryScope { values, subject, today }, previous };
    for rule in &register.rules {
        if rule.check.expr.eval(&scope) == Value::Bool(false) {
            let field = rule.field.clone().unwrap_or_default();
            let warning = rule.severity == Severity::Warning;
            let problem = FieldProblem { field, message: rule.message.clone(), warning };
            if warning { warnings.push(problem) } else { problems.push(problem) }
        }
    }
}
