//! 麻腮风: how many doses of which component a birth year needs.

use super::{Counted, Next, Slot, Subject};
use crate::immunization::day::Day;
use crate::immunization::product::Components;
use crate::immunization::schedule::{Edition, Track};

/// 2019-10-01: children born from here need two doses of MMR.
const TWO_MMR_FROM: Day = Day(18_170);
/// 2007-01-01: the year in which the programme was extended to mumps and rubella.
const EXTENDED_FROM: Day = Day(13_514);
/// Catch-up ends at 18 years.
const ENDS_MONTHS: u32 = 216;

/// Two doses of MMR or, for earlier births, two with measles, one with rubella and one with mumps (only measles for
/// those born before the programme was extended), filled up with MMR.
pub(super) fn next(on: Day, rules: (&Subject, &Edition), counted: &Counted) -> Next {
    let (subject, _) = rules;
    let two_mmr = subject.birth_day >= TWO_MMR_FROM;
    let needs = if two_mmr {
        if counted.len() < 2 { Components::MMR } else { Components::NONE }
    } else {
        lacking(counted, subject.birth_day >= EXTENDED_FROM)
    };
    if needs == Components::NONE {
        return Next::Complete;
    }
    let ends = subject.aged(ENDS_MONTHS);
    if on >= ends {
        return Next::TooOld;
    }
    // A third dose, for a component that the first two lacked, follows the second as the second the first.
    let index = counted.len().min(1);
    let slot = Slot::of_track(rules, Track::Mmr, index, counted, needs);
    slot.map_or(Next::NotMeant, |slot| {
        Next::Dose(Slot { dose_no: counted.len() as u8 + 1, any_serves: !two_mmr, ..slot.until(ends) })
    })
}

/// The components of which an earlier birth year has not had enough.
fn lacking(counted: &Counted, extended: bool) -> Components {
    let lacks = |component, wanted, meant: bool| {
        if meant && counted.with(component) < wanted { component } else { Components::NONE }
    };
    lacks(Components::MEASLES, 2, true).or(lacks(Components::MUMPS, 1, extended)).or(lacks(
        Components::RUBELLA,
        1,
        extended,
    ))
}
