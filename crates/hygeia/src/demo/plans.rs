//! Two plan documents of our own writing: one live since the start of term, one still to be read.

use super::at;
use super::places::Places;
use anyhow::{Context, Result};
use hygeia_pack::model::DutyId;
use hygeia_work::{Actor, ItemChoice, Work};

const LIVE: &str = include_str!("../../data/plan-live.txt");
const DRAFT: &str = include_str!("../../data/plan-draft.txt");

/// Reads both; the first is confirmed with its best matches.
pub(crate) fn build(work: &Work, actor: &Actor, places: &Places) -> Result<()> {
    let house = places.kindergartens.first().context("no kindergarten")?;
    let calendar = work.calendar();
    let term = calendar.terms().last().context("no term")?.clone();
    let head = Actor { name: "陈国华".into(), ..actor.clone() };
    let early = Actor { now: at(term.from, 9, 0), ..head.clone() };
    let live =
        work.plan_upload(&early, house.unit, "卫生保健工作计划.txt", LIVE.as_bytes(), term.from, term.to)?;
    let (plan, items) = work.plan_open(&early, live)?;
    let suggestions = work.plan_suggestions(&plan)?;
    for item in items.into_iter().filter(|item| item.kind != "heading") {
        let (duties, indicators) = suggestions.of(&item);
        let sure = |score: f64| score >= 0.6;
        let duty: Option<DutyId> = item.duty.clone().or_else(|| {
            duties.first().filter(|best| item.kind == "duty" && sure(best.score)).map(|best| best.id.clone())
        });
        let indicator = item.indicator.clone().or_else(|| {
            indicators
                .first()
                .filter(|best| item.kind == "target" && sure(best.score))
                .map(|best| best.id.clone())
        });
        let choice = ItemChoice { state: "accepted".into(), duty, indicator, ..ItemChoice::default() };
        work.plan_choose(&early, live, item.id, &choice)?;
    }
    work.plan_confirm(&early, live)?;
    work.plan_upload(
        &head,
        house.unit,
        "秋冬季传染病防控工作计划.txt",
        DRAFT.as_bytes(),
        term.from,
        term.to,
    )?;
    Ok(())
}
