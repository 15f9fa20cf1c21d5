//! Clocks of workflows.

use super::Loader;
use super::directory::title;
use crate::item::{Item, Table};
use crate::keys::{CLOCK, CLOCK_LIMIT, ESCALATION};
use crate::model::{ClockDef, Escalation, Field, FieldType, Limit, LimitCase, Starts};
use hygeia_expr::{Scope, did_you_mean};
use indexmap::IndexMap;

const SPANS: &str = "a span such as `30 min`, `2 h`, `3 days`, `5 work days`, `8 work hours` or `2 months`";

impl Loader<'_> {
    pub(super) fn clocks(
        &self,
        workflow: &Table<'_>,
        transitions: &[&str],
        scope: &Scope,
        fields: &IndexMap<String, Field>,
    ) -> IndexMap<String, ClockDef> {
        let named = workflow.get("clocks").map(|item| item.named()).unwrap_or_default();
        let read = |item: Item<'_>, name: &str| {
            item.table(&CLOCK).and_then(|table| self.clock(name, &table, transitions, scope, fields))
        };
        named.into_iter().filter_map(|(key, item)| Some((key.text.clone(), read(item, &key.text)?))).collect()
    }

    fn clock(
        &self,
        name: &str,
        table: &Table<'_>,
        transitions: &[&str],
        scope: &Scope,
        fields: &IndexMap<String, Field>,
    ) -> Option<ClockDef> {
        let starts = self.starts(table.get("starts")?, transitions, fields);
        let limits = self.clock_limits(table, scope, fields);
        let by_day = matches!(&starts, Some(Starts::Field(field))
            if fields.get(field).is_some_and(|field| matches!(field.kind, FieldType::Date)));
        let exact =
            limits.iter().any(|case| matches!(case.within, Limit::Minutes(_) | Limit::WorkMinutes(_)));
        if by_day && exact {
            table.fail::<()>("that starts on a day cannot count hours: let it start on a `datetime` field");
        }
        let passed = |key: &str| -> Vec<String> {
            let items = table.get(key).map(|item| item.items()).unwrap_or_default();
            items.into_iter().filter_map(|item| self.transition_named(item, transitions)).collect()
        };
        let stops = passed("stops");
        let stops_at = table.get("stops_at").and_then(|item| self.moment_field(item, item.text()?, fields));
        let stops_by_day = stops_at.as_ref().and_then(|field| fields.get(field));
        if exact && stops_by_day.is_some_and(|field| matches!(field.kind, FieldType::Date)) {
            table.fail::<()>("that counts hours cannot stop on a day: let `stops_at` be a `datetime` field");
        }
        if stops.is_empty() && table.get("stops").is_none() && table.get("stops_at").is_none() {
            table.fail::<()>("nothing can stop: add `stops` or `stops_at`");
        }
        let minutes = |table: &Table<'_>, key: &str| table.get(key).map_or(Some(0), minutes);
        let escalate = table.tables("escalate", &ESCALATION);
        let escalate = escalate.iter().filter_map(|step| {
            let at = step.get("at").map(|item| self.find_kind(item));
            let after_minutes = minutes(step, "after")?;
            Some(Escalation { role: self.role(step.get("role")?)?, at: at.flatten(), after_minutes })
        });
        Some(ClockDef {
            name: name.to_owned(),
            title: title(table),
            when: self.condition(table, scope),
            limits,
            stops,
            stops_at,
            voids: passed("voids"),
            pause: table.get("pause").map(|item| self.roles_named(item)).unwrap_or_default(),
            warn_minutes: minutes(table, "warn").unwrap_or_default(),
            escalate: escalate.collect(),
            source: table.text("source"),
            starts: starts?,
        })
    }

    fn clock_limits(
        &self,
        table: &Table<'_>,
        scope: &Scope,
        fields: &IndexMap<String, Field>,
    ) -> Vec<LimitCase> {
        let case = |table: &Table<'_>| {
            let item = table.get("within")?;
            let text = item.text()?;
            let Some((name, unit)) = text.strip_prefix("field ").and_then(|rest| rest.trim().split_once(' '))
            else {
                return Some(LimitCase { when: None, within: span(item, text)?, times: None });
            };
            let within = span(item, &format!("1 {}", unit.trim()))?;
            let field = self.field_named(item, name, fields, &[])?;
            if !matches!(field.kind, FieldType::Int { .. }) {
                return item.fail(format!("`{name}` is not an `int` field"));
            }
            Some(LimitCase { when: None, within, times: Some(name.to_owned()) })
        };
        match (table.get("within"), table.get("limits")) {
            (Some(_), None) => case(table).into_iter().collect(),
            (None, Some(_)) => table
                .tables("limits", &CLOCK_LIMIT)
                .iter()
                .filter_map(|limit| Some(LimitCase { when: self.condition(limit, scope), ..case(limit)? }))
                .collect(),
            _ => {
                table.fail::<()>("needs `within` or `limits`, one of them");
                Vec::new()
            }
        }
    }

    fn starts(
        &self,
        item: Item<'_>,
        transitions: &[&str],
        fields: &IndexMap<String, Field>,
    ) -> Option<Starts> {
        let items = item.items();
        if let [only] = items[..] {
            match only.text()? {
                "entry" => return Some(Starts::Entry),
                text => {
                    if let Some(name) = text.strip_prefix("field ") {
                        return self.moment_field(only, name.trim(), fields).map(Starts::Field);
                    }
                }
            }
        }
        let named = items.into_iter().filter_map(|item| self.transition_named(item, transitions)).collect();
        Some(Starts::Transitions(named))
    }

    fn transition_named(&self, item: Item<'_>, transitions: &[&str]) -> Option<String> {
        let name = item.text()?;
        if transitions.contains(&name) {
            return Some(name.to_owned());
        }
        let help = did_you_mean(name, transitions.iter().copied());
        self.log.error_help(&item.node.place, format!("unknown transition `{name}`"), help);
        None
    }

    fn moment_field(&self, item: Item<'_>, name: &str, fields: &IndexMap<String, Field>) -> Option<String> {
        let field = self.field_named(item, name, fields, &[])?;
        match field.kind {
            FieldType::Date | FieldType::DateTime => Some(name.to_owned()),
            _ => item.fail(format!("`{name}` is not a `date` or `datetime` field")),
        }
    }
}

/// `2 h`, `5 work days`.
fn span(item: Item<'_>, text: &str) -> Option<Limit> {
    let words: Vec<&str> = text.split_whitespace().collect();
    match words[..] {
        ["this", "month"] => return Some(Limit::ThisMonth),
        ["this", "year"] => return Some(Limit::ThisYear),
        _ => {}
    }
    let amount =
        words.first().and_then(|number| number.parse::<u32>().ok()).filter(|number| *number <= 10_000);
    let limit = match (amount, words.get(1..).unwrap_or_default()) {
        (Some(n), ["min"]) => Some(Limit::Minutes(n)),
        (Some(n), ["h"]) => Some(Limit::Minutes(n * 60)),
        (Some(n), ["day" | "days"]) => Some(Limit::Days(n)),
        (Some(n), ["month" | "months"]) => Some(Limit::Months(n)),
        (Some(n), ["work", "day" | "days"]) => Some(Limit::WorkDays(n)),
        (Some(n), ["work", "hour" | "hours"]) => Some(Limit::WorkMinutes(n * 60)),
        _ => None,
    };
    limit.or_else(|| item.fail(format!("expected {SPANS}")))
}

/// A span before or after a due time, which needs no calendar.
fn minutes(item: Item<'_>) -> Option<u32> {
    match span(item, item.text()?)? {
        Limit::Minutes(minutes) => Some(minutes),
        Limit::Days(days) => Some(days * 24 * 60),
        _ => item.fail("expected `30 min`, `2 h` or `1 days`"),
    }
}
