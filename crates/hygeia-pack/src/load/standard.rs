//! Standards (考核标准): a file per edition, and what a register made by one has besides its own fields.

use super::directory::title;
use super::{Doc, Loader};
use crate::item::{Item, Table, check_name};
use crate::keys::{DEDUCTION, FLAG, GRADE, RECTIFY, STANDARD_ITEM, STANDARD_SECTION};
use crate::model::{
    Choice, ChoiceOption, Deduction, Edition, Field, FieldType, FlagRule, Grade, IndicatorId, OnVeto,
    Rectify, Register, RegisterId, Skipped, Standard, StandardId, StandardItem, StandardSection, Title,
};
use hygeia_expr::{Scope, Type};
use indexmap::IndexMap;
use rust_decimal::Decimal;
use std::sync::Arc;

/// Fields that the findings' register must have, with what they hold.
const RECTIFY_FIELDS: [&str; 4] = ["finding", "requirement", "due", "inspection"];

impl Loader<'_> {
    pub(super) fn standards(&mut self, docs: &[Doc]) {
        for doc in docs.iter().filter(|doc| doc.kind == "standard") {
            let Some(table) = doc.table(self.log) else { continue };
            let Some((item, name)) = table.get("standard").and_then(|item| Some((item, item.text()?))) else {
                continue;
            };
            check_name(self.log, &item.node.place, name);
            let id = format!("{}.{name}", doc.pack);
            let edition = table.text("edition").unwrap_or_else(|| "1".to_owned());
            if !self.define("edition of a standard", &format!("{id} {edition}"), &item.node.place) {
                continue;
            }
            let Some(edition) = self.edition(&doc.pack, edition, &table) else { continue };
            self.add_edition(StandardId::new(id), title(&table), edition, item);
        }
    }

    fn add_edition(&mut self, id: StandardId, title: Title, edition: Edition, at: Item<'_>) {
        let standard = self
            .set
            .standards
            .entry(id.clone())
            .or_insert_with(|| Arc::new(Standard { id, title: title.clone(), editions: Vec::new() }));
        let standard = Arc::make_mut(standard);
        let overlaps = |other: &&Edition| {
            edition.from.is_none_or(|from| other.to.is_none_or(|to| from <= to))
                && other.from.is_none_or(|from| edition.to.is_none_or(|to| from <= to))
        };
        if let Some(other) = standard.editions.iter().find(overlaps) {
            let help = "give both `from` and `to` so that one edition is in force on any day".to_owned();
            let message =
                format!("the editions `{}` and `{}` are in force on the same day", other.name, edition.name);
            self.log.error_help(&at.node.place, message, Some(help));
        }
        // The title of the latest edition is the standard's.
        if standard.editions.iter().all(|other| other.from <= edition.from) {
            standard.title = title;
        }
        standard.editions.push(edition);
        standard.editions.sort_by_key(|edition| edition.from);
    }

    fn edition(&self, pack: &str, name: String, table: &Table<'_>) -> Option<Edition> {
        let sections: Vec<StandardSection> = table
            .tables("sections", &STANDARD_SECTION)
            .iter()
            .map(|section| StandardSection {
                title: title(section),
                items: section
                    .tables("items", &STANDARD_ITEM)
                    .iter()
                    .filter_map(|item| self.standard_item(pack, item))
                    .collect(),
            })
            .collect();
        check_codes(table, &sections);
        let counted = sections.iter().flat_map(|section| &section.items).filter(|item| !item.bonus);
        let total: Decimal = counted.map(|item| item.points).sum();
        if let Some(item) = table.get("total")
            && item.parse::<Decimal>("a number").is_some_and(|said| said != total)
        {
            item.fail::<()>(format!("the items have {} points together", total.normalize()));
        }
        if total == Decimal::ZERO {
            return table.fail("has no item with points");
        }
        let day = |key| table.get(key).and_then(|item: Item<'_>| item.date());
        let (from, to) = (day("from"), day("to"));
        if let (Some(from), Some(to), Some(item)) = (from, to, table.get("to"))
            && to < from
        {
            item.fail::<()>("`to` is before `from`");
        }
        let within = |key: &str| within_total(table, key, total);
        let word = |key: &str| table.get(key).and_then(|item| item.text());
        let kinds = table.get("applies_to").map(|item| item.items()).unwrap_or_default();
        let decimals = table.get("decimals").and_then(|item| item.parse::<u8>("a whole number from 0 to 6"));
        Some(Edition {
            name,
            from,
            to,
            source: table.text("source"),
            applies_to: kinds.into_iter().filter_map(|item| self.find_kind(item)).collect(),
            total,
            decimals: decimals.unwrap_or(1).min(6),
            skipped: if word("skipped") == Some("grant") { Skipped::Grant } else { Skipped::Rescale },
            above_total: table.bool("above_total"),
            on_veto: if word("on_veto") == Some("zero") { OnVeto::Zero } else { OnVeto::Fail },
            pass: within("pass"),
            measured_over: table.text("measured_over").unwrap_or_else(|| "month".to_owned()),
            grades: grades(table, total),
            sections,
        })
    }

    fn standard_item(&self, pack: &str, table: &Table<'_>) -> Option<StandardItem> {
        let code = table.get("item")?;
        check_name(self.log, &code.node.place, code.text()?);
        let points = points(table, "points").unwrap_or_default();
        let measured = table
            .text("measured")
            .map(|name| IndicatorId::new(if name.contains('.') { name } else { format!("{pack}.{name}") }));
        let (bonus, veto) = (table.bool("bonus"), table.bool("veto"));
        if points == Decimal::ZERO && !veto {
            table.fail::<()>("needs `points`, or `veto: true`");
        }
        if bonus && veto {
            table.fail::<()>("cannot be `bonus` and `veto`");
        }
        let deductions: Vec<Deduction> = table
            .tables("deductions", &DEDUCTION)
            .iter()
            .filter_map(|deduction| self.deduction(deduction, points, measured.is_some()))
            .collect();
        if measured.is_some() && deductions.is_empty() {
            table.fail::<()>("with `measured` needs `deductions` with `when`");
        }
        Some(StandardItem {
            code: code.text()?.to_owned(),
            title: title(table),
            points,
            method: table.text("method"),
            deductions,
            bonus,
            veto,
            may_skip: table.bool("may_skip"),
            measured,
            requirement: table.text("requirement"),
        })
    }

    fn deduction(&self, table: &Table<'_>, most: Decimal, measured: bool) -> Option<Deduction> {
        let taken = points(table, "points")?;
        if taken > most
            && let Some(item) = table.get("points")
        {
            item.fail::<()>(format!("takes more than the item's {} points", most.normalize()));
        }
        let when = table.get("when");
        match (&when, measured) {
            (Some(item), false) => item.fail("only an item with `measured` has conditions"),
            (None, true) => table.fail("of a measured item needs `when`"),
            _ => Some(()),
        };
        let scope = Scope::new().with("value", Type::Decimal).with("before", Type::Decimal);
        Some(Deduction {
            title: table.text("title")?,
            points: taken,
            each: table.bool("each"),
            when: when.and_then(|item| self.formula(item, &scope, &Type::Bool)),
        })
    }

    /// The standard a register names, and the fields its entries have because of it.
    pub(super) fn standard_of(
        &self,
        pack: &str,
        table: &Table<'_>,
        fields: &mut IndexMap<String, Field>,
    ) -> Option<Arc<Standard>> {
        let item = table.get("standard")?;
        let all: Vec<&str> = self.set.standards.keys().map(AsRef::as_ref).collect();
        let known = |id: &str| self.set.standards.contains_key(id);
        let id = self.resolve(pack, item, "standard", &known, &all)?;
        let standard = self.set.standards.get(id.as_str())?.clone();
        for field in inspection_fields(&standard) {
            if fields.contains_key(&field.name) {
                let message =
                    format!("`{}` is a field every inspection has: choose another name", field.name);
                item.fail::<()>(message);
            }
            fields.insert(field.name.clone(), field);
        }
        Some(standard)
    }

    pub(super) fn rectify_of(&self, pack: &str, table: &Table<'_>) -> Option<Rectify> {
        let item = table.get("rectify")?;
        if table.get("standard").is_none() {
            return item.fail("only a register with `standard` has `rectify`");
        }
        let rectify = item.table(&RECTIFY)?;
        let name = rectify.text("to")?;
        let id = if name.contains('.') { name } else { format!("{pack}.{name}") };
        let days = rectify.get("days").and_then(|item| item.parse("a whole number")).unwrap_or(7);
        Some(Rectify { register: RegisterId::new(id), days })
    }

    pub(super) fn flag_of(&self, table: &Table<'_>) -> Option<FlagRule> {
        let item = table.get("flag")?;
        if table.get("standard").is_none() {
            return item.fail("only a register with `standard` has `flag`");
        }
        let flag = item.table(&FLAG)?;
        let top = flag.get("top").and_then(|item| item.parse("a whole number up to 255"));
        Some(FlagRule {
            title: title(&flag),
            at_least: points(&flag, "at_least"),
            top: top.unwrap_or(1),
            within: flag.get("within").and_then(|item| self.find_kind(item)),
        })
    }

    /// What could only be looked up when everything was read: measured items, registers of findings.
    pub(super) fn check_standards(&self, docs: &[Doc]) {
        for doc in docs {
            let file = Item { log: self.log, node: &doc.node };
            match doc.kind {
                "standard" => self.check_measured(&doc.pack, file),
                "register" => self.check_rectify(&doc.pack, file),
                _ => {}
            }
        }
    }

    fn check_measured(&self, pack: &str, file: Item<'_>) {
        let sections = file.at("sections").map(|item| item.items()).unwrap_or_default();
        let items = sections.iter().filter_map(|section| section.at("items")).flat_map(|items| items.items());
        for item in items.filter_map(|item| item.at("measured")) {
            let all: Vec<&str> = self.set.indicators.keys().map(AsRef::as_ref).collect();
            let known = |id: &str| self.set.indicators.contains_key(id);
            self.resolve(pack, item, "indicator", &known, &all);
        }
    }

    fn check_rectify(&self, pack: &str, file: Item<'_>) {
        let Some(item) = file.at("rectify").and_then(|item| item.at("to")) else { return };
        let Some(id) = self.find_register(pack, item) else { return };
        let Some(register) = self.set.registers.get(&id) else { return };
        let missing: Vec<&str> =
            RECTIFY_FIELDS.into_iter().filter(|name| !fits_finding(register, name)).collect();
        if !missing.is_empty() {
            let help =
                "`finding` and `requirement` are texts, `due` is a date, `inspection` is an entry".to_owned();
            let message =
                format!("the register `{id}` takes no findings: it lacks `{}`", missing.join("`, `"));
            self.log.error_help(&item.node.place, message, Some(help));
        }
    }
}

fn fits_finding(register: &Register, name: &str) -> bool {
    let Some(field) = register.fields.get(name) else { return false };
    match name {
        "due" => matches!(field.kind, FieldType::Date),
        "inspection" => matches!(field.kind, FieldType::Entry { .. }),
        _ => matches!(field.kind, FieldType::Text { .. } | FieldType::LongText { .. }),
    }
}

/// A number of points, none of them negative.
fn points(table: &Table<'_>, key: &str) -> Option<Decimal> {
    let item = table.get(key)?;
    let points = item.parse::<Decimal>("a number of points")?;
    if points.is_sign_negative() { item.fail("points are not negative") } else { Some(points) }
}

fn within_total(table: &Table<'_>, key: &str, total: Decimal) -> Option<Decimal> {
    let item = table.get(key)?;
    let value = item.parse::<Decimal>("a number of points")?;
    if value.is_sign_negative() || value > total {
        return item.fail(format!("is not between 0 and the total of {}", total.normalize()));
    }
    Some(value)
}

fn check_codes(table: &Table<'_>, sections: &[StandardSection]) {
    let mut seen: Vec<&str> = Vec::new();
    for item in sections.iter().flat_map(|section| &section.items) {
        if seen.contains(&item.code.as_str()) {
            table.fail::<()>(format!("has two items `{}`", item.code));
        }
        seen.push(&item.code);
    }
}

fn grades(table: &Table<'_>, total: Decimal) -> Vec<Grade> {
    let mut grades: Vec<Grade> = Vec::new();
    for grade in table.tables("grades", &GRADE) {
        let (Some(code), Some(from)) = (grade.text("grade"), within_total(&grade, "from", total)) else {
            continue;
        };
        if let Some(item) = grade.get("grade") {
            check_name(item.log, &item.node.place, &code);
        }
        if grades.last().is_some_and(|above| above.from <= from) {
            grade.fail::<()>("is not below the grade before it: write the highest first");
        }
        grades.push(Grade { code, title: title(&grade), from });
    }
    grades
}

/// The fields every inspection has.
fn inspection_fields(standard: &Standard) -> Vec<Field> {
    let points = FieldType::Decimal { min: None, max: None, decimals: 2 };
    let text = |max| FieldType::Text { max };
    let assessor = choice(&[("outside", "检查", "Inspection"), ("self", "自评", "Self-assessment")]);
    let row = [
        field("item", ("条目", "Item"), text(48)),
        field("points", ("得分", "Points"), points.clone()),
        field("skipped", ("不适用", "Not applicable"), FieldType::Bool),
        field("failed", ("否决", "Failed"), FieldType::Bool),
        field("reasons", ("扣分项", "Deductions"), text(200)),
        field("note", ("说明", "Note"), text(500)),
        field("photos", ("照片", "Photos"), FieldType::Photo { most: 6 }),
        field("requirement", ("整改要求", "To be corrected"), text(500)),
        field("due", ("整改期限", "Due"), FieldType::Date),
    ];
    let rows = row.into_iter().map(|field| (field.name.clone(), field)).collect();
    let mut assessed = field("assessor", ("评定方式", "Assessed by"), assessor);
    assessed.default = Some("outside".to_owned());
    assessed.required = true;
    let system = |name, titles, kind| Field { by_system: true, ..field(name, titles, kind) };
    let decimals = standard.editions.iter().map(|edition| edition.decimals).max().unwrap_or(1);
    let score = FieldType::Decimal { min: None, max: None, decimals };
    vec![
        assessed,
        field("results", ("逐项结果", "Results"), FieldType::Rows(rows)),
        system("edition", ("标准版本", "Edition"), text(48)),
        Field { unit: Some("{score}".into()), ..system("score", ("得分", "Score"), score) },
        system("grade", ("等级", "Grade"), FieldType::Choice(grade_choice(standard))),
        system("passed", ("合格", "Passed"), FieldType::Bool),
        system("vetoed", ("一票否决", "Vetoed"), FieldType::Bool),
        system("findings", ("扣分条数", "Items with points taken"), FieldType::Int { min: None, max: None }),
        field("round", ("检查轮次", "Round"), FieldType::Int { min: Some(1), max: None }),
    ]
}

/// Grades of all editions.
fn grade_choice(standard: &Standard) -> Choice {
    let mut options: Vec<ChoiceOption> = Vec::new();
    for grade in standard.editions.iter().rev().flat_map(|edition| &edition.grades) {
        if !options.iter().any(|option| option.code == grade.code) {
            let (code, title) = (grade.code.clone(), grade.title.clone());
            options.push(ChoiceOption { code, title, retired: false });
        }
    }
    Choice { list: None, options }
}

fn choice(options: &[(&str, &str, &str)]) -> FieldType {
    let option = |(code, zh, en): &(&str, &str, &str)| ChoiceOption {
        code: (*code).to_owned(),
        title: Title { zh: (*zh).to_owned(), en: Some((*en).to_owned()) },
        retired: false,
    };
    FieldType::Choice(Choice { list: None, options: options.iter().map(option).collect() })
}

fn field(name: &str, (zh, en): (&str, &str), kind: FieldType) -> Field {
    Field {
        name: name.to_owned(),
        title: Title { zh: zh.to_owned(), en: Some(en.to_owned()) },
        kind,
        unit: None,
        required: false,
        default: None,
        normal: None,
        show: None,
        computed: None,
        by_system: false,
        is_added: false,
        by_workflow: false,
        personal: false,
        group: None,
        help: None,
        retired: false,
    }
}
