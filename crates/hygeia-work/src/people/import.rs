//! Import of org units from a table (XLSX or CSV, read elsewhere): all rows or none; and how such a table is read.

use super::roster::{EXAMPLE, RosterChange};
use crate::actor::{Actor, Right};
use crate::error::{Result, WorkError};
use crate::value::read_date;
use crate::work::Work;
use hygeia_pack::model::{OrgKind, OrgKindId, PackSet};
use hygeia_store::{OrgUnit, OrgUnitId, PersonId};
use jiff::civil::Date;
use std::collections::{HashMap, HashSet};

/// A table as read from a file.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
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
    /// Only a doubt: a tick settles it, the file need not be corrected.
    pub is_doubt: bool,
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
    /// What known children would become, in the order of the file.
    pub changes: Vec<RosterChange>,
    /// Rows that were left out or do less than one may think, in words.
    pub notes: Vec<String>,
    /// Faults; when there is one, nothing was stored.
    pub problems: Vec<ImportProblem>,
    /// Whether it was stored, or only tried.
    pub stored: bool,
}

/// Headings of a roster file; the first five are needed.
pub const ROSTER_COLUMNS: [&str; 8] =
    ["班级代码", "编号", "姓名", "性别", "出生日期", "入园日期", "身份证号", "家长电话"];

/// Headings of a unit file; the first four are needed. Without a first day a new unit begins on the day of the import.
pub const UNIT_COLUMNS: [&str; 5] = ["机构代码", "机构名称", "类型", "上级代码", "启用日期"];

/// Most rows one file may have.
const MOST_ROWS: usize = 20_000;

/// Reads cells of a table by heading and collects faults.
pub(super) struct Cells<'a> {
    table: &'a ImportTable,
    columns: HashMap<&'a str, usize>,
    pub(super) problems: Vec<ImportProblem>,
}

impl<'a> Cells<'a> {
    pub(super) fn new(table: &'a ImportTable, needed: &[&'static str]) -> Self {
        let columns: HashMap<&str, usize> =
            table.header.iter().enumerate().map(|(at, name)| (name.trim(), at)).collect();
        let mut cells = Self { table, columns, problems: Vec::new() };
        let lacking = needed.iter().filter(|name| !cells.columns.contains_key(*name));
        let lacking: String = lacking.map(|name| format!("“{name}”")).collect();
        if !lacking.is_empty() {
            let row = table.header_row;
            cells.problems.push(ImportProblem {
                sheet: table.sheet.clone(),
                row,
                column: String::new(),
                message: format!("缺少{lacking}列；请使用下载的模板，第 {row} 行应为列名"),
                is_doubt: false,
            });
        }
        if table.rows.len() > MOST_ROWS {
            cells.problems.push(ImportProblem {
                sheet: table.sheet.clone(),
                row: table.header_row,
                column: String::new(),
                message: format!("一次最多导入 {MOST_ROWS} 行，现有 {} 行，请分批导入", table.rows.len()),
                is_doubt: false,
            });
        }
        cells
    }

    pub(super) fn get(&self, row: usize, name: &str) -> &'a str {
        let at = self.columns.get(name).copied();
        at.and_then(|at| self.table.rows.get(row)?.get(at)).map_or("", |cell| cell.trim())
    }

    pub(super) fn fault(&mut self, row: usize, name: &str, message: String) {
        let letter = self.columns.get(name).map(|at| column_letter(*at)).unwrap_or_default();
        self.problems.push(ImportProblem {
            sheet: self.table.sheet.clone(),
            row: self.file_row(row),
            column: format!("{letter} {name}").trim().to_owned(),
            message,
            is_doubt: false,
        });
    }

    /// A fault that a tick settles.
    pub(super) fn doubt(&mut self, row: usize, name: &str, message: String) {
        self.fault(row, name, message);
        if let Some(doubt) = self.problems.last_mut() {
            doubt.is_doubt = true;
        }
    }

    pub(super) fn needed(&mut self, row: usize, name: &str) -> Option<&'a str> {
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

    pub(super) fn date(&mut self, row: usize, name: &str) -> Option<Date> {
        let cell = self.needed(row, name)?;
        let date = read_date(cell);
        if date.is_none() {
            self.fault(row, name, format!("“{cell}”不是有效日期，应如 2021-03-01"));
        }
        date
    }

    /// Number of a row in the file, from 1.
    pub(super) fn file_row(&self, row: usize) -> usize {
        self.table.header_row + 1 + row
    }

    pub(super) fn is_blank(&self, row: usize) -> bool {
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

impl Work {
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
        let mut cells = Cells::new(table, &UNIT_COLUMNS[..4]);
        let mut report = ImportReport::default();
        let mut fresh: Vec<(usize, OrgUnit, String)> = Vec::new();
        let mut kinds: HashMap<String, OrgKindId> = HashMap::new();
        if cells.problems.is_empty() {
            for row in (0..table.rows.len()).filter(|row| !cells.is_blank(*row)).collect::<Vec<_>>() {
                if cells.get(row, "机构代码").contains(EXAMPLE) {
                    report.notes.push(format!("第 {} 行是模板的示例，已跳过", cells.file_row(row)));
                    continue;
                }
                report.rows += 1;
                let code = cells.needed(row, "机构代码");
                let title = cells.needed(row, "机构名称");
                let kind = cells.needed(row, "类型").and_then(|name| {
                    let kind = kind_named(&packs, name);
                    if kind.is_none() {
                        let names: Vec<&str> =
                            packs.org_kinds.values().map(|k| k.title.zh.as_str()).collect();
                        cells.fault(row, "类型", format!("没有类型“{name}”，可选：{}", names.join("、")));
                    }
                    kind.map(|kind| kind.id.clone())
                });
                let parent = cells.needed(row, "上级代码");
                let from = match cells.get(row, "启用日期") {
                    "" => None,
                    _ => cells.date(row, "启用日期"),
                };
                if from.is_some_and(|from| from > actor.today()) {
                    cells.fault(row, "启用日期", "启用日期不能晚于今天".into());
                    continue;
                }
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
                let begins = from.or(known.map(|known| known.from)).unwrap_or(actor.today());
                match known {
                    Some(known) if known.title == title && known.kind == kind && known.from == begins => {
                        report.unchanged += 1;
                    }
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
                    from: begins,
                    to: None,
                    sort: i64::try_from(row).unwrap_or(0),
                    attrs: serde_json::Value::Null,
                };
                fresh.push((row, stored, parent.to_owned()));
            }
        }
        let ordered = order_units(&mut cells, &packs, &directory, unit, &kinds, fresh);
        report.problems = cells.problems;
        // As one goes through the file to correct it.
        report.problems.sort_by_key(|problem| problem.row);
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

/// A bad request about people, in words.
pub(super) fn bad(message: impl Into<String>) -> WorkError {
    WorkError::Bad(message.into())
}

/// The kind of unit that a word means: its id or title, one of the two names in a title such as 幼儿园（托幼机构）, or a
/// part of a title that no other kind has (班).
fn kind_named<'a>(packs: &'a PackSet, word: &str) -> Option<&'a OrgKind> {
    let kinds = || packs.org_kinds.values();
    let is_one_of_two = |kind: &&OrgKind| kind.title.zh.split(['（', '）']).any(|name| name == word);
    let has_part = |kind: &&OrgKind| kind.title.zh.contains(word);
    let exact = kinds().find(|kind| kind.title.zh == word || kind.id.as_str() == word);
    exact.or_else(|| only(kinds().filter(is_one_of_two))).or_else(|| only(kinds().filter(has_part)))
}

/// The item, when there is just one.
fn only<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    items.next().filter(|_| items.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_lettered_as_in_a_spreadsheet() {
        assert_eq!([0, 1, 25, 26, 27, 701, 702].map(column_letter), ["A", "B", "Z", "AA", "AB", "ZZ", "AAA"]);
    }
}
