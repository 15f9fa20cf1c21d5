//! An alarm in words: what was counted, what it was compared with, where the cases are.

use super::episode::Episode;
use super::watch::{SeriesId, Watch, whole};
use hygeia_pack::model::{Signal, SignalLimit};
use hygeia_store::{OrgUnitId, Reader, Result};
use std::collections::BTreeMap;

/// Units named in an explanation.
const NAMED: usize = 3;

impl Watch {
    /// `7 天 10 例，达到阈值 10（10月8日至14日）；班级：大二班 8 例、大三班 2 例。`
    pub(super) fn explain(
        &self,
        reader: &mut Reader<'_>,
        signal: &Signal,
        limit: &SignalLimit,
        series: &SeriesId,
        episode: &Episode,
    ) -> Result<String> {
        let unit = self.measure_word(signal);
        let mut text = if signal.method.is_immediate() {
            let days = if limit.days == 1 { "当日".to_owned() } else { format!("{} 天", limit.days) };
            format!("{days} {} {unit}，达到阈值 {}", episode.observed, episode.threshold)
        } else {
            let method = signal.method.title().zh;
            format!(
                "{} 至 {} {} {unit}，超过{method}界值 {}",
                episode.since, episode.date, episode.observed, episode.threshold
            )
        };
        if episode.until > episode.date || episode.cases > episode.observed {
            text.push_str(&format!("；{} 至 {} 累计 {} {unit}", episode.since, episode.until, episode.cases));
        }
        let places = self.places_of(reader, signal, series, episode)?;
        if let Some((first, _)) = places.first() {
            let kind = self.directory.get(*first).and_then(|unit| self.packs.org_kinds.get(&unit.kind));
            let name = |unit: &OrgUnitId| self.directory.get(*unit).map_or("", |unit| unit.title.as_str());
            let named: Vec<String> = places
                .iter()
                .take(NAMED)
                .map(|(place, cases)| format!("{} {cases} {unit}", name(place)))
                .collect();
            text.push_str(&format!(
                "；{}：{}",
                kind.map_or("", |kind| kind.title.zh.as_str()),
                named.join("、")
            ));
            if places.len() > NAMED {
                text.push_str(&format!("等 {} 处", places.len()));
            }
        }
        Ok(text)
    }

    /// The measure word of what is counted.
    pub(super) fn measure_word(&self, signal: &Signal) -> String {
        let measure = signal.watches.first().and_then(|id| self.packs.measures.get(id.as_str()));
        measure
            .map(|measure| measure.unit.clone())
            .filter(|unit| !unit.is_empty())
            .unwrap_or_else(|| "例".into())
    }

    /// The lowest units with cases of an episode, most cases first; none when the series is one of them.
    fn places_of(
        &self,
        reader: &mut Reader<'_>,
        signal: &Signal,
        series: &SeriesId,
        episode: &Episode,
    ) -> Result<Vec<(OrgUnitId, i64)>> {
        let below = self.directory.subtree(series.unit);
        let lowest: Vec<OrgUnitId> = below
            .into_iter()
            .filter(|unit| unit.id != series.unit && self.directory.children(unit.id).next().is_none())
            .map(|unit| unit.id)
            .collect();
        let mut cases: BTreeMap<OrgUnitId, i64> = BTreeMap::new();
        for measure in &signal.watches {
            let range = (episode.since, episode.until);
            for cell in reader.cell_series(self.county, measure, &lowest, Some(&series.part), range)? {
                *cases.entry(cell.unit).or_default() += whole(cell.value);
            }
        }
        let mut places: Vec<(OrgUnitId, i64)> = cases.into_iter().filter(|(_, cases)| *cases > 0).collect();
        places.sort_by_key(|(_, cases)| std::cmp::Reverse(*cases));
        Ok(places)
    }
}
