//! From a report's template to its document.

use crate::ReportError;
use crate::desk::Desk;
use crate::document::Document;
use crate::{computed, statistics, summary};
use hygeia_pack::model::{PackSet, Report, ReportBody};
use hygeia_store::OrgUnitId;
use hygeia_work::{Actor, Period, Work};

/// Writes a report for a unit and period: a statistics table or a summary, as its pack declares.
///
/// `report` is `kindergarten.term_summary`; a slash and hyphens (`kindergarten/term-summary`) are read the same.
/// Values that are missing print 缺数据; a unit out of the actor's reach is not found.
pub fn generate(
    work: &Work,
    actor: &Actor,
    report: &str,
    unit: OrgUnitId,
    period: &Period,
) -> Result<Document, ReportError> {
    let desk = Desk::open(work, actor, unit, period)?;
    let packs = desk.packs.clone();
    let report = find(&packs, report)?;
    let written_for = desk.directory.subtree_of_kind(unit, &report.at, desk.last_day());
    // Computed rows are of one unit: sums over several would mix their menus.
    let is_too_high = matches!(report.body, ReportBody::Computed(_)) && desk.unit.kind != report.at;
    if written_for.is_empty() || is_too_high {
        let kind = packs.org_kinds.get(&report.at).map_or(report.at.as_str(), |kind| &kind.title.zh);
        return Err(ReportError::WrongUnit {
            report: report.title.zh.clone(),
            kind: kind.to_owned(),
            unit: desk.unit.title.clone(),
        });
    }
    match &report.body {
        ReportBody::Table(spec) => statistics::document(&desk, report, spec),
        ReportBody::Summary(sections) => summary::document(&desk, report, sections),
        ReportBody::Computed(spec) => computed::document(&desk, report, spec),
    }
}

/// The report of this name, however it is punctuated.
fn find<'a>(packs: &'a PackSet, name: &str) -> Result<&'a Report, ReportError> {
    let id = name.replacen('/', ".", 1).replace('-', "_");
    packs.reports.get(id.as_str()).ok_or_else(|| {
        let known: Vec<&str> = packs.reports.keys().map(|id| id.as_str()).collect();
        ReportError::NotFound(format!("报表“{name}”；已有：{}", known.join("、")))
    })
}
