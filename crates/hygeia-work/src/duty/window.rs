//! When a duty is owed: windows of days, each with what it expects and the moment it is due.
//!
//! Pure functions of the duty, the calendar and a range of days.

use crate::calendar::Calendar;
use hygeia_pack::model::{Due, Duty, Every, Interval, OnDay, Season, Title};
use hygeia_store::PlanItemId;
use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time};
use std::sync::Arc;

/// Days within which a number of entries is owed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// First day entries count from.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// Entries owed (per person or option, where the duty says so).
    pub times: u16,
    /// Moment after which missing entries are overdue.
    pub due_at: DateTime,
    /// Season that set the frequency, by its title.
    pub season: Option<Title>,
    /// Plan that set it, by its title.
    pub by_plan: Option<Arc<str>>,
    /// Line of that plan.
    pub by_line: Option<PlanItemId>,
}

/// How often a duty is owed at one unit: the pack's rule, and what plans put in its place on the days of their force.
#[derive(Debug, Clone, PartialEq)]
pub struct Rhythm {
    /// Rules of plans, before everything else; the first that holds wins.
    pub planned: Vec<PlannedRule>,
    /// Rule outside the seasons.
    pub due: Due,
    /// Seasons; the first that holds wins.
    pub seasons: Vec<Season>,
    /// Owed only inside terms.
    pub in_term: bool,
    /// Months in which it is owed; all when empty.
    pub months: Vec<i8>,
}

/// What a line of a plan sets, from its first to its last day in force.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedRule {
    /// Title of the plan.
    pub plan: Arc<str>,
    /// Id of the line.
    pub line: PlanItemId,
    /// First day in force.
    pub from: Date,
    /// Last day in force.
    pub to: Date,
    /// Part of the year the line names, with its first and last month and day; all year when there is none.
    pub season: Option<PartOfYear>,
    /// What is due.
    pub due: Due,
    /// Most entries (per person or option) that the register takes for one day; `None` when its key sets no bound.
    pub most_a_day: Option<u16>,
}

/// A name with the first and the last month and day it covers.
pub type PartOfYear = (Title, MonthDay, MonthDay);
/// Month and day.
pub type MonthDay = (i8, i8);

/// What holds on a day.
#[derive(Clone, Copy)]
struct Rule<'a> {
    due: Due,
    season: Option<&'a Title>,
    /// The plan's rule, when one holds.
    planned: Option<&'a PlannedRule>,
}

impl Rhythm {
    /// The rhythm the pack gives the duty.
    pub fn of(duty: &Duty) -> Self {
        Self {
            planned: Vec::new(),
            due: duty.due,
            seasons: duty.seasons.clone(),
            in_term: duty.in_term,
            months: duty.months.clone(),
        }
    }

    fn on(&self, day: Date) -> Rule<'_> {
        let holds = |rule: &&PlannedRule| {
            let in_season = rule.season.as_ref().is_none_or(|(_, from, to)| is_between(*from, *to, day));
            rule.from <= day && day <= rule.to && in_season
        };
        if let Some(rule) = self.planned.iter().find(holds) {
            let season = rule.season.as_ref().map(|(title, ..)| title);
            return Rule { due: rule.due, season, planned: Some(rule) };
        }
        match self.seasons.iter().find(|season| is_between(season.from, season.to, day)) {
            Some(season) => Rule { due: season.due, season: Some(&season.title), planned: None },
            None => Rule { due: self.due, season: None, planned: None },
        }
    }

    /// Whether a plan that asks for something else comes into force or leaves it between `day` and the next one.
    fn changes_force(&self, day: Date, next: Date) -> bool {
        let (before, after) = (self.on(day), self.on(next));
        let changes = before.planned.is_some_and(|rule| rule.to == day)
            || after.planned.is_some_and(|rule| rule.from == next);
        changes && before.due != after.due
    }

    /// Whether what a period (up to `end`) asks for by `day` is left to the rule that holds from `next` on: a plan
    /// changes in its midst, and there are days left to do the work on.
    fn is_left_to_later(&self, day: Date, next: Date, end: Date, calendar: &Calendar) -> bool {
        let mut rest = next.series(1.day()).take_while(|later| *later <= end);
        day < end
            && self.changes_force(day, next)
            && rest.any(|later| self.counts(later, self.on(later).due.every, calendar))
    }

    /// Whether anything can be owed on `day` at all.
    fn counts(&self, day: Date, every: Every, calendar: &Calendar) -> bool {
        let in_month = self.months.is_empty() || self.months.contains(&day.month());
        let works = match (every.unit, self.in_term) {
            (Interval::Day, false) => true,
            (Interval::SchoolDay, _) | (_, true) => calendar.is_school_day(day),
            (_, false) => calendar.is_work_day(day),
        };
        in_month && works
    }

    /// The windows that touch `from..=to`, in order. A window that a season or a holiday cuts expects no more
    /// entries than it has working days. A period in whose midst a plan comes into force (or leaves it) is the later
    /// rule's as a whole: nothing is overdue by the change, and what was entered before it counts.
    pub fn windows(&self, from: Date, to: Date, calendar: &Calendar) -> Vec<Window> {
        let mut windows = Vec::new();
        let mut day = from;
        while day <= to {
            let whole = span_of(self.on(day).due.every, day, calendar);
            if let Some(window) = self.window_in(whole, day, calendar) {
                day = window.to.max(day);
                windows.push(window);
            } else {
                day = self.end_of_stretch(whole, day);
            }
            let Ok(next) = day.tomorrow() else { break };
            day = next;
        }
        windows
    }

    /// The window that `day` belongs to, if something is owed in it.
    pub fn window_on(&self, day: Date, calendar: &Calendar) -> Option<Window> {
        let whole = span_of(self.on(day).due.every, day, calendar);
        self.window_in(whole, day, calendar)
    }

    /// Whether the same is due all year round.
    fn is_constant(&self) -> bool {
        self.planned.is_empty() && self.seasons.is_empty()
    }

    /// Last day after `day` inside `span` on which the same is due, whoever asks for it.
    fn end_of_stretch(&self, span: (Date, Date), day: Date) -> Date {
        if self.is_constant() {
            return span.1.max(day);
        }
        let rule = self.on(day);
        let mut end = day;
        while end < span.1 {
            let Ok(next) = end.tomorrow() else { break };
            if self.on(next).due != rule.due {
                break;
            }
            end = next;
        }
        end
    }

    fn start_of_stretch(&self, span: (Date, Date), day: Date) -> Date {
        if self.is_constant() {
            return span.0.min(day);
        }
        let rule = self.on(day);
        let mut start = day;
        while start > span.0 {
            let Ok(before) = start.yesterday() else { break };
            if self.on(before).due != rule.due {
                break;
            }
            start = before;
        }
        start
    }

    fn window_in(&self, whole: (Date, Date), day: Date, calendar: &Calendar) -> Option<Window> {
        let due = self.on(day).due;
        let (from, to) = (self.start_of_stretch(whole, day), self.end_of_stretch(whole, day));
        let next = to.saturating_add(1.day());
        if self.is_left_to_later(to, next, whole.1, calendar) {
            return self.window_on(next, calendar).filter(|later| later.from <= day);
        }
        let Rule { season, planned, .. } = self.on(to);
        let works = |day: &Date| self.counts(*day, due.every, calendar);
        let working = Working { from, to, works };
        let last = working.last_up_to(to)?;
        let cut = (from, to) != whole;
        let mut times = due.times;
        if cut {
            times = times.min(working.count());
        }
        if let Some(most) = planned.and_then(|rule| rule.most_a_day) {
            times = times.min(most.saturating_mul(working.count()));
        }
        let due_day = match due.on {
            None | Some(OnDay::Last) => last,
            Some(OnDay::Weekday(weekday)) => {
                let mut week = from.series(1.day()).take(7);
                let wanted = week.find(|day| day.weekday().to_monday_one_offset() == weekday);
                wanted.and_then(|wanted| working.at_or_before(wanted)).unwrap_or(last)
            }
            Some(OnDay::DayOfMonth(number)) => {
                let wanted = from.first_of_month().saturating_add((i32::from(number) - 1).days());
                working.at_or_before(wanted.min(from.last_of_month())).unwrap_or(last)
            }
        };
        let end_of_day = Time::constant(23, 59, 59, 0);
        let due_at = due_day.to_datetime(due.by.unwrap_or(end_of_day));
        Some(Window {
            from: self.in_term(last, calendar).max(self.start_with_earlier(whole, from, calendar)),
            to,
            times,
            due_at,
            season: season.cloned(),
            by_plan: planned.map(|rule| rule.plan.clone()),
            by_line: planned.map(|rule| rule.line),
        })
    }

    /// The first day whose entries count for what is owed up to `last`: what is owed in terms begins with the term.
    fn in_term(&self, last: Date, calendar: &Calendar) -> Date {
        let term = calendar.term_on(last).filter(|_| self.in_term);
        term.map_or(Date::MIN, |term| term.from)
    }

    /// The first day of `span` from which on nothing but a change of plans before `from` parts the days.
    fn start_with_earlier(&self, span: (Date, Date), from: Date, calendar: &Calendar) -> Date {
        let mut start = from;
        while start > span.0 {
            let Ok(before) = start.yesterday() else { break };
            let earlier = span_of(self.on(before).due.every, before, calendar);
            if !self.is_left_to_later(before, start, earlier.1, calendar) {
                break;
            }
            start = self.start_of_stretch((earlier.0.max(span.0), before), before);
        }
        start
    }
}

/// The days of a stretch on which something can be owed. A year's are rarely all looked at, so they are not collected.
struct Working<W> {
    from: Date,
    to: Date,
    works: W,
}

impl<W: Fn(&Date) -> bool> Working<W> {
    fn days(&self) -> impl Iterator<Item = Date> {
        self.from.series(1.day()).take_while(|day| *day <= self.to).filter(&self.works)
    }

    fn count(&self) -> u16 {
        u16::try_from(self.days().count()).unwrap_or(u16::MAX)
    }

    fn last_up_to(&self, day: Date) -> Option<Date> {
        day.min(self.to).series((-1).day()).take_while(|day| *day >= self.from).find(&self.works)
    }

    /// The last one not after `wanted`, else the first.
    fn at_or_before(&self, wanted: Date) -> Option<Date> {
        self.last_up_to(wanted).or_else(|| self.days().next())
    }
}

/// Whether `day` lies in a part of the year, which may run over the new year.
fn is_between(from: MonthDay, to: MonthDay, day: Date) -> bool {
    let at = (day.month(), day.day());
    if from <= to { from <= at && at <= to } else { at >= from || at <= to }
}

/// The whole period of recurrence around `day`.
fn span_of(every: Every, day: Date, calendar: &Calendar) -> (Date, Date) {
    let n = i32::from(every.n.max(1));
    match every.unit {
        Interval::Day | Interval::SchoolDay => (day, day),
        Interval::Week => {
            // Blocks of n weeks are counted from the Monday of the term's first week, or of 5 January 1970.
            let anchor = calendar.term_on(day).map_or(Date::constant(1970, 1, 5), |term| {
                term.from.saturating_sub(i32::from(term.from.weekday().to_monday_zero_offset()).days())
            });
            let weeks = (day - anchor).get_days().div_euclid(7 * n);
            let from = anchor.saturating_add((weeks * 7 * n).days());
            (from, from.saturating_add((7 * n - 1).days()))
        }
        Interval::HalfMonth if day.day() <= 15 => {
            (day.first_of_month(), day.first_of_month().saturating_add(14.days()))
        }
        Interval::HalfMonth => (day.first_of_month().saturating_add(15.days()), day.last_of_month()),
        Interval::Month => months(day, n),
        Interval::Quarter => months(day, 3 * n),
        Interval::Year => months(day, 12),
        Interval::Term => calendar.term_on(day).map_or((day, day), |term| (term.from, term.to)),
        Interval::SchoolYear => {
            let year = if day.month() >= 9 { day.year() } else { day.year() - 1 };
            let start = Date::new(year, 9, 1).unwrap_or(day);
            (start, Date::new(year + 1, 8, 31).unwrap_or(day))
        }
    }
}

/// The block of `n` months of the calendar year (1, 2, 3, 4, 6 or 12) that holds `day`.
fn months(day: Date, n: i32) -> (Date, Date) {
    let n = n.clamp(1, 12);
    let first = (i32::from(day.month()) - 1) / n * n + 1;
    let from = Date::new(day.year(), i8::try_from(first).unwrap_or(1), 1).unwrap_or(day);
    let last = from.saturating_add((n - 1).months()).last_of_month();
    (from, last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Term;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn calendar() -> Calendar {
        let mut calendar = Calendar::statutory();
        calendar.set_term(Term {
            id: "2026-T1".into(),
            title: String::new(),
            from: date(2026, 9, 1),
            to: date(2027, 1, 22),
        });
        calendar
    }

    fn due(n: u16, unit: Interval, times: u16) -> Due {
        Due { every: Every { n, unit }, times, on: None, by: None }
    }

    fn rhythm(base: Due) -> Rhythm {
        Rhythm { planned: vec![], due: base, seasons: vec![], in_term: true, months: vec![] }
    }

    /// 紫外线消毒每周3次, 秋季每日.
    fn ultraviolet() -> Rhythm {
        Rhythm {
            seasons: vec![Season {
                title: Title { zh: "秋季每日".into(), en: None },
                from: (9, 1),
                to: (11, 30),
                due: due(1, Interval::SchoolDay, 1),
            }],
            ..rhythm(due(1, Interval::Week, 3))
        }
    }

    #[test]
    fn three_a_week_becomes_daily_in_its_season() {
        let autumn = ultraviolet().windows(date(2026, 11, 23), date(2026, 11, 29), &calendar());
        assert_eq!(autumn.len(), 5);
        assert!(
            autumn
                .iter()
                .all(|w| w.times == 1 && w.season.as_ref().is_some_and(|title| title.zh == "秋季每日"))
        );
        let winter = ultraviolet().windows(date(2026, 12, 7), date(2026, 12, 13), &calendar());
        assert_eq!(winter.iter().map(|w| (w.from, w.times)).collect::<Vec<_>>(), [(date(2026, 12, 7), 3)]);
    }

    #[test]
    fn a_week_cut_by_a_season_owes_no_more_than_its_days() {
        // 30 November 2026 is a Monday and still autumn; four school days of winter follow in that week.
        let cut = ultraviolet().windows(date(2026, 11, 30), date(2026, 12, 6), &calendar());
        assert_eq!(
            cut.iter().map(|w| (w.from, w.times)).collect::<Vec<_>>(),
            [(date(2026, 11, 30), 1), (date(2026, 12, 1), 3)]
        );
    }

    #[test]
    fn holidays_and_make_up_days_move_what_is_owed() {
        let daily = rhythm(due(1, Interval::SchoolDay, 1));
        assert!(daily.window_on(date(2026, 10, 1), &calendar()).is_none());
        assert!(daily.window_on(date(2026, 10, 10), &calendar()).is_some());
        let weekly = rhythm(due(1, Interval::Week, 1));
        let week = weekly.window_on(date(2026, 10, 9), &calendar()).unwrap();
        // Friday is a working day, but so is the make-up Saturday after it.
        assert_eq!(week.due_at.date(), date(2026, 10, 10));
    }

    #[test]
    fn the_last_day_of_a_month_is_its_last_school_day() {
        let monthly = rhythm(Due { on: Some(OnDay::Last), ..due(1, Interval::Month, 1) });
        let window = monthly.window_on(date(2026, 10, 12), &calendar()).unwrap();
        assert_eq!(window.due_at.date(), date(2026, 10, 30));
    }

    #[test]
    fn two_weeks_are_counted_from_the_start_of_term() {
        let laundry = rhythm(due(2, Interval::Week, 1));
        let windows = laundry.windows(date(2026, 9, 1), date(2026, 9, 30), &calendar());
        assert_eq!(
            windows.iter().map(|w| w.from).collect::<Vec<_>>(),
            [date(2026, 9, 1), date(2026, 9, 14), date(2026, 9, 28)],
            "weeks begin on Monday, what is owed in terms with the term"
        );
    }

    fn planned(due: Due, from: Date, to: Date) -> PlannedRule {
        PlannedRule {
            plan: "计划".into(),
            line: PlanItemId(1),
            from,
            to,
            season: None,
            due,
            most_a_day: None,
        }
    }

    fn told(rhythm: &Rhythm, from: Date, to: Date) -> Vec<(Date, Date, u16, bool)> {
        let windows = rhythm.windows(from, to, &calendar());
        windows.iter().map(|w| (w.from, w.to, w.times, w.by_plan.is_some())).collect()
    }

    #[test]
    fn a_plan_leaves_the_days_before_it_alone() {
        // Once a week by the pack; daily, three times, from Wednesday 2 December on.
        let daily = planned(due(1, Interval::SchoolDay, 3), date(2026, 12, 2), date(2026, 12, 31));
        let rhythm = Rhythm { planned: vec![daily], ..rhythm(due(1, Interval::Week, 1)) };
        let day = |day| (date(2026, 12, day), date(2026, 12, day), 3, true);
        assert_eq!(
            told(&rhythm, date(2026, 11, 23), date(2026, 12, 6)),
            [(date(2026, 11, 23), date(2026, 11, 29), 1, false), day(2), day(3), day(4)]
        );
    }

    #[test]
    fn a_week_in_whose_midst_a_plan_begins_is_the_plans() {
        let thrice = planned(due(1, Interval::Week, 3), date(2026, 12, 3), date(2027, 1, 22));
        let rhythm = Rhythm { planned: vec![thrice], ..rhythm(due(1, Interval::Week, 1)) };
        let week = (date(2026, 11, 30), date(2026, 12, 6), 2, true);
        let windows = told(&rhythm, date(2026, 11, 23), date(2026, 12, 13));
        assert_eq!(
            windows,
            [
                (date(2026, 11, 23), date(2026, 11, 29), 1, false),
                week,
                (date(2026, 12, 7), date(2026, 12, 13), 3, true)
            ]
        );
        let found = rhythm.window_on(date(2026, 11, 30), &calendar()).unwrap();
        assert_eq!((found.from, found.to, found.times), (week.0, week.1, 2));
        // The last week of term stays the plan's, for no school day is left after it.
        let last = told(&rhythm, date(2027, 1, 18), date(2027, 1, 24));
        assert_eq!(last, [(date(2027, 1, 18), date(2027, 1, 22), 3, true)]);
    }

    #[test]
    fn a_plan_that_asks_for_the_same_moves_nothing() {
        let monday = Due { on: Some(OnDay::Weekday(1)), ..due(1, Interval::Week, 1) };
        let same = planned(monday, date(2026, 12, 1), date(2027, 1, 22));
        let rhythm = Rhythm { planned: vec![same], ..rhythm(monday) };
        assert_eq!(
            told(&rhythm, date(2026, 11, 30), date(2026, 12, 6)),
            [(date(2026, 11, 30), date(2026, 12, 6), 1, true)]
        );
        let window = rhythm.window_on(date(2026, 12, 1), &calendar()).unwrap();
        assert_eq!(window.due_at.date(), date(2026, 11, 30), "what was due on Monday is late on Tuesday");
    }

    #[test]
    fn a_plan_asks_for_no_more_than_the_register_takes() {
        let twice = |every| PlannedRule {
            most_a_day: Some(1),
            ..planned(due(1, every, 2), date(2026, 9, 1), date(2027, 1, 22))
        };
        let times = |every, pack| {
            let rhythm = Rhythm { planned: vec![twice(every)], ..rhythm(pack) };
            rhythm.window_on(date(2026, 12, 1), &calendar()).unwrap().times
        };
        assert_eq!(times(Interval::SchoolDay, due(1, Interval::SchoolDay, 1)), 1);
        assert_eq!(times(Interval::Week, due(1, Interval::Week, 1)), 2);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn windows_do_not_overlap_and_are_found_from_each_of_their_days(start in 0i32..400, length in 0i32..90, unit in 0usize..9,
            planned_unit in 0usize..9, begin in 0i32..500, last in 0i32..120) {
            let units = [Interval::Day, Interval::SchoolDay, Interval::Week, Interval::HalfMonth, Interval::Month,
                Interval::Quarter, Interval::Term, Interval::SchoolYear, Interval::Year];
            let from = date(2026, 1, 1).saturating_add(start.days());
            let to = from.saturating_add(length.days());
            let begin = date(2026, 1, 1).saturating_add(begin.days());
            let plan = planned(due(1, units[planned_unit], 3), begin, begin.saturating_add(last.days()));
            let rhythm = Rhythm { planned: vec![plan], due: due(1, units[unit], 2), ..ultraviolet() };
            let windows = rhythm.windows(from, to, &calendar());
            for pair in windows.windows(2) {
                prop_assert!(pair[0].to < pair[1].from);
            }
            for window in &windows {
                let due_day = window.due_at.date();
                prop_assert!(window.from <= due_day && due_day <= window.to);
                let found = rhythm.window_on(window.to, &calendar());
                prop_assert_eq!(found.as_ref(), Some(window));
            }
        }
    }
}
