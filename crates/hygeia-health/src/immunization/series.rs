//! Series 系列: the doses against one disease, whatever products make them up, and which one comes next.
//!
//! [`next`] is the one place where the schedule and its catch-up rules are applied: doses given are judged
//! against it, doses to come are planned with it, so that the two cannot disagree. Catch-up rules are those of the
//! 2021 text unless a line says otherwise; an interrupted series is never restarted.

mod dtp;
mod mmr;

use serde::Serialize;

use super::day::{Civil, Day};
use super::product::{Components, Product, ProductKind};
use super::schedule::{Edition, ScheduledDose, Track};
use crate::growth::Sex;

/// Days between two injectable live vaccines that are not given on the same day.
pub(super) const LIVE_INTERVAL_DAYS: i32 = 28;

/// The diseases of the programme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Series {
    /// 麻腮风. First, because it goes first when not everything can be given at once.
    Mmr,
    /// 乙肝.
    HepB,
    /// 结核 (卡介苗).
    Bcg,
    /// 脊灰.
    Polio,
    /// 百白破、白破.
    Dtp,
    /// 流脑.
    Meningococcal,
    /// 乙脑.
    Je,
    /// 甲肝.
    HepA,
    /// 人乳头瘤病毒.
    Hpv,
}

impl Series {
    /// All series, in the order in which they go when not everything can be given at once.
    pub const ALL: [Self; 9] = [
        Self::Mmr,
        Self::HepB,
        Self::Bcg,
        Self::Polio,
        Self::Dtp,
        Self::Meningococcal,
        Self::Je,
        Self::HepA,
        Self::Hpv,
    ];

    /// What it protects against, Chinese.
    #[must_use]
    pub fn zh(self) -> &'static str {
        match self {
            Self::Mmr => "麻腮风",
            Self::HepB => "乙肝",
            Self::Bcg => "结核",
            Self::Polio => "脊灰",
            Self::Dtp => "百白破",
            Self::Meningococcal => "流脑",
            Self::Je => "乙脑",
            Self::HepA => "甲肝",
            Self::Hpv => "HPV",
        }
    }

    /// Products with any of these take part in the series.
    pub(super) fn components(self) -> Components {
        match self {
            Self::Mmr => Components::MMR,
            Self::HepB => Components::HEPB,
            Self::Bcg => Components::BCG,
            Self::Polio => Components::POLIO,
            Self::Dtp => Components::D,
            Self::Meningococcal => Components::MEN_A,
            Self::Je => Components::JE_LIVE.or(Components::JE_INACTIVATED),
            Self::HepA => Components::HEPA_LIVE.or(Components::HEPA_INACTIVATED),
            Self::Hpv => Components::HPV,
        }
    }
}

/// The child, as far as the rules ask.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subject {
    pub(super) birth: Civil,
    pub(super) birth_day: Day,
    pub(super) sex: Option<Sex>,
    pub(super) inactivated_only: bool,
}

impl Subject {
    pub(super) fn aged(&self, months: u32) -> Day {
        self.birth.plus_months(i32::try_from(months).unwrap_or(i32::MAX / 24))
    }
}

/// More counted doses than any series has.
const MOST_COUNTED: usize = 8;

/// The doses of a series that count, in order.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counted {
    length: usize,
    days: [Day; MOST_COUNTED],
    components: [Components; MOST_COUNTED],
}

impl Counted {
    pub(super) const NONE: Self =
        Self { length: 0, days: [Day(0); MOST_COUNTED], components: [Components::NONE; MOST_COUNTED] };

    pub(super) fn len(&self) -> usize {
        self.length
    }

    pub(super) fn push(&mut self, day: Day, components: Components) {
        if let (Some(slot), Some(what)) =
            (self.days.get_mut(self.length), self.components.get_mut(self.length))
        {
            (*slot, *what) = (day, components);
            self.length += 1;
        }
    }

    fn last(&self) -> Option<Day> {
        self.days.get(self.length.checked_sub(1)?).copied()
    }

    fn with(&self, needed: Components) -> usize {
        self.components.iter().take(self.length).filter(|one| one.includes(needed)).count()
    }

    fn first_has(&self, needed: Components) -> bool {
        self.length > 0 && self.components[0].includes(needed)
    }
}

/// What the rules say a series needs on a day.
#[derive(Clone, Copy, Debug)]
pub(super) enum Next {
    /// This dose.
    Dose(Slot),
    /// Nothing more.
    Complete,
    /// Nothing any more at this age.
    TooOld,
    /// Not meant for this child, or not in the edition.
    NotMeant,
}

/// A dose that a series needs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    pub(super) product: Product,
    pub(super) dose_no: u8,
    /// What a product must contain to serve.
    pub(super) needs: Components,
    /// Whether one of the components is enough.
    pub(super) any_serves: bool,
    pub(super) age_reached: Day,
    pub(super) interval_over: Option<Day>,
    /// First day on which the dose is late, if a completion age is printed.
    pub(super) complete_before: Option<Day>,
    /// First day on which another rule applies.
    pub(super) rule_ends: Option<Day>,
    /// Products outside the programme serve at the ages and intervals of their own label.
    pub(super) label_serves: bool,
}

impl Slot {
    pub(super) fn earliest(&self) -> Day {
        self.interval_over.map_or(self.age_reached, |day| day.max(self.age_reached))
    }

    /// A dose as printed in the table.
    fn printed(subject: &Subject, dose: &ScheduledDose, counted: &Counted, needs: Components) -> Self {
        let interval_over = dose.min_interval.zip(counted.last()).map(|(span, last)| span.after(last));
        let latest = dose.max_interval.zip(counted.last()).map(|(span, last)| span.after(last).plus_days(1));
        let complete_before = dose.complete_before.map(|span| span.after(subject.birth_day));
        Self {
            product: dose.product,
            dose_no: dose.dose_no,
            needs,
            any_serves: false,
            age_reached: subject.aged(dose.min_age_months),
            interval_over,
            complete_before: complete_before.into_iter().chain(latest).min(),
            rule_ends: None,
            label_serves: true,
        }
    }

    /// The dose at a place in a track, `None` past its end.
    fn of_track(
        (subject, edition): (&Subject, &Edition),
        track: Track,
        index: usize,
        counted: &Counted,
        needs: Components,
    ) -> Option<Self> {
        let dose = edition.dose(track, index)?;
        let slot = Self::printed(subject, dose, counted, needs);
        let complete_before = slot
            .complete_before
            .or_else(|| edition.complete_before(track, index).map(|span| span.after(subject.birth_day)));
        Some(Self { complete_before, ..slot })
    }

    fn until(self, day: Day) -> Self {
        let rule_ends = Some(self.rule_ends.map_or(day, |ends| ends.min(day)));
        Self { rule_ends, ..self }
    }
}

fn dose_or_complete(slot: Option<Slot>) -> Next {
    slot.map_or(Next::Complete, Next::Dose)
}

/// What `series` needs on a day, after the doses counted so far.
pub(super) fn next(series: Series, on: Day, subject: &Subject, edition: &Edition, counted: &Counted) -> Next {
    let rules = (subject, edition);
    let simple = |track, needs| Slot::of_track(rules, track, counted.len(), counted, needs);
    match series {
        Series::Mmr => mmr::next(on, rules, counted),
        Series::HepB => dose_or_complete(simple(Track::HepB, Components::HEPB)),
        Series::Bcg => bcg(on, subject, simple(Track::Bcg, Components::BCG)),
        Series::Polio => polio(rules, counted),
        Series::Dtp => dtp::next(on, rules, counted),
        Series::Meningococcal => meningococcal(on, rules, counted),
        Series::Je => japanese_encephalitis(rules, counted),
        Series::HepA => hepatitis_a(rules, counted),
        Series::Hpv => hpv(on, rules, counted),
    }
}

/// Under 3 months as planned, under 4 years after a negative skin test, never from 4 years.
fn bcg(on: Day, subject: &Subject, slot: Option<Slot>) -> Next {
    let four_years = subject.aged(48);
    match slot {
        Some(_) if on >= four_years => Next::TooOld,
        slot => dose_or_complete(slot.map(|slot| slot.until(four_years))),
    }
}

/// Doses of any polio vaccine count, campaign doses included. IPV comes before bOPV: it is advised until two doses
/// with all three types were given, and throughout for the immunodeficient. Four doses of IPV need no fifth at 4 years.
fn polio((subject, edition): (&Subject, &Edition), counted: &Counted) -> Next {
    let needs = if subject.inactivated_only { Components::IPV } else { Components::POLIO };
    let all_ipv = counted.with(Components::IPV) == counted.len();
    let slot = Slot::of_track((subject, edition), Track::Polio, counted.len(), counted, needs).map(|slot| {
        let wants_ipv = subject.inactivated_only || counted.with(Components::TRIVALENT) < 2;
        let ipv = edition.dose(Track::Polio, 0).filter(|_| wants_ipv).map(|dose| dose.product);
        let product = ipv.unwrap_or(slot.product);
        Slot { product, label_serves: counted.len() < 3 || all_ipv, ..slot }
    });
    dose_or_complete(slot)
}

/// MPSV-A under 24 months, then only MPSV-AC: early when fewer than two doses of MPSV-A were given.
fn meningococcal(on: Day, (subject, edition): (&Subject, &Edition), counted: &Counted) -> Next {
    let rules = (subject, edition);
    let two_years = subject.aged(24);
    let ac_given = counted.days.iter().take(counted.len()).filter(|day| **day >= two_years).count();
    let a_given = counted.len() - ac_given;
    if on < two_years {
        let slot = Slot::of_track(rules, Track::MenA, a_given, counted, Components::INFANT_MEN_A);
        if let Some(slot) = slot {
            return Next::Dose(slot.until(two_years));
        }
    }
    let slot = Slot::of_track(rules, Track::MenAc, ac_given, counted, Components::MEN_AC);
    dose_or_complete(slot.map(|slot| {
        // Doses at 3 and 6 years only, whatever the label of another product allows.
        let slot = Slot { label_serves: false, ..slot };
        match (ac_given, a_given) {
            (0, 0) => Slot { age_reached: two_years, interval_over: None, ..slot },
            (0, 1) => {
                let interval_over = counted.last().map(|last| last.plus_months(3));
                Slot { age_reached: two_years, interval_over, ..slot }
            }
            _ => slot,
        }
    }))
}

/// The first dose that counts chooses between the live and the inactivated series; they are not mixed.
fn japanese_encephalitis((subject, edition): (&Subject, &Edition), counted: &Counted) -> Next {
    let inactivated =
        counted.first_has(Components::JE_INACTIVATED) || counted.len() == 0 && subject.inactivated_only;
    let (track, needs) = if inactivated {
        (Track::JeInactivated, Components::JE_INACTIVATED)
    } else {
        (Track::JeLive, Components::JE_LIVE)
    };
    dose_or_complete(Slot::of_track((subject, edition), track, counted.len(), counted, needs))
}

/// One live dose, or two inactivated; a live dose 6 months after the first inactivated one completes as well.
fn hepatitis_a((subject, edition): (&Subject, &Edition), counted: &Counted) -> Next {
    let rules = (subject, edition);
    if counted.with(Components::HEPA_LIVE) > 0 || counted.len() >= 2 {
        return Next::Complete;
    }
    let inactivated = counted.len() == 1 || subject.inactivated_only;
    let (track, needs) = if inactivated {
        (Track::HepAInactivated, Components::HEPA_INACTIVATED)
    } else {
        (Track::HepALive, Components::HEPA_LIVE)
    };
    dose_or_complete(Slot::of_track(rules, track, counted.len(), counted, needs))
}

/// Girls born from 2011-11-10, before their 18th birthday.
fn hpv(on: Day, (subject, edition): (&Subject, &Edition), counted: &Counted) -> Next {
    /// 2011-11-10.
    const FIRST_BIRTH: Day = Day(15_288);
    let girl = subject.sex == Some(Sex::Female);
    if !girl || subject.birth_day < FIRST_BIRTH || edition.dose(Track::Hpv, 0).is_none() {
        return Next::NotMeant;
    }
    let eighteen = subject.aged(216);
    match Slot::of_track((subject, edition), Track::Hpv, counted.len(), counted, Components::HPV) {
        Some(_) if on >= eighteen => Next::TooOld,
        slot => dose_or_complete(slot.map(|slot| slot.until(eighteen))),
    }
}

impl Slot {
    /// Whether a product serves for this dose.
    ///
    /// The default series can be begun with its alternative, live or inactivated, and either completes hepatitis A.
    pub(super) fn served_by(&self, series: Series, counted: &Counted, product: Product) -> bool {
        let offered = product.components();
        if offered.includes(self.needs) || self.any_serves && offered.touches(self.needs) {
            return true;
        }
        match series {
            Series::Je => counted.len() == 0 && offered.touches(Series::Je.components()),
            Series::HepA => offered.touches(Series::HepA.components()),
            _ => false,
        }
    }

    /// Whether age and interval are the label's affair: products outside the programme, and the fourth of four doses of
    /// IPV, which stands for bOPV at 4 years.
    pub(super) fn waives(&self, series: Series, product: Product) -> bool {
        let other = product.kind() == ProductKind::OwnLabel;
        let ipv = product.components().includes(Components::IPV);
        let by_label = match series {
            Series::Polio => ipv && (other || self.dose_no == 4),
            _ => other,
        };
        self.label_serves && by_label
    }
}
