//! Schedule editions 免疫程序版本: facts in data files, the edition chosen by date.

use std::sync::LazyLock;

use jiff::civil::Date;

use super::day::Day;
use super::product::Product;
use crate::growth::Sex;

/// A numbered sequence of doses printed under one name; polio vaccines share one numbering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Track {
    HepB,
    Bcg,
    Polio,
    Dtap,
    Dt,
    MenA,
    MenAc,
    Mmr,
    JeLive,
    JeInactivated,
    HepALive,
    HepAInactivated,
    Hpv,
}

const TRACK_NAMES: [&str; 13] = [
    "HepB", "BCG", "polio", "DTaP", "DT", "MPSV-A", "MPSV-AC", "MMR", "JE-L", "JE-I", "HepA-L", "HepA-I",
    "2vHPV",
];

/// A length of time as the schedule prints it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Span {
    Days(i32),
    Months(i32),
}

impl Span {
    pub(super) fn after(self, day: Day) -> Day {
        match self {
            Self::Days(days) => day.plus_days(days),
            Self::Months(months) => day.plus_months(months),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let (number, unit) = text.split_once(' ')?;
        let number = number.parse().ok()?;
        match unit {
            "d" => Some(Self::Days(number)),
            "mo" => Some(Self::Months(number)),
            _ => None,
        }
    }
}

/// One dose of an edition's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScheduledDose {
    /// The vaccine printed.
    pub product: Product,
    /// The number printed.
    pub dose_no: u8,
    /// Minimum and recommended age, completed calendar months.
    pub min_age_months: u32,
    pub(super) complete_before: Option<Span>,
    pub(super) min_interval: Option<Span>,
    pub(super) max_interval: Option<Span>,
    /// The only sex it is for; `None` is both.
    pub sex: Option<Sex>,
    /// Route 接种途径, Chinese.
    pub route: &'static str,
    /// Amount of one dose 剂量, as printed.
    pub amount: &'static str,
}

/// An edition of the national schedule.
#[derive(Debug)]
pub struct Edition {
    /// Short name: `nip-2021`, `dtap-2025`, `hpv-2025`, `nip-2026`.
    pub id: &'static str,
    /// Title, Chinese.
    pub title: &'static str,
    /// First day in force.
    pub in_force_from: Date,
    from: Day,
    tracks: [Vec<ScheduledDose>; TRACK_NAMES.len()],
}

impl Edition {
    /// All editions, oldest first.
    #[must_use]
    pub fn all() -> &'static [Self] {
        &EDITIONS
    }

    /// The edition in force on a day. Days before the oldest edition are judged by it: its predecessors are not shipped.
    ///
    /// ```
    /// use hygeia_health::immunization::Edition;
    /// use jiff::civil::date;
    /// assert_eq!(Edition::on(date(2024, 12, 31)).id, "nip-2021");
    /// assert_eq!(Edition::on(date(2025, 1, 1)).id, "dtap-2025");
    /// ```
    #[must_use]
    pub fn on(date: Date) -> &'static Self {
        Self::on_day(date.into())
    }

    pub(super) fn on_day(day: Day) -> &'static Self {
        let editions = &*EDITIONS;
        editions.iter().rev().find(|edition| edition.from <= day).unwrap_or(&editions[0])
    }

    /// The edition in force on a day, or the first later one that has the track.
    pub(super) fn on_day_with(day: Day, track: Track) -> &'static Self {
        let edition = Self::on_day(day);
        if !edition.tracks[track as usize].is_empty() {
            return edition;
        }
        Self::all().iter().find(|later| !later.tracks[track as usize].is_empty()).unwrap_or(edition)
    }

    /// The doses of its table.
    pub fn doses(&self) -> impl Iterator<Item = &ScheduledDose> {
        self.tracks.iter().flatten()
    }

    /// A dose by its place in the track, the first being 0.
    pub(super) fn dose(&self, track: Track, index: usize) -> Option<&ScheduledDose> {
        self.tracks[track as usize].get(index)
    }

    /// When a dose should be completed: its own printed age or, without one, that of the next dose that has one.
    pub(super) fn complete_before(&self, track: Track, index: usize) -> Option<Span> {
        self.tracks[track as usize].iter().skip(index).find_map(|dose| dose.complete_before)
    }
}

static EDITIONS: LazyLock<Vec<Edition>> =
    LazyLock::new(|| read_editions(include_str!("../../data/immunization/editions.csv")));

fn file(name: &str) -> &'static str {
    match name {
        "nip-2021.csv" => include_str!("../../data/immunization/nip-2021.csv"),
        "dtap-2025.csv" => include_str!("../../data/immunization/dtap-2025.csv"),
        "hpv-2025.csv" => include_str!("../../data/immunization/hpv-2025.csv"),
        _ => include_str!("../../data/immunization/nip-2026.csv"),
    }
}

fn lines(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines().filter(|line| !line.starts_with('#')).map(|line| line.split(',').collect())
}

fn read_editions(text: &'static str) -> Vec<Edition> {
    let mut editions: Vec<Edition> = Vec::new();
    for cells in lines(text) {
        let [id, from, name, base, drops, title] = cells[..] else { continue };
        let Ok(in_force_from) = from.parse::<Date>() else { continue };
        let mut tracks = read_tracks(file(name));
        if let Some(base) = editions.iter().find(|edition| edition.id == base) {
            for (index, (track, old)) in tracks.iter_mut().zip(&base.tracks).enumerate() {
                if track.is_empty() && TRACK_NAMES[index] != drops {
                    track.clone_from(old);
                }
            }
        }
        editions.push(Edition { id, title, in_force_from, from: in_force_from.into(), tracks });
    }
    editions
}

fn read_tracks(text: &'static str) -> [Vec<ScheduledDose>; TRACK_NAMES.len()] {
    let mut tracks: [Vec<ScheduledDose>; TRACK_NAMES.len()] = Default::default();
    for cells in lines(text) {
        let track = TRACK_NAMES.iter().position(|name| cells.first() == Some(name));
        if let (Some(track), Some(dose)) = (track, read_dose(&cells)) {
            tracks[track].push(dose);
        }
    }
    tracks
}

fn read_dose(cells: &[&'static str]) -> Option<ScheduledDose> {
    let [_, product, dose_no, age, complete, min, max, sex, route, amount] = *cells else { return None };
    Some(ScheduledDose {
        product: Product::parse(product)?,
        dose_no: dose_no.parse().ok()?,
        min_age_months: age.parse().ok()?,
        complete_before: Span::parse(complete),
        min_interval: Span::parse(min),
        max_interval: Span::parse(max),
        sex: Sex::parse(sex),
        route,
        amount,
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn every_line_of_every_edition_is_read() {
        let printed: Vec<usize> = Edition::all().iter().map(|edition| edition.doses().count()).collect();
        assert_eq!(printed, [28, 28, 30, 30]);
        for edition in Edition::all() {
            for track in &edition.tracks {
                assert!(track.iter().enumerate().all(|(index, dose)| usize::from(dose.dose_no) == index + 1));
                assert!(track.is_sorted_by_key(|dose| dose.min_age_months), "{}", edition.id);
            }
        }
    }

    #[test]
    fn an_amendment_replaces_only_what_it_names() {
        let ages = |id: &str, track: Track| -> Vec<u32> {
            let edition = Edition::all().iter().find(|edition| edition.id == id).unwrap();
            edition.tracks[track as usize].iter().map(|dose| dose.min_age_months).collect()
        };
        assert_eq!(ages("nip-2021", Track::Dtap), [3, 4, 5, 18]);
        assert_eq!(ages("nip-2021", Track::Dt), [72]);
        assert_eq!(ages("dtap-2025", Track::Dtap), [2, 4, 6, 18, 72]);
        assert!(ages("dtap-2025", Track::Dt).is_empty() && ages("dtap-2025", Track::Hpv).is_empty());
        assert_eq!(ages("hpv-2025", Track::Hpv), [156, 162]);
        assert_eq!(ages("hpv-2025", Track::MenA), [6, 9]);
    }

    #[test]
    fn the_edition_follows_the_date() {
        let id = |y, m, d| Edition::on(date(y, m, d)).id;
        assert_eq!(id(2019, 1, 1), "nip-2021");
        assert_eq!(id(2025, 11, 9), "dtap-2025");
        assert_eq!(id(2025, 11, 10), "hpv-2025");
        assert_eq!(id(2026, 6, 16), "hpv-2025");
        assert_eq!(id(2026, 6, 17), "nip-2026");
    }
}
