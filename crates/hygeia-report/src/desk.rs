//! Where a report gets its numbers: one handle on the use cases for one actor and day, asked in batches.

use crate::ReportError;
use crate::wording::Names;
use hygeia_pack::model::{PackSet, Report};
use hygeia_store::{OrgUnit, OrgUnitId};
use hygeia_work::{Actor, Calendar, Directory, Figure, FigureId, FigureQuery, Period, Work, exists_on};
use jiff::civil::Date;
use std::sync::Arc;

/// The actor's view of the county while one report is written.
pub(crate) struct Desk<'a> {
    pub work: &'a Work,
    pub actor: &'a Actor,
    pub packs: Arc<PackSet>,
    pub directory: Arc<Directory>,
    pub calendar: Arc<Calendar>,
    pub unit: OrgUnit,
    pub period: &'a Period,
}

/// Figures by id, unit and period, in the order they were asked for.
pub(crate) struct Grid {
    figures: Vec<Figure>,
    units: usize,
    periods: usize,
}

impl Grid {
    /// Figures as [`Work::figures`] answers them: figures × units × periods.
    pub fn new(figures: Vec<Figure>, units: usize, periods: usize) -> Self {
        Self { figures, units, periods }
    }

    /// The figure of the given row numbers of the query.
    pub fn get(&self, figure: usize, unit: usize, period: usize) -> Option<&Figure> {
        self.figures.get((figure * self.units + unit) * self.periods + period)
    }
}

impl<'a> Desk<'a> {
    /// Opens the desk; the unit must be within the actor's reach.
    pub fn open(
        work: &'a Work,
        actor: &'a Actor,
        unit: OrgUnitId,
        period: &'a Period,
    ) -> Result<Self, ReportError> {
        let directory = work.directory();
        let found = directory.get(unit).filter(|_| actor.reaches(&directory, unit)).cloned();
        let unit = found.ok_or_else(|| ReportError::NotFound("该机构".to_owned()))?;
        Ok(Self { work, actor, packs: work.packs(), directory, calendar: work.calendar(), unit, period })
    }

    /// Names for wording.
    pub fn names(&self) -> Names<'_> {
        Names { packs: &self.packs, directory: &self.directory }
    }

    /// Last day of the period that has come.
    pub fn last_day(&self) -> Date {
        self.period.to.min(self.actor.today())
    }

    /// The figures for every combination, read in one query.
    pub fn grid(
        &self,
        figures: &[FigureId],
        units: &[OrgUnitId],
        periods: &[Period],
    ) -> Result<Grid, ReportError> {
        let query =
            FigureQuery { figures: figures.to_vec(), units: units.to_vec(), periods: periods.to_vec() };
        let found =
            if figures.is_empty() { Vec::new() } else { self.work.document_figures(self.actor, &query)? };
        Ok(Grid::new(found, units.len(), periods.len()))
    }

    /// The figure a report names: in full, else within the report's own pack, else in `core`.
    pub fn figure_id(&self, report: &Report, name: &str) -> Option<FigureId> {
        let qualified = [name.to_owned(), format!("{}.{name}", report.id.pack()), format!("core.{name}")];
        qualified.iter().find_map(|name| self.work.figure_id(&self.packs, name).ok())
    }

    /// Units right below that have a part in a figure, through levels that only group (年级).
    pub fn units_below(&self, figure: &FigureId) -> Vec<OrgUnitId> {
        let day = self.last_day();
        let mut found = Vec::new();
        let mut open = vec![self.unit.id];
        while let Some(next) = open.pop() {
            let below: Vec<&OrgUnit> =
                self.directory.children(next).filter(|unit| exists_on(unit, day)).collect();
            let (groups, units): (Vec<&OrgUnit>, Vec<&OrgUnit>) =
                below.into_iter().partition(|unit| unit.kind.as_str() == "grade");
            let has_part = |unit: &OrgUnitId| self.work.has_part_in(&self.directory, figure, *unit);
            found.extend(units.iter().map(|unit| unit.id).filter(has_part));
            open.extend(groups.iter().rev().map(|unit| unit.id));
        }
        found
    }
}
