//! From a report's template to its document.

use crate::ReportError;
use crate::desk::Desk;
use crate::document::Document;
use crate::{computed, statistics, summary};
use hygeia_pack::model::{PackSet, Report, ReportBody};
use hygeia_store::OrgUnitId;
use hygeia_work::{Action, Actor, Directory, Period, PeriodKind, Work, WorkError};
use jiff::civil::Date;

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
    if !may_read(report, work, actor, unit) {
        let why = "这份报表所用的登记表您的角色看不到，请向本单位负责人了解".to_owned();
        return Err(ReportError::Work(WorkError::Denied(why)));
    }
    if desk.unit.from > desk.last_day() {
        let (title, from) = (&desk.unit.title, desk.unit.from);
        return Err(ReportError::Work(WorkError::Bad(format!(
            "“{title}”自 {from} 起启用，{}没有报表；启用日期不对时，请在机构导入表的“启用日期”列更正后再导入",
            period.title(false)
        ))));
    }
    if !is_written_for(report, &desk.directory, unit, desk.last_day()) {
        let kind = packs.org_kinds.get(&report.at).map_or(report.at.as_str(), |kind| &kind.title.zh);
        return Err(ReportError::WrongUnit {
            report: report.title.zh.clone(),
            kind: kind.to_owned(),
            unit: desk.unit.title.clone(),
        });
    }
    if let Some(kind) = PeriodKind::parse(&report.period)
        && ![kind, PeriodKind::Range].contains(&period.kind)
    {
        let fits = Period::containing(kind, period.from, &desk.calendar);
        let (title, kind) = (&report.title.zh, kind.title(false));
        return Err(ReportError::Work(WorkError::Bad(format!(
            "“{title}”按{kind}填报，时段请写 {fits}，不是 {period}"
        ))));
    }
    match &report.body {
        ReportBody::Table(spec) => statistics::document(&desk, report, spec),
        ReportBody::Summary(sections) => summary::document(&desk, report, sections),
        ReportBody::Computed(spec) => computed::document(&desk, report, spec),
    }
}

/// Whether the actor sees any of the registers that the report's pack keeps at the unit or below it: a report tells its
/// figures to those who take part in the work, to nobody else.
pub fn may_read(report: &Report, work: &Work, actor: &Actor, unit: OrgUnitId) -> bool {
    let (packs, directory) = (work.packs(), work.directory());
    let mut registers =
        packs.registers.values().filter(|register| register.id.pack() == report.id.pack()).peekable();
    registers.peek().is_none()
        || registers.any(|register| actor.may_below(&directory, register, Action::View, unit))
}

/// Whether a report can be written for a unit on a day: it or a unit below it is of the report's kind. Computed rows
/// are of one unit, as sums over several would mix their menus.
pub fn is_written_for(report: &Report, directory: &Directory, unit: OrgUnitId, day: Date) -> bool {
    match report.body {
        ReportBody::Computed(_) => directory.get(unit).is_some_and(|unit| unit.kind == report.at),
        _ => !directory.subtree_of_kind(unit, &report.at, day).is_empty(),
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
