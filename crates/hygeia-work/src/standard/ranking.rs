//! Inspections of many units: their ranking, and who gets the flag (流动红旗) by it.

use crate::actor::{Action, Actor};
use crate::error::Result;
use crate::work::Work;
use hygeia_expr::Value;
use hygeia_pack::model::{FlagRule, Register};
use hygeia_store::{Entry, EntryQuery, OrgUnitId};
use indexmap::IndexMap;
use jiff::civil::Date;
use rust_decimal::{Decimal, RoundingStrategy};

/// Which inspections are ranked.
#[derive(Debug, Clone)]
pub struct RankQuery {
    /// Root of the subtree.
    pub unit: OrgUnitId,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// `outside` or `self`.
    pub assessor: String,
    /// Only inspections of this round.
    pub round: Option<i64>,
}

/// A unit's place.
#[derive(Debug, Clone)]
pub struct RankLine {
    /// Place; units with the same mean share it.
    pub place: usize,
    /// The unit.
    pub unit: OrgUnitId,
    /// Inspections with a score.
    pub inspections: usize,
    /// Mean score, two decimals.
    pub mean: Decimal,
    /// Inspections that failed by a veto item.
    pub vetoed: usize,
    /// Items with points taken.
    pub findings: i64,
    /// Gets the flag by the register's rule.
    pub flag: bool,
}

impl Work {
    /// Units in the order of their mean score.
    pub fn inspection_ranking(
        &self,
        actor: &Actor,
        register: &str,
        query: &RankQuery,
    ) -> Result<Vec<RankLine>> {
        let register = self.inspection_register(register)?;
        let entries = self.inspections(actor, &register, query)?;
        Ok(self.ranked(&register, &entries))
    }

    /// Units in the order of their mean score, from entries that were read already.
    pub(crate) fn ranked(&self, register: &Register, entries: &[Entry]) -> Vec<RankLine> {
        let directory = self.directory();
        let ranks = |unit: OrgUnitId| directory.get(unit).is_some_and(|unit| register.is_at(&unit.kind));
        let mut of_unit: IndexMap<OrgUnitId, Vec<&Entry>> = IndexMap::new();
        for entry in entries.iter().filter(|entry| points_of(entry).is_some() && ranks(entry.unit)) {
            of_unit.entry(entry.unit).or_default().push(entry);
        }
        let mut lines: Vec<RankLine> =
            of_unit.into_iter().map(|(unit, entries)| line(unit, &entries)).collect();
        lines.sort_by(|a, b| (b.mean, a.unit).cmp(&(a.mean, b.unit)));
        let mut place = 0;
        for at in 0..lines.len() {
            let tied =
                at > 0 && lines.get(at - 1).map(|line| line.mean) == lines.get(at).map(|line| line.mean);
            place = if tied { place } else { at + 1 };
            if let Some(line) = lines.get_mut(at) {
                line.place = place;
            }
        }
        if let Some(rule) = &register.flag {
            self.flags(rule, &mut lines);
        }
        lines
    }

    /// Marks the lines that get the flag: the best of each group, ties together.
    fn flags(&self, rule: &FlagRule, lines: &mut [RankLine]) {
        let directory = self.directory();
        let group = |unit: OrgUnitId| {
            rule.within.as_ref().and_then(|kind| directory.above_of_kind(unit, kind)).map(|unit| unit.id)
        };
        let able = |line: &RankLine| line.vetoed == 0 && rule.at_least.is_none_or(|least| line.mean >= least);
        let mut taken: IndexMap<Option<OrgUnitId>, Vec<Decimal>> = IndexMap::new();
        for line in lines.iter_mut().filter(|line| able(line)) {
            let better = taken.entry(group(line.unit)).or_default();
            let ahead = better.iter().filter(|mean| **mean > line.mean).count();
            line.flag = ahead < usize::from(rule.top);
            better.push(line.mean);
        }
    }

    /// The inspections a query asks for.
    pub(super) fn inspections(
        &self,
        actor: &Actor,
        register: &Register,
        query: &RankQuery,
    ) -> Result<Vec<Entry>> {
        let directory = self.directory();
        actor.must(&directory, register, Action::View, query.unit)?;
        let mut wanted = EntryQuery {
            unit_paths: directory.get(query.unit).map(|unit| unit.path.clone()).into_iter().collect(),
            from: Some(query.from),
            to: Some(query.to),
            equals: vec![("assessor".to_owned(), Value::Text(query.assessor.clone()))],
            ..EntryQuery::default()
        };
        if let Some(round) = query.round {
            wanted.equals.push(("round".to_owned(), Value::Int(round)));
        }
        let county = self.county;
        Ok(self.store.read(|reader| reader.entry_list(county, register, &wanted))?)
    }
}

/// The score of an inspection that has one.
pub(crate) fn points_of(entry: &Entry) -> Option<Decimal> {
    match entry.values.get("score") {
        Some(Value::Decimal(score)) => Some(*score),
        Some(Value::Int(score)) => Some(Decimal::from(*score)),
        _ => None,
    }
}

fn line(unit: OrgUnitId, entries: &[&Entry]) -> RankLine {
    let sum: Decimal = entries.iter().filter_map(|entry| points_of(entry)).sum();
    let mean = sum.checked_div(Decimal::from(entries.len())).unwrap_or_default();
    let whole = |name: &str| {
        let number = |entry: &&Entry| match entry.values.get(name) {
            Some(Value::Int(number)) => *number,
            _ => 0,
        };
        entries.iter().map(number).sum()
    };
    RankLine {
        place: 0,
        unit,
        inspections: entries.len(),
        mean: mean.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero),
        vetoed: entries.iter().filter(|entry| entry.values.get("vetoed") == Some(&Value::Bool(true))).count(),
        findings: whole("findings"),
        flag: false,
    }
}
