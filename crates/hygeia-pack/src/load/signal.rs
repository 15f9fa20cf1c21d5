//! Signals, what a county adjusted in them, and responses.

use super::directory::title;
use super::figure::{named, part_options};
use super::formula::stored_scope;
use super::{Doc, Loader};
use crate::item::{Item, Table, check_name};
use crate::keys::{FACTS, FIGURES, LIMIT, SIGNAL, STEP};
use crate::model::{
    Adjustment, ChoiceOption, CodeList, Facts, FieldType, ListId, Measure, MeasureId, MeasureKind, Method,
    Response, ResponseId, ResponseStep, Signal, SignalId, SignalLimit, Standing, Title,
};
use hygeia_expr::did_you_mean;
use indexmap::IndexMap;

const METHODS: [(&str, Method); 7] = [
    ("threshold", Method::Threshold),
    ("ears_c1", Method::EarsC1),
    ("ears_c2", Method::EarsC2),
    ("ears_c3", Method::EarsC3),
    ("moving_percentile", Method::MovingPercentile),
    ("farrington_flexible", Method::FarringtonFlexible),
    ("cusum", Method::Cusum),
];

/// Name of the code list of all signals, which the register of alarms takes its `signal` from.
const SIGNAL_LIST: &str = "signal";

impl Loader<'_> {
    /// The code list of all signals, so that alarms can be counted by rule.
    pub(super) fn signal_list(&mut self, docs: &[Doc]) {
        let mut options = Vec::new();
        for (doc, key, table) in self.signal_tables(docs) {
            let code = format!("{}.{}", doc.pack, key);
            options.push(ChoiceOption { code, title: title(&table), retired: false });
        }
        let id = ListId::new(SIGNAL_LIST);
        let title = Title { zh: "预警规则".to_owned(), en: Some("Alert rule".to_owned()) };
        self.set.lists.insert(id.clone(), CodeList { id, title, source: None, options });
    }

    /// Every signal of every file: file, name, table.
    fn signal_tables<'d>(&self, docs: &'d [Doc]) -> Vec<(&'d Doc, &'d str, Table<'d>)>
    where
        Self: 'd,
    {
        let mut tables = Vec::new();
        for doc in docs.iter().filter(|doc| doc.keys.what == FIGURES.what) {
            let Some(table) = doc.table(self.log) else { continue };
            for (key, item) in named(&table, "signals") {
                tables.extend(item.table(&SIGNAL).map(|table| (doc, key.text.as_str(), table)));
            }
        }
        tables
    }

    /// Responses first (signals open them), then signals, then what the county adjusted.
    pub(super) fn signals(&mut self, docs: &[Doc]) {
        for doc in docs.iter().filter(|doc| doc.kind == "response") {
            if let Some(response) = self.response(doc) {
                self.set.responses.insert(response.id.clone(), response);
            }
        }
        for (doc, name, table) in self.signal_tables(docs) {
            let id = format!("{}.{name}", doc.pack);
            if self.define("signal", &id, &table.head())
                && let Some((signal, measure)) = self.signal(&doc.pack, SignalId::new(id), &table)
            {
                measure.into_iter().for_each(|measure| self.add_measure(measure));
                self.set.signals.insert(signal.id.clone(), signal);
            }
        }
        for doc in docs.iter().filter(|doc| doc.kind == "adjust") {
            self.adjust(doc);
        }
    }

    /// A signal, with the measure that counts its entries when it judges entries one by one.
    fn signal(&self, pack: &str, id: SignalId, table: &Table<'_>) -> Option<(Signal, Option<Measure>)> {
        let (watched, own) = self.watched(pack, &id, table)?;
        let parts = self.parts(table, &watched)?;
        let at: Vec<_> =
            table.get("at")?.items().into_iter().filter_map(|item| self.find_kind(item)).collect();
        let opens = table.get("opens").map(|item| item.items()).unwrap_or_default();
        let opens = opens.into_iter().filter_map(|item| self.find_response(pack, item)).collect();
        let method = table.get("method").and_then(|item| item.text());
        let method = METHODS.into_iter().find(|(name, _)| Some(*name) == method).map(|(_, method)| method);
        let method = method.unwrap_or(Method::Threshold);
        let mut limit = limit(table, None);
        let limits = self.limits(table, &parts)?;
        if limit.is_none() && limits.is_empty() {
            if own.is_none() && method.is_immediate() {
                // Those that could not be read were reported where they stand.
                let is_given = table.get("cases").is_some() || table.get("limits").is_some();
                return if is_given { None } else { table.fail("needs `cases` or `limits`") };
            }
            limit = Some(SignalLimit {
                cases: 1,
                days: 1,
                percentile: None,
                source: None,
                standing: Standing::Local,
            });
        }
        let signal = Signal {
            id,
            title: title(table),
            watches: watched.iter().map(|measure| measure.id.clone()).collect(),
            by_part: !parts.is_empty(),
            at,
            onset: table.get("onset").and_then(|item| self.onset(item, &watched)),
            method,
            limit,
            limits,
            verify_hours: table.get("verify_hours").and_then(|item| item.parse("a whole number of hours")),
            opens,
            advice: table.text("advice"),
            source: table.text("source"),
            is_off: false,
            adjusted: Vec::new(),
        };
        Some((signal, own))
    }

    /// A date field that the entries of every watched measure have.
    fn onset(&self, item: Item<'_>, watched: &[Measure]) -> Option<String> {
        for register in watched.iter().filter_map(Measure::register) {
            let register = self.set.registers.get(register.as_str())?;
            let field = self.field_named(item, item.text()?, &register.fields, &[])?;
            if !matches!(field.kind, FieldType::Date) {
                return item.fail(format!("`{}` of `{}` is not a date", field.name, register.id));
            }
        }
        item.text().map(str::to_owned)
    }

    /// The measures a signal watches; its own one when it judges entries.
    fn watched(
        &self,
        pack: &str,
        id: &SignalId,
        table: &Table<'_>,
    ) -> Option<(Vec<Measure>, Option<Measure>)> {
        match (table.get("watch"), table.get("on")) {
            (Some(watch), None) => {
                if let Some(item) = table.get("when") {
                    item.fail::<()>("`when` goes with `on`; a measure has its own condition");
                }
                let found: Vec<Measure> =
                    watch.items().into_iter().filter_map(|item| self.find_measure(pack, item)).collect();
                (found.len() == watch.items().len() && !found.is_empty()).then_some((found, None))
            }
            (None, Some(on)) => {
                let register = self.find_register(pack, on)?;
                let fields = &self.set.registers.get(register.as_str())?.fields;
                let scope = self.with_unread(stored_scope(fields));
                let filter = match table.get("when") {
                    Some(item) => Some(self.filter(item, &scope)?),
                    None => None,
                };
                let measure = Measure {
                    id: MeasureId::new(format!("signal:{id}")),
                    title: title(table),
                    kind: MeasureKind::Count { register, filter },
                    by: None,
                    unit: "例".to_owned(),
                    within: None,
                    since: None,
                    implied: true,
                };
                Some((vec![measure.clone()], Some(measure)))
            }
            _ => table.fail("needs `watch` (measures) or `on` (a register), one of them"),
        }
    }

    fn find_measure(&self, pack: &str, item: Item<'_>) -> Option<Measure> {
        let all: Vec<&str> = self.set.measures.keys().map(AsRef::as_ref).collect();
        let known = |id: &str| self.set.measures.contains_key(id);
        let id = self.resolve(pack, item, "measure", &known, &all)?;
        let measure = self.set.measures.get(id.as_str())?;
        match measure.kind {
            MeasureKind::Count { .. } | MeasureKind::Sum { .. } => Some(measure.clone()),
            _ => item.fail("a signal watches measures with `count` or `sum`, which add up over days"),
        }
    }

    fn find_response(&self, pack: &str, item: Item<'_>) -> Option<ResponseId> {
        let all: Vec<&str> = self.set.responses.keys().map(AsRef::as_ref).collect();
        let known = |id: &str| self.set.responses.contains_key(id);
        self.resolve(pack, item, "response", &known, &all).map(ResponseId::new)
    }

    /// The options all watched measures are broken down by; none when they are not.
    fn parts(&self, table: &Table<'_>, watched: &[Measure]) -> Option<Vec<String>> {
        let mut lists = watched.iter().map(|measure| {
            let register = measure.register().and_then(|id| self.set.registers.get(id.as_str()));
            register.map(|register| part_options(measure, &register.fields)).unwrap_or_default()
        });
        let first = lists.next().unwrap_or_default();
        if lists.any(|list| list != first) {
            return table
                .get("watch")?
                .fail("measures watched together must be broken down by the same list");
        }
        Some(first)
    }

    fn limits(&self, table: &Table<'_>, parts: &[String]) -> Option<IndexMap<String, SignalLimit>> {
        let mut limits = IndexMap::new();
        for (key, item) in named(table, "limits") {
            if !parts.contains(&key.text) {
                let help = did_you_mean(&key.text, parts.iter().map(String::as_str));
                let message = format!("the measures watched have no option `{}`", key.text);
                self.log.error_help(&key.place, message, help);
                continue;
            }
            let read = item.table(&LIMIT).and_then(|own| limit(&own, table.text("source")));
            limits.extend(read.map(|limit| (key.text.clone(), limit)));
        }
        Some(limits)
    }

    /// What a county changed in a signal; the last change wins.
    fn adjust(&mut self, doc: &Doc) {
        let Some(table) = doc.table(self.log) else { return };
        let Some(item) = table.get("adjust") else { return };
        let all: Vec<&str> = self.set.signals.keys().map(AsRef::as_ref).collect();
        let known = |id: &str| self.set.signals.contains_key(id);
        let Some(id) = self.resolve("", item, "signal", &known, &all) else { return };
        let Some(mut signal) = self.set.signals.get(id.as_str()).cloned() else { return };
        let watched: Vec<Measure> =
            signal.watches.iter().filter_map(|id| self.set.measures.get(id.as_str()).cloned()).collect();
        let parts = self.parts(&table, &watched).unwrap_or_default();
        let mut limits = self.limits(&table, &parts).unwrap_or_default();
        signal.limits.extend(limits.clone());
        if let Some(limit) = limit(&table, None) {
            limits.insert(String::new(), limit.clone());
            signal.limit = Some(limit);
        }
        let off = table.get("off").and_then(|item| item.bool());
        signal.is_off = off.unwrap_or(signal.is_off);
        signal.adjusted.push(Adjustment { reason: table.text("reason").unwrap_or_default(), limits, off });
        self.set.signals.insert(signal.id.clone(), signal);
    }

    fn response(&mut self, doc: &Doc) -> Option<Response> {
        let table = doc.table(self.log)?;
        let name = table.get("response")?;
        check_name(self.log, &name.node.place, name.text()?);
        let id = ResponseId::new(format!("{}.{}", doc.pack, name.text()?));
        self.define("response", id.as_str(), &name.node.place).then_some(())?;
        let facts = named(&table, "facts");
        let facts =
            facts.iter().filter_map(|(key, item)| Some((key.text.clone(), facts_of(&item.table(&FACTS)?))));
        let mut steps = IndexMap::new();
        for (key, item) in named(&table, "steps") {
            let Some(step) = item.table(&STEP) else { continue };
            let within_hours =
                step.get("within_hours").and_then(|item| item.parse("a whole number of hours"));
            let role = step.get("role").and_then(|item| self.role(item));
            let read = within_hours.map(|within_hours| ResponseStep {
                title: title(&step),
                within_hours,
                role,
                help: step.text("help"),
                source: step.text("source"),
            });
            steps.extend(read.map(|step| (key.text.clone(), step)));
        }
        let close_after = table.get("close_after").and_then(|item| item.parse("a whole number"));
        Some(Response {
            id,
            title: title(&table),
            close_after: close_after.unwrap_or(2),
            facts: facts.collect(),
            steps,
        })
    }
}

/// The limit a table says; `None` without `cases`.
fn limit(table: &Table<'_>, default_source: Option<String>) -> Option<SignalLimit> {
    let number = |key: &str| match table.get(key)?.parse::<u32>("a whole number")? {
        0 => table.get(key)?.fail("must be at least 1"),
        number => Some(number),
    };
    let cases = number("cases")?;
    let days = if table.get("days").is_some() { number("days")? } else { 1 };
    if days > 366 {
        return table.get("days")?.fail("must be at most 366");
    }
    let percentile = table.get("percentile").and_then(|item| item.parse::<f64>("a number from 0 to 100"));
    if percentile.is_some_and(|value| !(0.0..=100.0).contains(&value)) {
        return table.get("percentile")?.fail("must lie between 0 and 100");
    }
    let source = table.text("source").or(default_source);
    Some(SignalLimit {
        cases,
        days: u16::try_from(days).unwrap_or(366),
        percentile,
        source,
        standing: standing(table),
    })
}

fn standing(table: &Table<'_>) -> Standing {
    match table.get("standing").and_then(|item| item.text()) {
        Some("source") => Standing::Source,
        Some("copy") => Standing::Copy,
        Some("unconfirmed") => Standing::Unconfirmed,
        _ => Standing::Local,
    }
}

fn facts_of(table: &Table<'_>) -> Facts {
    let days = |key: &str| table.get(key).and_then(|item| item.parse::<u16>("a whole number of days"));
    Facts {
        incubation_days: days("incubation_days"),
        observe_days: days("observe_days"),
        exclude: table.text("exclude"),
        source: table.text("source"),
        standing: standing(table),
    }
}
