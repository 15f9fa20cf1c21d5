//! Reports: statistics tables and summaries. Every figure they name must exist.

use super::directory::title;
use super::figure::part_options;
use super::template::calls;
use super::{Doc, Loader, resolve_name};
use crate::item::{Item, Table, check_name};
use crate::keys::{CHART, COLUMN, SECTION, TABLE};
use crate::model::{
    Chart, Column, MeasureId, OrgKindId, Report, ReportBody, ReportId, Section, TableRows, TableSpec,
};
use crate::problem::Place;
use crate::yaml::Data;
use hygeia_expr::did_you_mean;

/// Keys that only one kind of report has.
const KEYS_OF_KINDS: [(&str, &[&str]); 3] = [
    ("table", &["rows", "columns"]),
    ("summary", &["sections"]),
    ("computed", &["reads", "people", "tables"]),
];

impl Loader<'_> {
    pub(super) fn reports(&mut self, docs: &[Doc]) {
        for doc in docs.iter().filter(|doc| doc.kind == "report") {
            if let Some(report) = self.report(doc) {
                self.set.reports.insert(report.id.clone(), report);
            }
        }
    }

    fn report(&mut self, doc: &Doc) -> Option<Report> {
        let table = doc.table(self.log)?;
        let name = table.get("report")?;
        check_name(self.log, &name.node.place, name.text()?);
        let id = ReportId::new(format!("{}.{}", doc.pack, name.text()?));
        self.define("report", id.as_str(), &name.node.place).then_some(())?;
        let at = table.get("at").and_then(|item| self.find_kind(item)).unwrap_or_else(|| OrgKindId::new(""));
        let kind = table.get("kind").and_then(|item| item.text()).unwrap_or("summary");
        for key in KEYS_OF_KINDS.iter().filter(|(of, _)| *of != kind).flat_map(|(_, keys)| *keys) {
            if let Some(item) = table.get(key) {
                item.fail::<()>(format!("a report of kind `{kind}` has no `{key}`"));
            }
        }
        let body = match kind {
            "table" => ReportBody::Table(self.table_spec(&doc.pack, &table)?),
            "computed" => ReportBody::Computed(self.computed_spec(&doc.pack, &table)?),
            _ => {
                let sections = table.tables("sections", &SECTION);
                let sections = sections.iter().map(|section| self.section(&doc.pack, section));
                ReportBody::Summary(sections.collect())
            }
        };
        Some(Report { id, title: title(&table), period: table.text("period").unwrap_or_default(), at, body })
    }

    fn table_spec(&self, pack: &str, table: &Table<'_>) -> Option<TableSpec> {
        let columns = table.tables("columns", &COLUMN);
        let columns: Vec<Column> = columns
            .iter()
            .filter_map(|column| {
                let value = self.figure(pack, column.get("value")?)?;
                Some(Column { title: column.text("title")?, value, others: column.bool("others") })
            })
            .collect();
        for (column, item) in table.tables("columns", &COLUMN).iter().zip(&columns).filter(|(_, c)| c.others)
        {
            let parts = format!("{}@", item.value);
            if !columns.iter().any(|other| other.value.starts_with(&parts)) {
                column.fail::<()>("with `others` needs columns with parts of the same measure");
            }
        }
        let Some(rows) = table.get("rows") else { return table.fail("needs `rows`") };
        let rows = self.rows(rows)?;
        Some(TableSpec { rows, columns, note: table.text("note"), signatures: table.texts("signatures") })
    }

    fn rows(&self, item: Item<'_>) -> Option<TableRows> {
        let words: Vec<&str> = item.text()?.split_whitespace().collect();
        match words[..] {
            ["units", kind] if self.set.org_kinds.contains_key(kind) => {
                Some(TableRows::Units(OrgKindId::new(kind)))
            }
            ["units", kind] => {
                let help = did_you_mean(kind, self.set.org_kinds.keys().map(AsRef::as_ref));
                self.log.error_help(&item.node.place, format!("unknown kind of org unit `{kind}`"), help);
                None
            }
            ["months"] => Some(TableRows::Months),
            ["days"] => Some(TableRows::Days),
            ["unit"] => Some(TableRows::Unit),
            _ => item.fail("write `units <kind>`, `months`, `days` or `unit`"),
        }
    }

    fn section(&self, pack: &str, table: &Table<'_>) -> Section {
        if let Some(text) = table.get("text") {
            self.template(pack, text);
        }
        let chart = |chart: &Table<'_>| {
            let value = self.figure(pack, chart.get("value")?)?;
            Some(Chart { title: chart.text("title")?, value, by: chart.text("by")? })
        };
        Section {
            title: title(table).zh,
            text: table.text("text").unwrap_or_default(),
            charts: table.tables("charts", &CHART).iter().filter_map(chart).collect(),
            tables: table
                .tables("tables", &TABLE)
                .iter()
                .filter_map(|table| self.table_spec(pack, table))
                .collect(),
        }
    }

    /// The full id of a measure or indicator, with `@code` when it names one option of a breakdown.
    fn figure(&self, pack: &str, item: Item<'_>) -> Option<String> {
        match self.figure_id(pack, item.text()?) {
            Ok(id) => Some(id),
            Err((message, help)) => {
                self.log.error_help(&item.node.place, message, help);
                None
            }
        }
    }

    fn figure_id(&self, pack: &str, text: &str) -> Result<String, (String, Option<String>)> {
        let (name, part) = text.split_once('@').map_or((text, None), |(name, part)| (name, Some(part)));
        let is_measure = |id: &str| self.set.measures.contains_key(id);
        let known = |id: &str| is_measure(id) || self.set.indicators.contains_key(id);
        let Some(id) = resolve_name(pack, name, &known) else {
            let measures = self
                .set
                .measures
                .values()
                .filter(|measure| !measure.implied)
                .map(|measure| measure.id.as_str());
            let all = measures.chain(self.set.indicators.keys().map(AsRef::as_ref));
            let prefix = format!("{pack}.");
            let help = did_you_mean(name, all.map(|id| id.strip_prefix(prefix.as_str()).unwrap_or(id)));
            return Err((format!("unknown measure or indicator `{name}`"), help));
        };
        let Some(part) = part else { return Ok(id) };
        let measure = self.set.measures.get(&MeasureId::new(&*id));
        let register = measure.and_then(|measure| self.set.registers.get(measure.register()?.as_str()));
        let options = match (measure, register) {
            (Some(measure), Some(register)) => part_options(measure, &register.fields),
            (Some(measure), None) => self.item_codes(measure),
            _ => Vec::new(),
        };
        if options.is_empty() {
            return Err((format!("`{name}` is not a measure with `by`, so it has no part `{part}`"), None));
        }
        if options.iter().all(|option| option != part) {
            let help = did_you_mean(part, options.iter().map(String::as_str));
            return Err((format!("`{part}` is not an option `{name}` is broken down by"), help));
        }
        Ok(format!("{id}@{part}"))
    }

    /// Checks the figures that a template names: `m("…")` and its like.
    fn template(&self, pack: &str, item: Item<'_>) {
        let Some(text) = item.text() else { return };
        for call in calls(text) {
            let checked = match call.function {
                "m" | "known" | "change" => self.figure_id(pack, call.argument).map(|_| ()),
                "target" | "units_below" => self.indicator_id(pack, call.argument),
                "parts" => self.broken_down(pack, call.argument),
                _ => Ok(()),
            };
            if let Err((message, help)) = checked {
                self.log.error_help(&self.inside(item, call.argument), message, help);
            }
        }
    }

    /// `parts("…")` names a measure with `by`.
    fn broken_down(&self, pack: &str, name: &str) -> Result<(), (String, Option<String>)> {
        let id = self.figure_id(pack, name)?;
        let measure = self.set.measures.get(&MeasureId::new(&*id));
        if measure.is_some_and(|measure| measure.by.is_some()) {
            return Ok(());
        }
        Err((format!("`{name}` is not a measure with `by`, so it has no parts"), None))
    }

    fn indicator_id(&self, pack: &str, name: &str) -> Result<(), (String, Option<String>)> {
        let known = |id: &str| self.set.indicators.contains_key(id);
        if resolve_name(pack, name, &known).is_some() {
            return Ok(());
        }
        let prefix = format!("{pack}.");
        let all =
            self.set.indicators.keys().map(|id| id.as_str().strip_prefix(&prefix).unwrap_or(id.as_str()));
        Err((format!("unknown indicator `{name}`"), did_you_mean(name, all)))
    }

    /// Where a template's argument first stands in the file.
    fn inside(&self, item: Item<'_>, argument: &str) -> Place {
        let place = &item.node.place;
        let written = self.log.written(place);
        let quoted =
            written.find(&format!("\"{argument}\"")).or_else(|| written.find(&format!("'{argument}'")));
        match (quoted, &item.node.data) {
            (Some(at), Data::Scalar { .. }) => {
                let start = place.span.start + at + 1;
                Place { file: place.file, span: start..start + argument.len() }
            }
            _ => place.clone(),
        }
    }
}
