//! Stocktakes (盘点): the book by item and lot, what was counted, and the entry that posts the difference.

use super::stock::{StockLine, StockQuery};
use crate::actor::Actor;
use crate::entry::{Receipt, Submission};
use crate::error::{FieldProblem, Result, WorkError};
use crate::work::Work;
use hygeia_store::OrgUnitId;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json, json};

/// One counted line.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct CountLine {
    /// Code of the item.
    pub item: String,
    /// Lot.
    pub lot: String,
    /// Holder.
    pub holder: String,
    /// What the book said when it was counted.
    pub book: Decimal,
    /// What was counted, as typed; an empty text is not counted.
    pub counted: String,
    /// Why it differs.
    pub reason: String,
}

/// A stocktake as it is handed in.
#[derive(Debug, Clone, Default)]
pub struct CountSubmission {
    /// Made by the client, so that the same stocktake twice is once.
    pub id: Option<uuid::Uuid>,
    /// Day of the count.
    pub day: Option<Date>,
    /// Lines.
    pub lines: Vec<CountLine>,
    /// Further fields of the register.
    pub values: Map<String, Json>,
}

impl Work {
    /// What the book of a unit's own account holds at the end of a day, for counting.
    pub fn count_sheet(&self, actor: &Actor, id: &str, unit: OrgUnitId, on: Date) -> Result<Vec<StockLine>> {
        let packs = self.packs();
        let ledger = self.ledger(actor, &packs, id, unit)?;
        let sheet = ledger
            .count_sheet
            .as_ref()
            .ok_or_else(|| WorkError::NotFound(format!("“{}”的盘点表", ledger.title.zh)))?;
        let query = StockQuery { account: Some(sheet.account.clone()), item: None, on: Some(on) };
        let mut lines = self.stock(actor, id, unit, &query)?.lines;
        lines.retain(|line| line.place.unit == unit);
        Ok(lines)
    }

    /// Hands in a stocktake: one entry of its register, whose lines that differ need a reason. The book is compared in
    /// the entry's own transaction.
    pub fn count_submit(
        &self,
        actor: &Actor,
        id: &str,
        unit: OrgUnitId,
        count: CountSubmission,
    ) -> Result<Receipt> {
        let (packs, directory) = (self.packs(), self.directory());
        let ledger = self.ledger(actor, &packs, id, unit)?;
        let (Some(register), Some(sheet)) = (&ledger.stocktake, &ledger.count_sheet) else {
            return Err(WorkError::NotFound(format!("“{}”的盘点表", ledger.title.zh)));
        };
        let register = self.register(&packs, register.as_str())?;
        let names = self.ledger_names(&packs, ledger)?;
        let counted: Vec<&CountLine> =
            count.lines.iter().filter(|line| !line.counted.trim().is_empty()).collect();
        let mut problems = Vec::new();
        if counted.is_empty() {
            problems.push(FieldProblem::error(&sheet.lines, "请至少填写一行实盘数"));
        }
        let mut rows = Vec::new();
        for line in counted {
            match row(line, &names.item(&line.item).full()) {
                Ok(row) => rows.push(row),
                Err(message) => problems.push(FieldProblem::error(&sheet.lines, message)),
            }
        }
        if !problems.is_empty() {
            return Err(WorkError::Invalid(problems));
        }
        let has = |field: &str| match register.fields.get(&sheet.lines).map(|field| &field.kind) {
            Some(hygeia_pack::model::FieldType::Rows(fields)) => fields.contains_key(field),
            _ => false,
        };
        for row in &mut rows {
            row.retain(|field, _| has(field));
        }
        let mut values = count.values;
        values.insert(sheet.lines.clone(), json!(rows));
        if let Some(day) = count.day {
            values.insert(register.day.clone(), json!(day.to_string()));
        }
        let submission = Submission {
            id: count.id,
            org_unit: directory.get(unit).map(|unit| unit.code.clone()),
            values,
            ..Submission::default()
        };
        self.entry_submit(actor, register.id.as_str(), submission)
    }
}

/// A line as a row of the entry; the message when it cannot be one.
fn row(line: &CountLine, name: &str) -> std::result::Result<Map<String, Json>, String> {
    let typed = line.counted.trim();
    let counted: Decimal =
        typed.parse().map_err(|_| format!("{name} {}：实盘数“{typed}”不是数字", line.lot))?;
    if counted.is_sign_negative() && !counted.is_zero() {
        return Err(format!("{name} {}：实盘数不能小于 0", line.lot));
    }
    if counted != line.book && line.reason.trim().is_empty() {
        return Err(format!(
            "{name} {}：账面 {}，实盘 {}，请写明差异原因",
            line.lot,
            line.book.normalize(),
            counted.normalize()
        ));
    }
    let row = json!({
        "item": line.item, "name": name, "lot": line.lot, "holder": line.holder,
        "book": line.book.normalize().to_string(), "counted": counted.normalize().to_string(),
        "reason": line.reason.trim(),
    });
    let Json::Object(row) = row else { return Err(String::new()) };
    Ok(row.into_iter().filter(|(_, value)| value.as_str() != Some("")).collect())
}
