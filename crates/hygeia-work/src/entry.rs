//! Entries: submit, change, void, list, history.

mod prepared;

pub(crate) use prepared::Prepared;

use crate::actor::{Action, Actor};
use crate::directory::Directory;
use crate::duty::Rhythm;
use crate::error::{FieldProblem, Result, WorkError};
use crate::named_unit;
use crate::reference::{self, References};
use crate::value::read_field;
use crate::work::Work;
use crate::workflow::{Facts, TRIES, advance, begin, state_of};
use hygeia_expr::{Names, Value};
use hygeia_pack::model::{About, FieldType, PackSet, Register, RegisterId, STATE, Severity};
use hygeia_store::{
    Actor as Signer, Change, Clock, Entry, EntryId, EntryQuery, OrgUnitId, Person, PersonId, Put, Reader,
};
use indexmap::IndexMap;
use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::{Map, Value as Json};
use std::sync::Arc;

/// One entry as a form, a sheet or a machine sends it.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
pub struct Submission {
    /// Made by the client, so that the same submission twice is once; the server makes one when absent.
    pub id: Option<uuid::Uuid>,
    /// Code of the org unit; may be left out when the subject's class follows from the roll.
    pub org_unit: Option<String>,
    /// Code of the child or staff member the entry is about.
    pub person: Option<String>,
    /// Field values; text as typed or JSON of the field's type.
    #[serde(default)]
    pub values: Map<String, Json>,
    /// Version that was read before changing; a newer one in the store is a conflict.
    pub version: Option<i64>,
    /// Why an entry is changed.
    pub reason: Option<String>,
}

/// What became of a submission.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Receipt {
    /// Id of the entry.
    pub id: uuid::Uuid,
    /// Version stored.
    pub version: i64,
    /// `created`, `updated` or `unchanged`.
    pub outcome: &'static str,
    /// Broken rules of the warning kind.
    pub warnings: Vec<FieldProblem>,
}

/// A filter for a register's table.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// Root of the subtree.
    pub unit: Option<OrgUnitId>,
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub to: Option<Date>,
    /// Subject.
    pub person: Option<PersonId>,
    /// Only entries that this measure counts, the numbers behind a number.
    pub measure: Option<String>,
    /// Only this option of the measure's breakdown.
    pub part: Option<String>,
    /// Field equals value, as typed.
    pub equals: Vec<(String, String)>,
    /// Text in any text field.
    pub text: Option<String>,
    /// Also voided entries.
    pub include_void: bool,
    /// Sort field and whether descending; newest day first when `None`.
    pub sort: Option<(String, bool)>,
    /// Rows to skip.
    pub offset: u32,
    /// Rows to return.
    pub limit: u32,
}

/// Entries of a page, and how many there are in all.
#[derive(Debug, Clone)]
pub struct EntryPage {
    /// Entries of the page.
    pub entries: Vec<EntryView>,
    /// Entries that meet the filter.
    pub total: i64,
}

/// An entry with the names a reader needs.
#[derive(Debug, Clone)]
pub struct EntryView {
    /// The entry.
    pub entry: Entry,
    /// Name of the unit with its kindergarten or school.
    pub unit_title: String,
    /// Subject, without secrets.
    pub person: Option<Person>,
    /// Names of the units, people and entries its fields refer to.
    pub references: Arc<References>,
}

/// The names an expression of a register can see.
pub(crate) struct EntryScope<'a> {
    pub values: &'a IndexMap<String, Value>,
    pub subject: Option<&'a Person>,
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

/// A submission that has been read, completed and checked.
struct Checked {
    unit: OrgUnitId,
    person: Option<Person>,
    day: Date,
    values: IndexMap<String, Value>,
    warnings: Vec<FieldProblem>,
}

impl Work {
    /// Stores one entry: authorise, check, compute, then one durable transaction.
    ///
    /// A submission whose id is known is compared with what is stored: equal is `unchanged`, different is a change
    /// and needs the right to edit. All problems of the input come together.
    pub fn entry_submit(&self, actor: &Actor, register: &str, submission: Submission) -> Result<Receipt> {
        let submission =
            Submission { id: Some(submission.id.unwrap_or_else(uuid::Uuid::now_v7)), ..submission };
        for _ in 0..TRIES {
            if let Some(receipt) = self.submit_once(actor, register, &submission)? {
                return Ok(receipt);
            }
        }
        Err(WorkError::Conflict { current: submission.version.unwrap_or_default() })
    }

    /// One try; `None` when a step of the workflow changed the entry meanwhile.
    fn submit_once(&self, actor: &Actor, register: &str, submission: &Submission) -> Result<Option<Receipt>> {
        let mut prepared = self.prepare(actor, register, submission)?;
        let (register, id) = (Arc::clone(&prepared.register), prepared.write.id.0);
        let warnings = std::mem::take(&mut prepared.warnings);
        let put = self.store.write(move |writer| prepared.put(writer));
        let put = put.map_err(|error| self.explained(actor, error))?;
        put.map(|put| receipt(&register, id, put, warnings)).transpose()
    }

    /// Checks a submission as [`Work::entry_submit`] would, without storing it; returns warnings.
    pub fn entry_check(
        &self,
        actor: &Actor,
        register: &str,
        submission: &Submission,
    ) -> Result<Vec<FieldProblem>> {
        let packs = self.packs();
        let register = self.register(&packs, register)?;
        let directory = self.directory();
        let checked = self.check(actor, Action::Enter, &packs, &directory, register, submission, None)?;
        Ok(checked.warnings)
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one submission, each from its own owner")]
    fn check(
        &self,
        actor: &Actor,
        action: Action,
        packs: &PackSet,
        directory: &Directory,
        register: &Register,
        submission: &Submission,
        stored: Option<&Entry>,
    ) -> Result<Checked> {
        let county = self.county;
        let mut problems = unknown_fields(register, &submission.values);
        let submitted = named_unit::with_ids(directory, register, &submission.values);
        let mut values = typed_values(register, &submitted, stored, actor, &mut problems);
        let day = match values.get(&register.day) {
            Some(Value::Date(day)) => *day,
            Some(Value::DateTime(at)) => at.date(),
            _ => {
                problems.push(FieldProblem::error(&register.day, "请填写日期"));
                return Err(WorkError::Invalid(problems));
            }
        };
        let (unit, person) = self.store.read(|reader| {
            Ok(place(reader, county, actor, directory, register, submission, stored, day))
        })??;
        // Before anything is said about the input, so that a refusal tells nothing of a foreign unit.
        actor.must(directory, register, action, unit)?;
        if directory.get(unit).is_none_or(|found| !register.is_at(&found.kind)) {
            let kind = packs.org_kinds.get(&register.at).map_or(register.at.as_str(), |kind| &kind.title.zh);
            problems.push(FieldProblem::error(
                "org_unit",
                format!("“{}”按{kind}登记，请选择{kind}", register.title.zh),
            ));
        }
        if register.about == About::Child && day > actor.today() {
            problems.push(FieldProblem::error(&register.day, format!("日期 {day} 晚于今天，请核对")));
        }
        named_unit::check(packs, directory, actor, register, unit, &values, &mut problems);
        self.check_entries(actor, packs, register, &values, &mut problems)?;
        let mut warnings = Vec::new();
        self.mark_measured(register, unit, day, actor.today(), &mut values)?;
        complete(register, &mut values, person.as_ref(), actor.today(), &mut problems);
        self.check_attachments(register, unit, &values, &mut problems)?;
        broken_rules(register, &values, person.as_ref(), actor.today(), &mut problems, &mut warnings);
        let scope = EntryScope { values: &values, subject: person.as_ref(), today: actor.today() };
        self.warn_of_earlier_lots(actor, packs, register, unit, &scope, &mut warnings)?;
        if problems.is_empty() {
            Ok(Checked { unit, person, day, values, warnings })
        } else {
            // What is only worth a second look is told together with what is wrong.
            problems.extend(warnings);
            Err(WorkError::Invalid(problems))
        }
    }

    /// The clocks of an entry that is made or edited; their outcomes go into its values.
    fn clocks_after(
        &self,
        actor: &Actor,
        register: &Register,
        id: EntryId,
        stored: Option<&Entry>,
        checked: &mut Checked,
    ) -> Result<Vec<Clock>> {
        let Some(workflow) = &register.workflow else { return Ok(Vec::new()) };
        if stored.is_none() {
            begin(workflow, &mut checked.values, checked.person.as_ref(), actor.today());
        }
        let county = self.county;
        let before = match stored {
            Some(_) => self.store.read(|reader| reader.clocks_of(county, &register.id, id))?,
            None => Vec::new(),
        };
        let calendar = self.calendar();
        let facts = Facts {
            register,
            id,
            unit: checked.unit,
            subject: checked.person.as_ref(),
            created_at: stored.map_or(actor.now, |entry| entry.created_at),
            transition: None,
            now: actor.now,
            today: actor.today(),
            calendar: &calendar,
        };
        Ok(advance(&facts, &before, &mut checked.values))
    }

    /// Whether an entry made now is in time for the duty that asks for it; `None` when no duty does.
    pub(crate) fn on_time(
        &self,
        packs: &PackSet,
        directory: &Directory,
        register: &RegisterId,
        unit: OrgUnitId,
        day: Date,
        actor: &Actor,
    ) -> Option<bool> {
        let duty = packs.duties.values().find(|duty| {
            duty.register == *register
                && duty.within.as_ref().is_none_or(|kind| directory.above_of_kind(unit, kind).is_some())
        })?;
        let window = Rhythm::of(duty).window_on(day, &self.calendar())?;
        Some(actor.local() <= window.due_at)
    }

    /// Voids an entry (作废): it stays in the history and leaves every number.
    pub fn entry_void(&self, actor: &Actor, register: &str, id: uuid::Uuid, reason: &str) -> Result<Receipt> {
        self.void_or_restore(actor, register, id, reason, true)
    }

    /// Takes a void back.
    pub fn entry_restore(
        &self,
        actor: &Actor,
        register: &str,
        id: uuid::Uuid,
        reason: &str,
    ) -> Result<Receipt> {
        self.void_or_restore(actor, register, id, reason, false)
    }

    fn void_or_restore(
        &self,
        actor: &Actor,
        register: &str,
        id: uuid::Uuid,
        reason: &str,
        void: bool,
    ) -> Result<Receipt> {
        let packs = self.packs();
        let register = Arc::new(self.register(&packs, register)?.clone());
        let county = self.county;
        let entry = self
            .store
            .read(|reader| reader.entry_get(county, &register, EntryId(id)))?
            .ok_or_else(|| WorkError::NotFound("该记录".into()))?;
        actor.must(&self.directory(), &register, Action::Void, entry.unit)?;
        let reason = reason.trim().to_owned();
        if void && reason.is_empty() {
            return Err(WorkError::Invalid(vec![FieldProblem::error("reason", "请填写作废原因")]));
        }
        let (table, who, at) = (register.clone(), signer(actor), actor.now);
        let watch = self.watch_on(&register.id, at);
        let put = self.store.write(move |writer| match &watch {
            Some(watch) => watch.set_void(writer, &table, EntryId(id), void, (who, Some(reason))),
            None => writer.entry_set_void(county, &table, EntryId(id), void, who, at, Some(reason)),
        });
        let put = put.map_err(|error| self.explained(actor, error))?;
        receipt(&register, id, put, Vec::new())
    }

    /// An entry with its history, newest change first.
    pub fn entry_open(
        &self,
        actor: &Actor,
        register: &str,
        id: uuid::Uuid,
    ) -> Result<(EntryView, Vec<Change>)> {
        let packs = self.packs();
        let register = self.register(&packs, register)?;
        let county = self.county;
        let missing = || WorkError::NotFound("该记录".into());
        let entry =
            self.store.read(|reader| reader.entry_get(county, register, EntryId(id)))?.ok_or_else(missing)?;
        let directory = self.directory();
        if !actor.may(&directory, register, Action::View, entry.unit) {
            return Err(missing());
        }
        let (person, history) = self.store.read(|reader| {
            let person = match entry.person {
                Some(id) => reader.person_get(county, id)?,
                None => None,
            };
            Ok((person, reader.entry_history(county, register, EntryId(id))?))
        })?;
        let unit_title = directory.full_title(entry.unit);
        let earlier = reference::values_of(register, &history);
        let values: Vec<_> = earlier.iter().chain([&entry.values]).collect();
        let references = Arc::new(self.references(actor, &packs, register, &values)?);
        Ok((EntryView { entry, unit_title, person, references }, history))
    }

    /// A page of a register's entries that the actor may see.
    pub fn entry_list(&self, actor: &Actor, register: &str, listing: &Listing) -> Result<EntryPage> {
        let packs = self.packs();
        let register = self.register(&packs, register)?;
        let directory = self.directory();
        let queries = self.queries(actor, &packs, &directory, register, listing)?;
        let county = self.county;
        let (entries, total, people) = self.store.read(|reader| {
            let (mut entries, mut total) = (Vec::new(), 0);
            for query in &queries {
                total += reader.entry_count(county, register, query)?;
                entries.extend(reader.entry_list(county, register, query)?);
            }
            let ids: Vec<PersonId> = entries.iter().filter_map(|entry| entry.person).collect();
            let people = reader.person_get_many(county, &ids)?;
            Ok((entries, total, people))
        })?;
        let values: Vec<_> = entries.iter().map(|entry| &entry.values).collect();
        let references = Arc::new(self.references(actor, &packs, register, &values)?);
        let entries = entries
            .into_iter()
            .take(listing.limit as usize)
            .map(|entry| EntryView {
                unit_title: directory.full_title(entry.unit),
                person: entry.person.and_then(|id| people.get(&id).cloned()),
                references: references.clone(),
                entry,
            })
            .collect();
        Ok(EntryPage { entries, total })
    }

    /// One store query per home unit the actor may view, within the subtree asked for.
    fn queries(
        &self,
        actor: &Actor,
        packs: &PackSet,
        directory: &Directory,
        register: &Register,
        listing: &Listing,
    ) -> Result<Vec<EntryQuery>> {
        let roots = match listing.unit {
            Some(unit) => {
                actor.must(directory, register, Action::View, unit)?;
                vec![unit]
            }
            None => {
                let homes = actor.home_units(directory);
                homes.into_iter().filter(|unit| actor.may(directory, register, Action::View, *unit)).collect()
            }
        };
        let mut query = EntryQuery {
            from: listing.from,
            to: listing.to,
            person: listing.person,
            text: listing.text.clone().filter(|text| !text.trim().is_empty()),
            include_void: listing.include_void,
            sort: listing.sort.clone().filter(|(field, _)| register.fields.contains_key(field)),
            limit: listing.limit.min(5_000),
            offset: listing.offset,
            ..EntryQuery::default()
        };
        for (name, text) in &listing.equals {
            let field = register
                .fields
                .get(name)
                .ok_or_else(|| WorkError::Bad(format!("“{}”没有字段“{name}”", register.title.zh)))?;
            let value =
                read_field(field, &Json::String(text.clone())).map_err(|p| WorkError::Invalid(vec![p]))?;
            query.equals.push((name.clone(), value));
        }
        if let Some(id) = &listing.measure {
            let measure = packs
                .measures
                .get(id.as_str())
                .filter(|measure| measure.register() == Some(&register.id))
                .ok_or_else(|| WorkError::NotFound(format!("计数“{id}”")))?;
            query.filter = measure.filter().map(|formula| formula.expr.clone());
            if let (Some(part), Some(by)) = (&listing.part, &measure.by) {
                query.equals.push((by.clone(), Value::Text(part.clone())));
            }
        }
        let with_root = |unit: OrgUnitId| {
            let path = directory.get(unit).map(|unit| unit.path.clone()).unwrap_or_default();
            EntryQuery { unit_path: path, ..query.clone() }
        };
        Ok(roots.into_iter().map(with_root).collect())
    }
}

/// The actor as the store records them.
pub(crate) fn signer(actor: &Actor) -> Signer {
    Signer { account: actor.account, name: actor.name.clone() }
}

pub(crate) fn receipt(
    register: &Register,
    id: uuid::Uuid,
    put: Put,
    warnings: Vec<FieldProblem>,
) -> Result<Receipt> {
    let made = |version, outcome| Ok(Receipt { id, version, outcome, warnings });
    match put {
        Put::Created { version } => made(version, "created"),
        Put::Updated { version } => made(version, "updated"),
        Put::Unchanged { version } => made(version, "unchanged"),
        Put::Conflict { current } => Err(WorkError::Conflict { current: current.version }),
        Put::Duplicate { existing } => Err(WorkError::Duplicate {
            message: format!("{}已有 {} 的同一登记，请打开原记录修改", register.title.zh, existing.day),
            existing: existing.id.0,
        }),
    }
}

fn unknown_fields(register: &Register, values: &Map<String, Json>) -> Vec<FieldProblem> {
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
            if submitted.get(name).is_some_and(|input| *input != crate::value::to_json(&before)) {
                let message = format!("{}由流程决定，不能填写", field.title.zh);
                problems.push(FieldProblem::error(name, message));
            }
            values.insert(name.clone(), before);
            continue;
        }
        if field.by_system {
            let before = before().unwrap_or_else(|| default_value(field, actor));
            if submitted.get(name).is_some_and(|input| *input != crate::value::to_json(&before)) {
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
                let same = before().filter(|old| crate::value::to_json(old) == *input);
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

/// An entry whose state is locked is changed by transitions only; what changes nothing may pass.
fn must_be_open(register: &Register, before: &Entry, checked: &Checked) -> Result<()> {
    let Some(workflow) = &register.workflow else { return Ok(()) };
    let state = state_of(workflow, &before.values);
    let person = checked.person.as_ref().map(|person| person.id);
    let same = (before.unit, before.person, before.day) == (checked.unit, person, checked.day)
        && register.fields.values().all(|field| {
            let own = |values: &IndexMap<String, Value>| values.get(&field.name).cloned().unwrap_or_default();
            field.by_workflow || own(&before.values) == own(&checked.values)
        });
    if same || !workflow.is_locked(state) {
        return Ok(());
    }
    let title = workflow.states.get(state).map_or(state, |state| &state.title.zh);
    let ways: Vec<String> = workflow.from_state(state).map(|step| format!("“{}”", step.title.zh)).collect();
    let help = if ways.is_empty() { String::new() } else { format!("；更正请用{}", ways.join("、")) };
    Err(WorkError::Bad(format!("该记录“{title}”，不能直接修改{help}。原记录未改动")))
}

/// The value a new entry starts with.
pub(crate) fn default_value(field: &hygeia_pack::model::Field, actor: &Actor) -> Value {
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
            problems.push(FieldProblem::error(name, format!("请填写{}", field.title.zh)));
        }
    }
}

pub(crate) fn broken_rules(
    register: &Register,
    values: &IndexMap<String, Value>,
    subject: Option<&Person>,
    today: Date,
    problems: &mut Vec<FieldProblem>,
    warnings: &mut Vec<FieldProblem>,
) {
    let scope = EntryScope { values, subject, today };
    for rule in &register.rules {
        if rule.check.expr.eval(&scope) == Value::Bool(false) {
            let field = rule.field.clone().unwrap_or_default();
            let warning = rule.severity == Severity::Warning;
            let problem = FieldProblem { field, message: rule.message.clone(), warning };
            if warning { warnings.push(problem) } else { problems.push(problem) }
        }
    }
}

/// Finds the unit and the subject of a submission, checking that they belong together on the day.
#[expect(clippy::too_many_arguments, reason = "the parts of one submission, each from its own owner")]
fn place(
    reader: &mut Reader<'_>,
    county: hygeia_store::CountyId,
    actor: &Actor,
    directory: &Directory,
    register: &Register,
    submission: &Submission,
    stored: Option<&Entry>,
    day: Date,
) -> Result<(OrgUnitId, Option<Person>)> {
    let named_unit = match &submission.org_unit {
        Some(code) => Some(
            directory
                .by_code(code)
                .ok_or_else(|| {
                    WorkError::Invalid(vec![FieldProblem::error(
                        "org_unit",
                        format!("没有代码为“{code}”的机构"),
                    )])
                })?
                .id,
        ),
        None => stored.map(|entry| entry.unit),
    };
    let person = match (&submission.person, stored) {
        (Some(code), _) => Some(reader.person_by_code(county, code)?.ok_or_else(|| {
            WorkError::Invalid(vec![FieldProblem::error("person", format!("没有编号为“{code}”的人员"))])
        })?),
        (None, Some(entry)) => match entry.person {
            Some(id) => reader.person_get(county, id)?,
            None => None,
        },
        (None, None) => None,
    };
    match (register.about.clone(), person) {
        (About::OrgUnit, _) => {
            let unit = named_unit
                .ok_or_else(|| WorkError::Invalid(vec![FieldProblem::error("org_unit", "请选择机构")]))?;
            Ok((unit, None))
        }
        (_, None) => Err(WorkError::Invalid(vec![FieldProblem::error("person", "请选择人员")])),
        (_, Some(person)) => {
            let unit = unit_on(reader, county, actor, directory, register, &person, named_unit, day)?;
            Ok((unit, Some(person)))
        }
    }
}

/// The unit of `register.at` that the person belongs to on `day`.
#[expect(clippy::too_many_arguments, reason = "the parts of one submission, each from its own owner")]
fn unit_on(
    reader: &mut Reader<'_>,
    county: hygeia_store::CountyId,
    actor: &Actor,
    directory: &Directory,
    register: &Register,
    person: &Person,
    named: Option<OrgUnitId>,
    day: Date,
) -> Result<OrgUnitId> {
    let enrolments = reader.person_enrolments(county, person.id)?;
    if !enrolments.iter().any(|enrolment| actor.reaches(directory, enrolment.unit)) {
        let message = format!("没有编号为“{}”的人员", person.code);
        return Err(WorkError::Invalid(vec![FieldProblem::error("person", message)]));
    }
    let enrolled = enrolments
        .into_iter()
        .find(|enrolment| enrolment.from <= day && enrolment.to.is_none_or(|to| day < to))
        .map(|enrolment| enrolment.unit);
    let own = enrolled.and_then(|unit| directory.above_of_kind(unit, &register.at)).map(|unit| unit.id);
    let fault = |message: String| WorkError::Invalid(vec![FieldProblem::error("person", message)]);
    match (own, named) {
        (Some(own), None) => Ok(own),
        (Some(own), Some(named)) if own == named => Ok(own),
        (Some(own), Some(_)) => {
            Err(fault(format!("{} {day} 在“{}”，不在所选机构", person.name, directory.full_title(own))))
        }
        (None, _) => Err(fault(format!("{} {day} 不在册，请核对日期或先办理入园（入学）", person.name))),
    }
}
