//! What a person should know about a line of a plan before it is confirmed.

use super::OtherAim;
use crate::duty::most_a_day;
use crate::work::Work;
use hygeia_pack::model::{Expects, Interval, PackSet};
use hygeia_store::{Plan, PlanItem};
use jiff::civil::Date;

/// Something about a line that cannot be as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caution {
    /// The register of its duty takes fewer entries a day than the line asks for; these are what is expected.
    MostADay {
        /// Name of the register, Chinese and English.
        register: (String, String),
        /// Entries a day.
        most: u16,
        /// Of each person, not of the unit (or each of its objects).
        per_person: bool,
    },
    /// A day that no calendar has, as written: 6月31日.
    NoSuchDay(String),
    /// Its last day lies outside the days of the plan.
    OutsidePlan(Date),
    /// Another plan sets something else for its indicator.
    OtherAim(OtherAim),
}

impl Work {
    /// What to know about a line of a plan.
    pub fn plan_cautions(&self, plan: &Plan, item: &PlanItem) -> Vec<Caution> {
        let most = most(&self.packs(), item);
        let missing = (item.kind == "deadline" && item.due_to.is_none()).then(|| impossible_day(&item.quote));
        let outside = item.due_to.filter(|day| *day < plan.from || plan.to < *day);
        let missing = missing.flatten().map(Caution::NoSuchDay);
        let other = self.other_aim(plan, item).map(Caution::OtherAim);
        most.into_iter().chain(missing).chain(outside.map(Caution::OutsidePlan)).chain(other).collect()
    }

    /// The aim that another plan sets for the indicator of a line; a closed plan asks for nothing any more.
    fn other_aim(&self, plan: &Plan, item: &PlanItem) -> Option<OtherAim> {
        let packs = self.packs();
        let indicator = packs.indicators.get(item.indicator.as_ref()?)?;
        let live = self.live_plans();
        let other = live.aims().other(&self.directory(), indicator, plan, item);
        other.filter(|_| plan.status != "closed")
    }
}

fn most(packs: &PackSet, item: &PlanItem) -> Option<Caution> {
    let (duty, every) = (packs.duties.get(item.duty.as_ref()?)?, item.every?);
    let register = packs.registers.get(&duty.register)?;
    let most = most_a_day(duty, register)?;
    let days = match every.unit {
        Interval::Day | Interval::SchoolDay => 1,
        Interval::Week => every.n.saturating_mul(7),
        _ => return None,
    };
    (item.times? > most.saturating_mul(days)).then(|| Caution::MostADay {
        register: (register.title.text(false).to_owned(), register.title.text(true).to_owned()),
        most,
        per_person: matches!(duty.expects, Expects::EachEnrolled(_) | Expects::EachOpen { .. }),
    })
}

/// The first 月日 in the text that not even a leap year has.
fn impossible_day(text: &str) -> Option<String> {
    text.match_indices('月').find_map(|(at, _)| {
        let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).count();
        let before: String = text[..at].chars().rev().collect();
        let (month_digits, rest) = (digits(&before), &text[at + '月'.len_utf8()..]);
        let month = &text[at - month_digits..at];
        let day = &rest[..digits(rest)];
        if !rest[day.len()..].starts_with(['日', '号']) {
            return None;
        }
        let exists = Date::new(2024, month.parse().ok()?, day.parse().ok()?).is_ok();
        (!exists).then(|| format!("{month}月{day}日"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_no_calendar_has() {
        assert_eq!(impossible_day("6月31日前完成检查").as_deref(), Some("6月31日"));
        assert_eq!(impossible_day("2月29日至4月31日").as_deref(), Some("4月31日"));
        assert_eq!(impossible_day("6月底、12月30日前"), None);
    }
}
