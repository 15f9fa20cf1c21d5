//! Templates a person downloads and fills in.

use crate::write::{Cell, Grid, to_xlsx};
use hygeia_pack::model::PackSet;
use hygeia_work::{ROSTER_COLUMNS, UNIT_COLUMNS};
use rust_xlsxwriter::XlsxError;

/// The roster template with one row to show how.
///
/// # Errors
///
/// When the workbook cannot be written.
pub fn roster_template(class_code: &str) -> Result<Vec<u8>, XlsxError> {
    let example = [class_code, "2026001", "示例幼儿（请删除）", "女", "2022-03-15", "2026-09-01", "", ""];
    to_xlsx(&Grid {
        title: "花名册".into(),
        header: ROSTER_COLUMNS.map(String::from).to_vec(),
        rows: vec![example.iter().map(|text| Cell::Text((*text).to_owned())).collect()],
    })
}

/// The unit template with one row per kind of unit that can be imported.
///
/// # Errors
///
/// When the workbook cannot be written.
pub fn units_template(packs: &PackSet, parent_code: &str) -> Result<Vec<u8>, XlsxError> {
    let rows = packs
        .org_kinds
        .values()
        .filter(|kind| !kind.under.is_empty())
        .map(|kind| {
            let example = ["示例代码（请删除）", "示例名称", &kind.title.zh, parent_code, "2026-09-01"];
            example.iter().map(|text| Cell::Text((*text).to_owned())).collect()
        })
        .collect();
    to_xlsx(&Grid { title: "机构".into(), header: UNIT_COLUMNS.map(String::from).to_vec(), rows })
}
