//! Judging doses: each counts as a numbered dose of its series, or there is a reason why not.
//!
//! 国家免疫规划疫苗儿童免疫程序及说明 (2021, 2026).

use jiff::civil::Date;
use serde::Serialize;

use super::day::Day;
use super::product::ProductKind;
use super::schedule::{Edition, Track};
use super::series::{self, Counted, LIVE_INTERVAL_DAYS, Next, Series, Slot, Subject};
use super::{GivenDose, Product};

/// Months between immunoglobulin and an injectable live vaccine other than BCG (2021 text).
const GLOBULIN_LIVE_MONTHS: i32 = 3;
/// Months between immunoglobulin and inactivated encephalitis vaccine (2021 text).
const GLOBULIN_JE_INACTIVATED_MONTHS: i32 = 1;

/// Why a dose does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Reason {
    /// 日期早于出生.
    BeforeBirth,
    /// 同日重复记录.
    Duplicate,
    /// 未到起始月龄.
    TooYoung {
        /// First day on which it would have counted for age.
        from: Date,
    },
    /// 与上一剂间隔不足.
    TooSoon {
        /// First day on which the interval was over.
        from: Date,
    },
    /// 与其他注射减毒活疫苗间隔不足28天.
    LiveInterval {
        /// First day on which the interval was over.
        from: Date,
    },
    /// 免疫球蛋白后间隔不足.
    AfterGlobulin {
        /// First day on which the interval was over.
        from: Date,
    },
    /// 疫苗不符, the product does not serve for the dose that was next.
    WrongProduct {
        /// What the schedule gives.
        expected: Product,
    },
    /// 超过适用年龄.
    TooOld,
}

impl Reason {
    /// The reason as a sentence, Chinese.
    #[must_use]
    pub fn zh(&self) -> String {
        match self {
            Self::BeforeBirth => "接种日期早于出生日期".to_owned(),
            Self::Duplicate => "同一疫苗同日重复记录".to_owned(),
            Self::TooYoung { from } => format!("未到起始月龄，{from} 起接种才有效"),
            Self::TooSoon { from } => format!("与上一剂间隔不足，{from} 起接种才有效"),
            Self::LiveInterval { from } => format!("与其他注射减毒活疫苗间隔不足28天，{from} 起接种才有效"),
            Self::AfterGlobulin { from } => format!("注射免疫球蛋白后间隔不足，{from} 起接种才有效"),
            Self::WrongProduct { expected } => format!("疫苗不符，本剂应为{}", expected.zh()),
            Self::TooOld => "超过适用年龄，不计入".to_owned(),
        }
    }
}

/// What a dose is worth for a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    /// 有效.
    Counts {
        /// For which disease.
        series: Series,
        /// As which dose of the vaccine the schedule names.
        dose_no: u8,
        /// The vaccine the schedule names.
        serves_as: Product,
    },
    /// 无效.
    Invalid {
        /// For which disease, unless it holds whatever the disease.
        series: Option<Series>,
        /// Why.
        why: Reason,
    },
    /// 程序外多余剂次: the series was complete, or does not concern this child.
    Extra {
        /// For which disease.
        series: Series,
    },
    /// 非免疫规划疫苗, in no series.
    OutsideProgramme,
}

impl Verdict {
    /// Whether the dose counts.
    #[must_use]
    pub fn counts(&self) -> bool {
        matches!(self, Self::Counts { .. })
    }

    /// The verdict as words, Chinese.
    #[must_use]
    pub fn zh(&self) -> String {
        match self {
            Self::Counts { dose_no, serves_as, .. } => format!("有效，计为{}第{dose_no}剂", serves_as.zh()),
            Self::Invalid { why, .. } => format!("无效：{}", why.zh()),
            Self::Extra { series } => format!("{}免疫程序以外的剂次", series.zh()),
            Self::OutsideProgramme => "非免疫规划疫苗".to_owned(),
        }
    }
}

/// A dose with its worth. A combined vaccine has one line for each series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct JudgedDose {
    /// The dose.
    pub dose: GivenDose,
    /// What it is worth.
    #[serde(flatten)]
    pub verdict: Verdict,
}

/// What has been given and counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standing {
    counted: [Counted; Series::ALL.len()],
    /// Last injectable live vaccine of each series, and of those in no series.
    live: [Option<Day>; Series::ALL.len() + 1],
    globulin: Option<Day>,
}

impl Standing {
    pub(super) const EMPTY: Self = Self {
        counted: [Counted::NONE; Series::ALL.len()],
        live: [None; Series::ALL.len() + 1],
        globulin: None,
    };

    pub(super) fn of(&self, series: Series) -> &Counted {
        &self.counted[series as usize]
    }

    /// Notes a dose that counts.
    pub(super) fn count(&mut self, series: Series, day: Day, product: Product) {
        self.counted[series as usize].push(day, product.components());
        self.note_live(Some(series), day, product);
    }

    /// Notes that a product was injected, whether it counts or not.
    fn note_live(&mut self, series: Option<Series>, day: Day, product: Product) {
        if product.is_live_injectable() {
            self.live[series.map_or(Series::ALL.len(), |series| series as usize)] = Some(day);
        }
    }

    /// First day on which a live vaccine of the series keeps its distance from those of others, seen from `on`.
    pub(super) fn live_from(&self, series: Series, on: Day, product: Product) -> Option<Day> {
        if !product.is_live_injectable() {
            return None;
        }
        let others = self.live.iter().enumerate().filter(|(other, _)| *other != series as usize);
        others
            .filter_map(|(_, day)| *day)
            .filter(|day| *day < on && on < day.plus_days(LIVE_INTERVAL_DAYS))
            .map(|day| day.plus_days(LIVE_INTERVAL_DAYS))
            .max()
    }

    /// First day after immunoglobulin on which the product may be given.
    pub(super) fn globulin_from(&self, series: Series, product: Product) -> Option<Day> {
        let months = match series {
            Series::Bcg => return None,
            _ if product.is_live_injectable() => GLOBULIN_LIVE_MONTHS,
            Series::Je => GLOBULIN_JE_INACTIVATED_MONTHS,
            _ => return None,
        };
        self.globulin.map(|day| day.plus_months(months))
    }

    /// First day, from `from`, on which nothing given earlier stands in the way of the product.
    pub(super) fn clear_from(&self, series: Series, from: Day, product: Product) -> Day {
        let mut day = from.max(self.globulin_from(series, product).unwrap_or(from));
        // Each step passes one of the live doses noted, so it ends.
        while let Some(later) = self.live_from(series, day, product) {
            day = later;
        }
        day
    }
}

/// Judges the doses given up to a day, in any order, telling `tell` of each; later ones are left out.
pub(super) fn judge(
    subject: &Subject,
    history: &[GivenDose],
    as_of: Day,
    mut tell: impl FnMut(JudgedDose),
) -> Standing {
    let mut standing = Standing::EMPTY;
    let sorted;
    let history = if history.is_sorted() {
        history
    } else {
        let mut doses = history.to_vec();
        doses.sort_unstable();
        sorted = doses;
        &sorted
    };
    let mut before = None;
    for dose in history {
        let day = Day::from(dose.date);
        if day > as_of {
            break;
        }
        let mut say = |verdict| tell(JudgedDose { dose: *dose, verdict });
        if before == Some(dose) {
            say(Verdict::Invalid { series: None, why: Reason::Duplicate });
        } else if day < subject.birth_day {
            say(Verdict::Invalid { series: None, why: Reason::BeforeBirth });
        } else {
            judge_dose(subject, day, dose.product, &mut standing, say);
        }
        before = Some(dose);
    }
    standing
}

fn judge_dose(
    subject: &Subject,
    day: Day,
    product: Product,
    standing: &mut Standing,
    mut say: impl FnMut(Verdict),
) {
    if product.kind() == ProductKind::Globulin {
        standing.globulin = Some(day);
        return say(Verdict::OutsideProgramme);
    }
    let components = product.components();
    let mut in_a_series = false;
    for series in Series::ALL.into_iter().filter(|series| components.touches(series.components())) {
        in_a_series = true;
        let verdict = judge_in_series(subject, day, product, standing, series);
        if verdict.counts() {
            standing.count(series, day, product);
        } else {
            standing.note_live(Some(series), day, product);
        }
        say(verdict);
    }
    if !in_a_series {
        standing.note_live(None, day, product);
        say(Verdict::OutsideProgramme);
    }
}

fn judge_in_series(
    subject: &Subject,
    day: Day,
    product: Product,
    standing: &Standing,
    series: Series,
) -> Verdict {
    let edition = match series {
        Series::Hpv => Edition::on_day_with(day, Track::Hpv),
        _ => Edition::on_day(day),
    };
    let invalid = |why| Verdict::Invalid { series: Some(series), why };
    let slot = match series::next(series, day, subject, edition, standing.of(series)) {
        Next::Dose(slot) => slot,
        Next::TooOld => return invalid(Reason::TooOld),
        Next::Complete | Next::NotMeant => return Verdict::Extra { series },
    };
    match reason_against(&slot, series, day, product, standing) {
        Some(why) => invalid(why),
        None => Verdict::Counts { series, dose_no: slot.dose_no, serves_as: slot.product },
    }
}

fn reason_against(
    slot: &Slot,
    series: Series,
    day: Day,
    product: Product,
    standing: &Standing,
) -> Option<Reason> {
    if !slot.served_by(series, standing.of(series), product) {
        return Some(Reason::WrongProduct { expected: slot.product });
    }
    if slot.waives(series, product) {
        return None;
    }
    if day < slot.age_reached {
        return Some(Reason::TooYoung { from: slot.age_reached.date() });
    }
    if let Some(from) = slot.interval_over.filter(|from| day < *from) {
        return Some(Reason::TooSoon { from: from.date() });
    }
    if let Some(from) = standing.live_from(series, day, product) {
        return Some(Reason::LiveInterval { from: from.date() });
    }
    let from = standing.globulin_from(series, product).filter(|from| day < *from)?;
    Some(Reason::AfterGlobulin { from: from.date() })
}
