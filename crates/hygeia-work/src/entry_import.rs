//! Import of a register's entries from a table (XLSX or CSV, read elsewhere): all rows or none.

use crate::actor::Actor;
use crate::entry::Submission;
use crate::error::{FieldProblem, Result, WorkError};
use crate::people::{ImportProblem, ImportReport, ImportTable};
use crate::work::Work;
use hygeia_pack::model::Register;
use serde_json::{Map, Value as Json};
use std::collections::HashSet;

/// How the cells of a table become entries.
#[derive(Debug, Clone, Default)]
pub struct ImportOptions {
    /// Org unit of rows that name none.
    pub org_unit: Option<String>,
    /// Values of every row that has none of its own, by field.
    pub constants: Vec<(String, String)>,
    /// Cells to read as something else: `Tr` as `0`, `—` as nothing.
    pub replace: Vec<(String, String)>,
    /// Only looks for faults.
    pub only_check: bool,
}

/// What a column of the table holds.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Column {
    OrgUnit,
    Person,
    Field(String),
    Unknown,
}

impl Work {
    /// Reads a table into entries of a register. Columns are found by field name or title, in any order, and `机构代码`
    /// and `编号` (`org_unit`, `person`) say whose entry a row is; other columns are left out and named. A row whose
    /// natural key is taken leaves the entry that is there as it is.
    ///
    /// # Errors
    ///
    /// When there is no such register, a constant names no field, or the database fails. Faults of rows are in the
    /// report, and then nothing was stored.
    pub fn entries_import(
        &self,
        actor: &Actor,
        register: &str,
        table: &ImportTable,
        options: &ImportOptions,
    ) -> Result<ImportReport> {
        let packs = self.packs();
        let register = self.register(&packs, register)?;
        if let Some((name, _)) =
            options.constants.iter().find(|(name, _)| !register.fields.contains_key(name))
        {
            return Err(WorkError::Bad(format!("“{}”没有字段“{name}”", register.title.zh)));
        }
        let columns: Vec<Column> = table.header.iter().map(|heading| column(register, heading)).collect();
        if !columns.iter().any(|column| matches!(column, Column::Field(_))) {
            return Err(WorkError::Bad(format!(
                "表中没有“{}”的列；可用列名：{}",
                register.title.zh,
                titles(register)
            )));
        }
        let mut report = ImportReport::default();
        let mut submissions = Vec::new();
        let mut keys = HashSet::new();
        for (at, cells) in table.rows.iter().enumerate() {
            if cells.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            report.rows += 1;
            let submission = submission(&columns, cells, options);
            let fault = |problem: FieldProblem| fault(table, &columns, at, &problem);
            match self.entry_check(actor, register.id.as_str(), &submission) {
                Ok(_) => {}
                Err(WorkError::Store(error)) => return Err(WorkError::Store(error)),
                Err(WorkError::Invalid(problems)) => report.problems.extend(problems.into_iter().map(fault)),
                Err(other) => report.problems.push(fault(FieldProblem::error("", other.to_string()))),
            }
            if !register.key.is_empty() && !keys.insert(natural_key(register, &submission)) {
                report.problems.push(fault(FieldProblem::error("", "与表中前面的一行重复")));
            }
            submissions.push(submission);
        }
        if !report.problems.is_empty() || options.only_check {
            return Ok(report);
        }
        for submission in submissions {
            match self.entry_submit(actor, register.id.as_str(), submission) {
                Ok(_) => report.added += 1,
                Err(WorkError::Duplicate { .. }) => report.unchanged += 1,
                Err(error) => return Err(error),
            }
        }
        report.stored = true;
        Ok(report)
    }
}

/// Letters and digits in small letters, so that `vit_a_ugRAE` is the field `vit_a_ugrae`.
fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn column(register: &Register, heading: &str) -> Column {
    match plain(heading).as_str() {
        "机构代码" | "orgunit" => return Column::OrgUnit,
        "编号" | "person" => return Column::Person,
        _ => {}
    }
    let wanted = plain(heading);
    let typed = register.fields.values().filter(|field| field.is_typed());
    let mut named = typed.filter(|field| {
        let titles = [Some(field.title.zh.as_str()), field.title.en.as_deref(), Some(field.name.as_str())];
        titles.into_iter().flatten().any(|title| plain(title) == wanted)
    });
    named.next().map_or(Column::Unknown, |field| Column::Field(field.name.clone()))
}

fn titles(register: &Register) -> String {
    let typed = register.fields.values().filter(|field| field.is_typed());
    typed.map(|field| field.title.zh.as_str()).collect::<Vec<_>>().join("、")
}

fn submission(columns: &[Column], cells: &[String], options: &ImportOptions) -> Submission {
    let mut made = Submission { org_unit: options.org_unit.clone(), ..Submission::default() };
    let mut values: Map<String, Json> =
        options.constants.iter().map(|(name, text)| (name.clone(), Json::String(text.clone()))).collect();
    for (column, cell) in columns.iter().zip(cells) {
        let text =
            options.replace.iter().find(|(from, _)| from == cell.trim()).map_or(cell.trim(), |(_, to)| to);
        if text.is_empty() {
            continue;
        }
        match column {
            Column::OrgUnit => made.org_unit = Some(text.to_owned()),
            Column::Person => made.person = Some(text.to_owned()),
            Column::Field(name) => {
                values.insert(name.clone(), Json::String(text.to_owned()));
            }
            Column::Unknown => {}
        }
    }
    Submission { values, ..made }
}

/// What makes an entry one: whose it is and the fields of the register's natural key.
fn natural_key(register: &Register, submission: &Submission) -> Vec<String> {
    use hygeia_pack::model::KeyPart;
    let part = |part: &KeyPart| match part {
        KeyPart::OrgUnit => submission.org_unit.clone().unwrap_or_default(),
        KeyPart::Subject => submission.person.clone().unwrap_or_default(),
        KeyPart::Field(name) => submission.values.get(name).map(Json::to_string).unwrap_or_default(),
    };
    register.key.iter().map(part).collect()
}

fn fault(table: &ImportTable, columns: &[Column], at: usize, problem: &FieldProblem) -> ImportProblem {
    let found = columns.iter().position(|column| *column == Column::Field(problem.field.clone()));
    let named = found.and_then(|index| Some(format!("{} {}", letter(index), table.header.get(index)?)));
    ImportProblem {
        sheet: table.sheet.clone(),
        row: table.header_row + 1 + at,
        column: named.unwrap_or_else(|| problem.field.clone()),
        message: problem.message.clone(),
        is_doubt: false,
    }
}

/// `A`, `B` … `Z`, `AA` …
fn letter(index: usize) -> String {
    let last = char::from(b'A' + u8::try_from(index % 26).unwrap_or(0));
    if index < 26 { last.to_string() } else { format!("{}{last}", letter(index / 26 - 1)) }
}

/// Columns of a table that hold nothing of a register.
pub fn unknown_columns(register: &Register, table: &ImportTable) -> Vec<String> {
    table.header.iter().filter(|heading| column(register, heading) == Column::Unknown).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_letters_as_in_a_sheet() {
        assert_eq!([0, 25, 26, 51, 52].map(letter), ["A", "Z", "AA", "AZ", "BA"]);
    }
}
