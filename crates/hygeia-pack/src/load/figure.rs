//! Measures and indicators.

use super::directory::title;
use super::formula::stored_scope;
use super::{Doc, Loader, resolve_name};
use crate::item::{Item, Table};
use crate::keys::{DUTY, INDICATOR, MEASURE};
use crate::model::{
    About, Among, DutyId, Field, FieldType, Good, Indicator, IndicatorId, Interval, Measure, MeasureId,
    MeasureKind, Register, Target,
};
use hygeia_expr::{Scope, Type};

/// Measures of the roll and of units, which entries do not place in a pack.
const ROLL_KINDS: [&str; 4] = ["enrolled", "enrolled_days", "joined", "units"];

const KINDS: [&str; 10] =
    ["count", "sum", "people", "enrolled", "enrolled_days", "joined", "units", "duty", "balance", "flow"];

impl Loader<'_> {
    /// Duties first (measures count them), then measures, then the indicators over them.
    pub(super) fn figures(&mut self, docs: &[Doc]) {
        let docs: Vec<(&Doc, Table<'_>)> = docs
            .iter()
            .filter(|doc| matches!(doc.kind, "measures" | "indicators" | "duties" | "signals"))
            .filter_map(|doc| Some((doc, doc.table(self.log)?)))
            .collect();
        for (doc, table) in &docs {
            for (key, item) in named(table, "duties") {
                let Some(table) = item.table(&DUTY) else { continue };
                if self.define("duty", &format!("{}.{}", doc.pack, key.text), &key.place) {
                    self.duty(&doc.pack, &key.text, &table);
                }
            }
        }
        for (doc, table) in &docs {
            for (key, item) in named(table, "measures") {
                let Some(table) = item.table(&MEASURE) else { continue };
                let id = format!("{}.{}", doc.pack, key.text);
                if self.define("measure", &id, &key.place)
                    && let Some(measure) = self.measure(&doc.pack, MeasureId::new(id), &table)
                {
                    self.add_measure(measure);
                }
            }
        }
        for (doc, table) in &docs {
            let scope = self.measure_scope(&doc.pack);
            for (key, item) in named(table, "indicators") {
                let Some(table) = item.table(&INDICATOR) else { continue };
                let id = format!("{}.{}", doc.pack, key.text);
                if self.define("indicator", &id, &key.place)
                    && let Some(indicator) = self.indicator(&doc.pack, IndicatorId::new(id), &table, &scope)
                {
                    self.set.indicators.insert(indicator.id.clone(), indicator);
                }
            }
        }
    }

    fn measure(&self, pack: &str, id: MeasureId, table: &Table<'_>) -> Option<Measure> {
        let kinds: Vec<&str> = KINDS.into_iter().filter(|kind| table.get(kind).is_some()).collect();
        let [kind] = kinds[..] else {
            let message = match kinds.len() {
                0 => format!("needs one of `{}`", KINDS.join("`, `")),
                _ => format!("has `{}`, which exclude each other", kinds.join("` and `")),
            };
            return table.fail(message);
        };
        let item = table.get(kind)?;
        if !matches!(kind, "count" | "sum" | "people") {
            for key in ["where", "by"] {
                let by_item = key == "by" && matches!(kind, "balance" | "flow");
                if let Some(item) = table.get(key).filter(|_| !by_item) {
                    item.fail::<()>(format!("a measure with `{kind}` has no `{key}`"));
                }
            }
        }
        let among = table.get("among");
        if let Some(item) = among.filter(|_| kind != "people") {
            item.fail::<()>(format!("a measure with `{kind}` has no `among`"));
        }
        if let Some(item) = table.get("since").filter(|_| kind != "people") {
            item.fail::<()>(format!("a measure with `{kind}` has no `since`"));
        }
        if let Some(item) = table.get("within").filter(|_| !ROLL_KINDS.contains(&kind) && among.is_none()) {
            item.fail::<()>(format!("a measure with `{kind}` has no `within`"));
        }
        let kind = self.measure_kind(pack, kind, item, table)?;
        let mut measure = Measure {
            id,
            title: title(table),
            kind,
            by: None,
            unit: table.text("unit").unwrap_or_default(),
            within: table.get("within").and_then(|item| self.find_kind(item)),
            since: table.get("since").and_then(since),
            implied: false,
        };
        if measure.ledger().is_some() {
            measure.by = table.get("by").and_then(|by| by.word(&["item"])).map(str::to_owned);
        } else if let (Some(by), Some(register)) = (table.get("by"), measure.register()) {
            let register = self.set.registers.get(register.as_str())?;
            measure.by = Some(self.part_field(by, register)?);
        }
        Some(measure)
    }

    fn measure_kind(&self, pack: &str, kind: &str, item: Item<'_>, table: &Table<'_>) -> Option<MeasureKind> {
        Some(match kind {
            "count" => {
                let register = self.find_register(pack, item)?;
                let filter = self.entry_filter(table, &register)?;
                MeasureKind::Count { register, filter }
            }
            "people" => {
                let register = self.find_register(pack, item)?;
                if self.set.registers.get(register.as_str())?.about == About::OrgUnit {
                    return item.fail("entries of this register are not about people: use `count`");
                }
                let filter = self.entry_filter(table, &register)?;
                let among = match table.get("among").and_then(|item| item.word(&["enrolled", "joined"])) {
                    Some("enrolled") => Some(Among::Enrolled),
                    Some(_) => Some(Among::Joined),
                    None => None,
                };
                MeasureKind::People { register, filter, among }
            }
            "sum" => return self.sum(pack, item, table),
            "enrolled" => MeasureKind::Enrolled { kind: item.text()?.to_owned() },
            "enrolled_days" => MeasureKind::EnrolledDays { kind: item.text()?.to_owned() },
            "joined" => MeasureKind::Joined { kind: item.text()?.to_owned() },
            "balance" | "flow" => return self.ledger_measure(pack, kind, item, table),
            "units" => MeasureKind::Units { kind: self.find_kind(item)? },
            _ => {
                let all: Vec<&str> = self.set.duties.keys().map(AsRef::as_ref).collect();
                let known = |id: &str| self.set.duties.contains_key(id);
                let duty = DutyId::new(self.resolve(pack, item, "duty", &known, &all)?);
                match table.get("what").and_then(|item| item.text()) {
                    Some("due") => MeasureKind::DutyDue { duty },
                    Some("done") => MeasureKind::DutyDone { duty },
                    Some("on_time") => {
                        let asked = self.set.duties.get(duty.as_str())?;
                        let (register, filter) = (asked.register.clone(), asked.filter.clone());
                        MeasureKind::DutyOnTime { duty, register, filter }
                    }
                    _ => return table.fail("with `duty` needs `what`: due, done or on_time"),
                }
            }
        })
    }

    fn sum(&self, pack: &str, item: Item<'_>, table: &Table<'_>) -> Option<MeasureKind> {
        let Some((register_name, field_name)) = item.text()?.rsplit_once('.') else {
            return item.fail("write what is summed as `register.field`");
        };
        let known = |id: &str| self.set.registers.contains_key(id);
        let Some(id) = resolve_name(pack, register_name, &known) else {
            let local =
                self.set.registers.keys().map(|id| if id.pack() == pack { id.local() } else { id.as_str() });
            let help = hygeia_expr::did_you_mean(register_name, local);
            self.log.error_help(&item.node.place, format!("unknown register `{register_name}`"), help);
            return None;
        };
        let register = self.set.registers.get(id.as_str())?;
        let field = self.field_named(item, field_name, &register.fields, &[])?;
        if !matches!(field.kind, FieldType::Int { .. } | FieldType::Decimal { .. }) {
            return item.fail(format!("`{field_name}` is not a number and cannot be summed"));
        }
        let filter = self.entry_filter(table, &register.id)?;
        Some(MeasureKind::Sum { register: register.id.clone(), field: field_name.to_owned(), filter })
    }

    /// The `where` of a table over a register's stored fields; the outer `None` is a problem.
    pub(super) fn entry_filter(
        &self,
        table: &Table<'_>,
        register: &crate::model::RegisterId,
    ) -> Option<Option<crate::model::Formula>> {
        let Some(item) = table.get("where") else { return Some(None) };
        let register = self.set.registers.get(register.as_str())?;
        self.filter(item, &self.with_unread(stored_scope(&register.fields))).map(Some)
    }

    /// A choice field that figures can be broken down by.
    fn part_field(&self, item: Item<'_>, register: &Register) -> Option<String> {
        let field = self.field_named(item, item.text()?, &register.fields, &[])?;
        if !matches!(field.kind, FieldType::Choice(_)) {
            return item.fail(format!("`{}` is not a choice field", field.name));
        }
        Some(field.name.clone())
    }

    /// Measures as an indicator of a pack names them: its own and core's bare, all with their pack.
    fn measure_scope(&self, pack: &str) -> Scope {
        let mut scope = Scope::new().exact_division();
        // Measures with problems of their own are in scope too, or each would be reported again by its name.
        let ids = self.places.keys().filter(|(kind, _)| *kind == "measure").map(|(_, id)| id.as_str());
        for id in ids.clone() {
            if let Some(local) = local_name(pack, id).filter(|local| scope.get(local).is_none()) {
                scope.add(local, Type::Decimal);
            }
        }
        for id in ids {
            scope.add(id, Type::Decimal);
        }
        scope
    }

    fn indicator(&self, pack: &str, id: IndicatorId, table: &Table<'_>, scope: &Scope) -> Option<Indicator> {
        let item = table.get("value")?;
        let target = table.get("target").and_then(target);
        let value = self.formula(item, scope, &Type::Decimal)?;
        let known = |id: &str| self.set.measures.contains_key(id);
        let names = value.expr.names();
        // `checked` and `kindergarten.checked` are one measure.
        let named: indexmap::IndexSet<String> =
            names.iter().filter_map(|name| resolve_name(pack, name, &known)).collect();
        let measures: Vec<MeasureId> = named.into_iter().map(MeasureId::new).collect();
        if names.is_empty() {
            item.fail::<()>("an indicator must name at least one measure");
        }
        let unit = table.text("unit").unwrap_or_default();
        let default_decimals = if matches!(unit.as_str(), "percent" | "per_mille") { 1 } else { 0 };
        let decimals =
            table.get("decimals").and_then(|item| item.parse::<u8>("a whole number")).map(|n| n.min(6));
        let good = match table.get("good").and_then(|item| item.text()) {
            Some("up") => Good::Up,
            Some("down") => Good::Down,
            _ => Good::Neutral,
        };
        Some(Indicator {
            id,
            title: title(table),
            value,
            measures,
            unit,
            decimals: decimals.unwrap_or(default_decimals),
            good,
            target,
            definition: table.text("definition"),
            remedy: table.text("remedy"),
            source: table.text("source"),
            group: table.text("group"),
            synonyms: table.texts("synonyms"),
        })
    }
}

fn since(item: Item<'_>) -> Option<Interval> {
    Some(match item.text()? {
        "term" => Interval::Term,
        "school_year" => Interval::SchoolYear,
        _ => Interval::Year,
    })
}

/// The bare name an id has in a pack, if any.
fn local_name<'i>(pack: &str, id: &'i str) -> Option<&'i str> {
    let (own, local) = id.split_once('.')?;
    (own == pack || own == "core").then_some(local)
}

pub(super) fn named<'a>(table: &Table<'a>, key: &str) -> Vec<(&'a crate::yaml::Key, Item<'a>)> {
    table.get(key).map(|item| item.named()).unwrap_or_default()
}

/// `at_least 95`, `at_most 5`.
fn target(item: Item<'_>) -> Option<Target> {
    let words: Vec<&str> = item.text()?.split_whitespace().collect();
    let parsed = match words[..] {
        ["at_least", number] => number.parse().ok().map(|value| Target { at_least: true, value }),
        ["at_most", number] => number.parse().ok().map(|value| Target { at_least: false, value }),
        _ => None,
    };
    parsed.or_else(|| item.fail("write a target as `at_least 95` or `at_most 5`"))
}

/// The options of the field a measure is broken down by.
pub(super) fn part_options(measure: &Measure, fields: &indexmap::IndexMap<String, Field>) -> Vec<String> {
    let field = measure.by.as_ref().and_then(|by| fields.get(by));
    match field.map(|field| &field.kind) {
        Some(FieldType::Choice(choice)) => choice.options.iter().map(|option| option.code.clone()).collect(),
        _ => Vec::new(),
    }
}
