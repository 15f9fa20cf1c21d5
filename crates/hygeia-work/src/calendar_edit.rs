//! The work calendar is changed: holidays, make-up days and terms. Whatever runs by it follows at once.

use crate::actor::{Actor, Right};
use crate::calendar::Term;
use crate::error::{FieldProblem, Result, WorkError};
use crate::work::Work;
use hygeia_store::CalendarDay;
use jiff::ToSpan;
use jiff::civil::Date;

/// Days that are changed together at most: the longest holiday with room to spare.
const MOST_DAYS: i32 = 70;
/// Characters of a title.
const MOST_TITLE: usize = 40;

/// What a stretch of days becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DayChange {
    /// Nobody works (放假).
    Rest(String),
    /// People work (调休上班).
    Work(String),
    /// What the statutory calendar and the days of the week say holds again.
    Plain,
}

impl Work {
    /// Whether the actor may change the calendar.
    pub fn may_set_calendar(&self, actor: &Actor) -> bool {
        self.must_set_calendar(actor).is_ok()
    }

    fn must_set_calendar(&self, actor: &Actor) -> Result<()> {
        let (packs, directory) = (self.packs(), self.directory());
        let missing = || WorkError::NotFound("县级机构".into());
        let top = directory.roots().next().ok_or_else(missing)?.id;
        actor.must_have(&packs, &directory, Right::Design, top)
    }

    /// Changes every day from `from` to `to`, both inclusive, and moves the due times of running clocks with them;
    /// returns how many clocks moved.
    ///
    /// # Errors
    ///
    /// When the actor may not, or the days or their title are missing or too many.
    pub fn calendar_set(&self, actor: &Actor, (from, to): (Date, Date), change: DayChange) -> Result<usize> {
        self.must_set_calendar(actor)?;
        let mut problems = Vec::new();
        let days = (to - from).get_days() + 1;
        if days < 1 {
            problems.push(FieldProblem::error("to", "结束日期不能早于开始日期"));
        } else if days > MOST_DAYS {
            problems.push(FieldProblem::error("to", format!("一次最多 {MOST_DAYS} 天，请核对日期")));
        }
        let set = match change {
            DayChange::Plain => None,
            DayChange::Rest(title) => Some((false, title)),
            DayChange::Work(title) => Some((true, title)),
        };
        if let Some((_, title)) = &set {
            problems.extend(title_problem(title, "请填写名称，如“国庆节”"));
        }
        if !problems.is_empty() {
            return Err(WorkError::Invalid(problems));
        }
        let county = self.county;
        self.store.write(move |writer| {
            for day in from.series(1.day()).take_while(|day| *day <= to) {
                match &set {
                    Some((works, title)) => {
                        let day = CalendarDay { day, works: *works, title: title.trim().to_owned() };
                        writer.calendar_day_put(county, &day)?;
                    }
                    None => writer.calendar_day_delete(county, day)?,
                }
            }
            Ok(())
        })?;
        self.reload()?;
        self.clocks_follow_calendar(actor.now)
    }

    /// Adds a term, or changes the one with its id.
    ///
    /// # Errors
    ///
    /// When the actor may not, the term has no id or title, ends before it begins, or overlaps another.
    pub fn term_set(&self, actor: &Actor, term: &Term) -> Result<()> {
        self.must_set_calendar(actor)?;
        let mut problems: Vec<FieldProblem> =
            title_problem(&term.title, "请填写学期名称，如“2026学年第二学期”").into_iter().collect();
        let id = term.id.trim();
        if id.is_empty() || id.len() > 20 || !id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
            problems.push(FieldProblem::error("id", "编号只用字母、数字和横线，如 2027-T1"));
        }
        if term.to <= term.from {
            problems.push(FieldProblem::error("to", "结束日期应晚于开始日期"));
        }
        let calendar = self.calendar();
        let others = calendar.terms().iter().filter(|other| other.id != id);
        if let Some(other) = others.into_iter().find(|other| other.from <= term.to && term.from <= other.to) {
            let message = format!("与“{}”（{} 至 {}）重叠", other.title, other.from, other.to);
            problems.push(FieldProblem::error("from", message));
        }
        if !problems.is_empty() {
            return Err(WorkError::Invalid(problems));
        }
        let county = self.county;
        let (id, title) = (id.to_owned(), term.title.trim().to_owned());
        let term = hygeia_store::Term { id, title, from: term.from, to: term.to };
        self.store.write(move |writer| writer.term_put(county, &term))?;
        self.reload()
    }
}

fn title_problem(title: &str, missing: &str) -> Option<FieldProblem> {
    match title.trim().chars().count() {
        0 => Some(FieldProblem::error("title", missing)),
        count if count > MOST_TITLE => {
            Some(FieldProblem::error("title", format!("名称最多 {MOST_TITLE} 字")))
        }
        _ => None,
    }
}
