//! Import of units and class rosters from a table (XLSX or CSV, read elsewhere): all rows or none.

use crate::actor::{Actor, Right};
use crate::error::{Result, WorkError};
use crate::value::read_date;
use crate::work::Work;
use hygeia_pack::model::OrgKindId;
use hygeia_store::{Enrolment, EnrolmentId, OrgUnit, OrgUnitId, Person, PersonId};
use jiff::civil::Date;
use std::collections::{HashMap, HashSet};

/// A table as read from a file.
#[derive(Debug, Clone, Default)]
pub struct ImportTable {
    /// Name of the sheet, or of the CSV file.
    pub sheet: String,
    /// Row number of the heading in the file, from 1.
    pub header_row: usize,
    /// Headings.
    pub header: Vec<String>,
    /// Cells under the heading, as text.
    pub rows: Vec<Vec<String>>,
}

/// One fault of a file: where, what is wrong, what is expected.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ImportProblem {
    /// Name of the sheet.
    pub sheet: String,
    /// Row number in the file, from 1.
    pub row: usize,
    /// Column letter and heading: `C 性别`.
    pub column: String,
    /// What is wrong and what is expected.
    pub message: String,
}

/// What an import does or did.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct ImportReport {
    /// Rows read.
    pub rows: usize,
    /// New people or units.
    pub added: usize,
    /// Known ones with changes.
    pub changed: usize,
    /// Known ones as they were.
    pub unchanged: usize,
    /// Faults; when there is one, nothing was stored.
    pub problems: Vec<ImportProblem>,
    /// Whether it was stored, or only tried.
    pub stored: bool,
}

/// Headings of a roster file; the first five are needed.
pub const ROSTER_COLUMNS: [&str; 8] =
    ["班级代码", "编号", "姓名", "性别", "出生日期", "入园日期", "身份证号", "家长电话"];

/// Headings of a unit file, all needed.
pub const UNIT_COLUMNS: [&str; 4] = ["机构代码", "机构名称", "类型", "上级代码"];

/// Most rows one file may have.
const MOST_ROWS: usize = 20_000;

/// Reads cells of a table by heading and collects faults.
struct Cells<'a> {
    table: &'a ImportTable,
    columns: HashMap<&'a str, usize>,
    problems: Vec<ImportProblem>,
}

impl<'a> Cells<'a> {
    fn new(table: &'a ImportTable, needed: &[&'static str]) -> Self {
        let columns: HashMap<&str, usize> =
            table.header.iter().enumerate().map(|(at, name)| (name.trim(), at)).collect();
        let mut cells = Self { table, columns, problems: Vec::new() };
        for name in needed {
            if !cells.columns.contains_key(name) {
                let row = table.header_row;
                cells.problems.push(ImportProblem {
                    sheet: table.sheet.clone(),
                    row,
                    column: String::new(),
                    message: format!("缺少“{name}”列；请使用下载的模板，第 {row} 行应为列名"),
                });
            }
        }
        if table.rows.len() > MOST_ROWS {
            cells.problems.push(ImportProblem {
                sheet: table.sheet.clone(),
                row: table.header_row,
                column: String::new(),
                message: format!("一次最多导入 {MOST_ROWS} 行，现有 {} 行，请分批导入", table.rows.len()),
            });
        }
        cells
    }

    fn get(&self, row: usize, name: &str) -> &'a str {
        let at = self.columns.get(name).copied();
        at.and_then(|at| self.table.rows.get(row)?.get(at)).map_or("", |cell| cell.trim())
    }

    fn fault(&mut self, row: usize, name: &str, message: String) {
        let letter = self.columns.get(name).map(|at| column_letter(*at)).unwrap_or_default();
        self.problems.push(ImportProblem {
            sheet: self.table.sheet.clone(),
            row: self.table.header_row + 1 + row,
            column: format!("{letter} {name}").trim().to_owned(),
            message,
        });
    }

    fn needed(&mut self, row: usize, name: &str) -> Option<&'a str> {
        let cell = self.get(row, name);
        if cell.is_empty() {
            self.fault(row, name, format!("请填写{name}"));
            return None;
        }
        if cell.chars().count() > 60 {
            self.fault(row, name, format!("{name}过长（最多 60 字）"));
            return None;
        }
        Some(cell)
    }

    fn date(&mut self, row: usize, name: &str) -> Option<Date> {
        let cell = self.needed(row, name)?;
        let date = read_date(cell);
        if date.is_none() {
            self.fault(row, name, format!("“{cell}”不是有效日期，应如 2021-03-01"));
        }
        date
    }

    fn is_blank(&self, row: usize) -> bool {
        self.table.rows.get(row).is_none_or(|cells| cells.iter().all(|cell| cell.trim().is_empty()))
    }
}

/// `A`, `B`, … `Z`, `AA`.
fn column_letter(at: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = at + 1;
    while rest > 0 {
        let digit = u8::try_from((rest - 1) % 26).unwrap_or(0);
        letters.push(char::from(b'A' + digit));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

/// A child of the file, ready to store.
struct RosterChild {
    person: Person,
    unit: OrgUnitId,
    from: Date,
    known: bool,
}

impl Work {
    /// Imports children of the classes below `unit`. With `dry_run`, or with any fault, nothing is stored.
    ///
    /// A child whose 编号 is known is brought up to date; the class of a known child changes by transfer, not here.
    pub fn roster_import(
        &self,
        actor: &Actor,
        unit: OrgUnitId,
        table: &ImportTable,
        dry_run: bool,
    ) -> Result<ImportReport> {
        let packs = self.packs();
        let directory = self.directory();
        actor.must_have(&packs, &directory, Right::ManagePeople, unit)?;
        let county = self.county;
        let mut cells = Cells::new(table, &ROSTER_COLUMNS[..5]);
        let mut report = ImportReport { rows: table.rows.len(), ..ImportReport::default() };
        let mut children = Vec::new();
        let mut seen = HashSet::new();
        if cells.problems.is_empty() {
            for row in (0..table.rows.len()).filter(|row| !cells.is_blank(*row)).collect::<Vec<_>>() {
                let class = cells.needed(row, "班级代码").and_then(|code| {
                    let found = directory.by_code(code).filter(|class| {
                        class.kind == OrgKindId::from("class") && directory.is_within(class.id, unit)
                    });
                    if found.is_none() {
                        cells.fault(row, "班级代码", format!("没有代码为“{code}”的班级，请核对或先导入机构"));
                    }
                    found.map(|class| class.id)
                });
                let code = cells.needed(row, "编号").filter(|code| {
                    let fresh = seen.insert(code.to_string());
                    if !fresh {
                        cells.fault(row, "编号", format!("编号“{code}”在本表中重复"));
                    }
                    fresh
                });
                let name = cells.needed(row, "姓名");
                let sex = read_sex(&mut cells, row);
                let birth = cells.date(row, "出生日期").filter(|birth| {
                    let past = *birth <= actor.today();
                    if !past {
                        cells.fault(row, "出生日期", format!("出生日期 {birth} 晚于今天"));
                    }
                    past
                });
                let from = match cells.get(row, "入园日期") {
                    "" => Some(actor.today()),
                    _ => cells.date(row, "入园日期"),
                };
                let id_number = read_id_number(&mut cells, row, birth, sex, actor.today());
                let phone = read_phone(&mut cells, row);
                let (Some(class), Some(code), Some(name), Some(sex), Some(birth), Some(from)) =
                    (class, code, name, sex, birth, from)
                else {
                    continue;
                };
                let known = self.store.read(|reader| reader.person_by_code(county, code))?;
                if let Some(known) = &known
                    && !self.reaches_person(actor, known.id)?
                {
                    cells.fault(row, "编号", format!("编号“{code}”已被其他机构使用，请换一个编号"));
                    continue;
                }
                let person = Person {
                    id: known.as_ref().map_or(PersonId(0), |known| known.id),
                    kind: "child".into(),
                    code: code.to_owned(),
                    name: name.to_owned(),
                    sex: sex.to_owned(),
                    birth: Some(birth),
                    id_number: id_number.or_else(|| known.as_ref().and_then(|k| k.id_number.clone())),
                    phone: phone.or_else(|| known.as_ref().and_then(|k| k.phone.clone())),
                    attrs: known.as_ref().map_or(serde_json::Value::Null, |k| k.attrs.clone()),
                };
                match &known {
                    None => report.added += 1,
                    Some(before) if same_person(before, &person) => report.unchanged += 1,
                    Some(_) => report.changed += 1,
                }
                children.push(RosterChild { person, unit: class, from, known: known.is_some() });
            }
        }
        report.problems = cells.problems;
        if dry_run || !report.problems.is_empty() {
            return Ok(report);
        }
        self.store.write(move |writer| {
            for child in children {
                let id = writer.person_put(county, &child.person)?;
                if !child.known {
                    writer.enrolment_put(
                        county,
                        &Enrolment {
                            id: EnrolmentId(0),
                            person: id,
                            unit: child.unit,
                            from: child.from,
                            to: None,
                            reason: "入园".into(),
                        },
                    )?;
                }
            }
            Ok(())
        })?;
        report.stored = true;
        self.reload()?;
        Ok(report)
    }

    /// Imports org units below `unit`. Parents may stand in the same file, above or below their children.
    pub fn units_import(
        &self,
        actor: &Actor,
        unit: OrgUnitId,
        table: &ImportTable,
        dry_run: bool,
    ) -> Result<ImportReport> {
        let packs = self.packs();
        let directory = self.directory();
        actor.must_have(&packs, &directory, Right::ManagePeople, unit)?;
        let county = self.county;
        let mut cells = Cells::new(table, &UNIT_COLUMNS);
        let mut report = ImportReport { rows: table.rows.len(), ..ImportReport::default() };
        let mut fresh: Vec<(usize, OrgUnit, String)> = Vec::new();
        let mut kinds: HashMap<String, OrgKindId> = HashMap::new();
        if cells.problems.is_empty() {
            for row in (0..table.rows.len()).filter(|row| !cells.is_blank(*row)).collect::<Vec<_>>() {
                let code = cells.needed(row, "机构代码");
                let title = cells.needed(row, "机构名称");
                let kind = cells.needed(row, "类型").and_then(|name| {
                    let kind = packs
                        .org_kinds
                        .values()
                        .find(|kind| kind.title.zh == name || kind.id.as_str() == name);
                    if kind.is_none() {
                        let names: Vec<&str> =
                            packs.org_kinds.values().map(|k| k.title.zh.as_str()).collect();
                        cells.fault(row, "类型", format!("没有类型“{name}”，可选：{}", names.join("、")));
                    }
                    kind.map(|kind| kind.id.clone())
                });
                let parent = cells.needed(row, "上级代码");
                let (Some(code), Some(title), Some(kind), Some(parent)) = (code, title, kind, parent) else {
                    continue;
                };
                if kinds.insert(code.to_owned(), kind.clone()).is_some() {
                    cells.fault(row, "机构代码", format!("代码“{code}”在本表中重复"));
                    continue;
                }
                let known = directory.by_code(code);
                if known.is_some_and(|known| !directory.is_within(known.id, unit)) {
                    cells.fault(row, "机构代码", format!("代码“{code}”已被其他机构使用"));
                    continue;
                }
                match known {
                    Some(known) if known.title == title && known.kind == kind => report.unchanged += 1,
                    Some(_) => report.changed += 1,
                    None => report.added += 1,
                }
                let stored = OrgUnit {
                    id: known.map_or(OrgUnitId(0), |known| known.id),
                    code: code.to_owned(),
                    kind,
                    title: title.to_owned(),
                    parent: None,
                    path: String::new(),
                    from: known.map_or(actor.today(), |known| known.from),
                    to: None,
                    sort: i64::try_from(row).unwrap_or(0),
                    attrs: serde_json::Value::Null,
                };
                fresh.push((row, stored, parent.to_owned()));
            }
        }
        let ordered = order_units(&mut cells, &packs, &directory, unit, &kinds, fresh);
        report.problems = cells.problems;
        if dry_run || !report.problems.is_empty() {
            return Ok(report);
        }
        let known: HashMap<String, OrgUnitId> =
            directory.all().into_iter().map(|unit| (unit.code.clone(), unit.id)).collect();
        self.store.write(move |writer| {
            let mut ids = known;
            for (mut unit, parent) in ordered {
                unit.parent = ids.get(&parent).copied();
                let id = writer.org_unit_put(county, &unit)?;
                ids.insert(unit.code, id);
            }
            Ok(())
        })?;
        report.stored = true;
        self.reload()?;
        Ok(report)
    }

    /// Whether the actor reaches any unit the person is or was enrolled in.
    pub(crate) fn reaches_person(&self, actor: &Actor, person: PersonId) -> Result<bool> {
        let county = self.county;
        let directory = self.directory();
        let enrolments = self.store.read(|reader| reader.person_enrolments(county, person))?;
        Ok(enrolments.iter().any(|enrolment| actor.reaches(&directory, enrolment.unit)))
    }
}

/// Parents before children; names parents that exist nowhere, and kinds that may not stand under their parent.
fn order_units(
    cells: &mut Cells<'_>,
    packs: &hygeia_pack::model::PackSet,
    directory: &crate::directory::Directory,
    root: OrgUnitId,
    kinds: &HashMap<String, OrgKindId>,
    mut waiting: Vec<(usize, OrgUnit, String)>,
) -> Vec<(OrgUnit, String)> {
    let mut ordered: Vec<(OrgUnit, String)> = Vec::new();
    let mut placed: HashSet<String> = HashSet::new();
    while !waiting.is_empty() {
        let (ready, rest): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|(_, _, parent)| {
            placed.contains(parent)
                || (!kinds.contains_key(parent)
                    && directory.by_code(parent).is_some_and(|found| directory.is_within(found.id, root)))
        });
        if ready.is_empty() {
            for (row, _, parent) in rest {
                let message = if kinds.contains_key(&parent) {
                    format!("上级“{parent}”与下级互为上下级")
                } else {
                    format!("没有代码为“{parent}”的上级机构")
                };
                cells.fault(row, "上级代码", message);
            }
            break;
        }
        for (row, unit, parent) in ready {
            let parent_kind =
                kinds.get(&parent).or_else(|| directory.by_code(&parent).map(|found| &found.kind));
            let kind = packs.org_kinds.get(&unit.kind);
            if let (Some(kind), Some(parent_kind)) = (kind, parent_kind)
                && !kind.under.contains(parent_kind)
            {
                let above = packs.org_kinds.get(parent_kind).map_or(parent_kind.as_str(), |k| &k.title.zh);
                cells.fault(row, "上级代码", format!("{}不能设在{above}之下", kind.title.zh));
            }
            placed.insert(unit.code.clone());
            ordered.push((unit, parent));
        }
        waiting = rest;
    }
    ordered
}

fn read_sex(cells: &mut Cells<'_>, row: usize) -> Option<&'static str> {
    match cells.needed(row, "性别")? {
        "男" | "male" => Some("male"),
        "女" | "female" => Some("female"),
        other => {
            cells.fault(row, "性别", format!("“{other}”应为 男 或 女"));
            None
        }
    }
}

fn read_id_number(
    cells: &mut Cells<'_>,
    row: usize,
    birth: Option<Date>,
    sex: Option<&str>,
    today: Date,
) -> Option<String> {
    let text = cells.get(row, "身份证号");
    if text.is_empty() {
        return None;
    }
    match crate::functions::read_citizen_number(text, today) {
        Err(message) => {
            cells.fault(row, "身份证号", message);
            None
        }
        Ok(number) => {
            if birth.is_some_and(|birth| birth != number.birth) {
                cells.fault(
                    row,
                    "身份证号",
                    format!("身份证号中的出生日期为 {}，与出生日期不一致", number.birth),
                );
            }
            if sex.is_some_and(|sex| sex != number.sex) {
                cells.fault(row, "身份证号", "身份证号中的性别与性别不一致".into());
            }
            Some(number.normalised)
        }
    }
}

fn read_phone(cells: &mut Cells<'_>, row: usize) -> Option<String> {
    let text: String = cells.get(row, "家长电话").chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    if text.is_empty() {
        return None;
    }
    if !(7..=12).contains(&text.len()) || !text.bytes().all(|b| b.is_ascii_digit()) {
        cells.fault(row, "家长电话", format!("“{text}”不是有效电话号码"));
        return None;
    }
    Some(text)
}

fn same_person(a: &Person, b: &Person) -> bool {
    (&a.name, &a.sex, a.birth, &a.id_number, &a.phone) == (&b.name, &b.sex, b.birth, &b.id_number, &b.phone)
}

/// A bad request about people, in words.
pub(super) fn bad(message: impl Into<String>) -> WorkError {
    WorkError::Bad(message.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_lettered_as_in_a_spreadsheet() {
        assert_eq!([0, 1, 25, 26, 27, 701, 702].map(column_letter), ["A", "B", "Z", "AA", "AB", "ZZ", "AAA"]);
    }
}
