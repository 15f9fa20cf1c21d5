//! The flag (流动红旗): awarded by a person from the ranking of a period, published to the house, taken back with a
//! reason.

use super::ranking::{RankLine, RankQuery};
use crate::actor::{Action, Actor};
use crate::entry::signer;
use crate::error::{FieldProblem, Result, WorkError};
use crate::period::Period;
use crate::work::Work;
use hygeia_expr::Value;
use hygeia_pack::model::{FlagRule, Register};
use hygeia_store::{Entry, EntryId, EntryQuery, EntryWrite, OrgUnitId, Writer};
use indexmap::IndexMap;
use std::sync::Arc;

/// The register awards are kept in.
const AWARD: &str = "core.flag_award";

/// A flag as it was awarded; later inspections do not change it.
#[derive(Debug, Clone)]
pub struct Award {
    /// The unit that has it.
    pub unit: OrgUnitId,
    /// Its entry.
    pub entry: Entry,
}

/// The flags of a period, as they stand and as the ranking has them now.
#[derive(Debug, Clone)]
pub struct Flags {
    /// The rule.
    pub rule: FlagRule,
    /// The unit whose subtree competes.
    pub house: OrgUnitId,
    /// Flags awarded, in the order of places.
    pub awarded: Vec<Award>,
    /// Units that would get it by the ranking of now.
    pub ranked: Vec<RankLine>,
    /// Whether the actor may award and take back.
    pub may_award: bool,
}

impl Flags {
    /// Whether the ranking has moved since the award.
    pub fn has_moved(&self) -> bool {
        let mut awarded: Vec<OrgUnitId> = self.awarded.iter().map(|award| award.unit).collect();
        let mut ranked: Vec<OrgUnitId> = self.ranked.iter().map(|line| line.unit).collect();
        awarded.sort_unstable();
        ranked.sort_unstable();
        !awarded.is_empty() && awarded != ranked
    }
}

impl Work {
    /// The flags of a period for the house `unit` stands in: awarded ones are published, everybody who sees such
    /// inspections of their own unit sees them. The ranking of now is empty for those who may not see it.
    ///
    /// # Errors
    ///
    /// When the register has no flag, or the actor sees no such inspection of the unit.
    pub fn flags_of(&self, actor: &Actor, register: &str, unit: OrgUnitId, period: &Period) -> Result<Flags> {
        let register = self.inspection_register(register)?;
        let rule = flag_rule(&register)?.clone();
        let directory = self.directory();
        actor.must(&directory, &register, Action::View, unit)?;
        let above = rule.within.as_ref().and_then(|kind| directory.above_of_kind(unit, kind));
        let house = above.map_or(unit, |house| house.id);
        let ranked = if actor.may(&directory, &register, Action::View, house) {
            self.flagged(actor, &register, house, period)?
        } else {
            Vec::new()
        };
        let awarded = self.awarded(&register, house, period)?;
        let may_award = actor.may(&directory, &register, Action::Edit, house);
        Ok(Flags { rule, house, awarded, ranked, may_award })
    }

    /// Awards the flags of a period by the ranking of now, all in one transaction. Awarding the same again changes
    /// nothing.
    ///
    /// # Errors
    ///
    /// When the actor may not edit such inspections of the whole house, nobody earns the flag, or other units have it.
    pub fn flags_award(
        &self,
        actor: &Actor,
        register: &str,
        unit: OrgUnitId,
        period: &Period,
    ) -> Result<Flags> {
        let flags = self.flags_of(actor, register, unit, period)?;
        let inspected = self.inspection_register(register)?;
        actor.must(&self.directory(), &inspected, Action::Edit, flags.house)?;
        let title = &flags.rule.title.zh;
        if flags.ranked.is_empty() {
            return Err(WorkError::Bad(format!("{}没有符合“{title}”条件的单位", period.title(false))));
        }
        if flags.has_moved() {
            return Err(WorkError::Bad(format!(
                "{}的“{title}”已经授予，之后排名有变；如需改授请先撤销",
                period.title(false)
            )));
        }
        if flags.awarded.is_empty() {
            let writes: Vec<EntryWrite> =
                flags.ranked.iter().map(|line| made(actor, &inspected, &flags.rule, period, line)).collect();
            let table = self.award_register()?;
            let county = self.county;
            self.store.write(move |writer| {
                writes.into_iter().try_for_each(|write| put(writer, county, &table, write))
            })?;
        }
        self.flags_of(actor, register, unit, period)
    }

    /// Takes the flags of a period back: their entries are voided with the reason.
    ///
    /// # Errors
    ///
    /// When the actor may not, there is no reason, or nothing was awarded.
    pub fn flags_withdraw(
        &self,
        actor: &Actor,
        register: &str,
        unit: OrgUnitId,
        period: &Period,
        reason: &str,
    ) -> Result<Flags> {
        let flags = self.flags_of(actor, register, unit, period)?;
        let inspected = self.inspection_register(register)?;
        actor.must(&self.directory(), &inspected, Action::Edit, flags.house)?;
        let reason = reason.trim().to_owned();
        if reason.is_empty() {
            return Err(WorkError::Invalid(vec![FieldProblem::error("reason", "请填写撤销原因")]));
        }
        if flags.awarded.is_empty() {
            return Err(WorkError::Bad(format!("{}还没有授予，不必撤销", period.title(false))));
        }
        let (county, table) = (self.county, self.award_register()?);
        let (who, at) = (signer(actor), actor.now);
        let ids: Vec<EntryId> = flags.awarded.iter().map(|award| award.entry.id).collect();
        self.store.write(move |writer| {
            ids.into_iter().try_for_each(|id| {
                writer
                    .entry_set_void(county, &table, id, true, who.clone(), at, Some(reason.clone()))
                    .map(drop)
            })
        })?;
        self.flags_of(actor, register, unit, period)
    }

    fn award_register(&self) -> Result<Arc<Register>> {
        Ok(Arc::new(self.register(&self.packs(), AWARD)?.clone()))
    }

    /// Lines of the period's ranking that get the flag.
    fn flagged(
        &self,
        actor: &Actor,
        register: &Register,
        house: OrgUnitId,
        period: &Period,
    ) -> Result<Vec<RankLine>> {
        let query = RankQuery {
            unit: house,
            from: period.from,
            to: period.to,
            assessor: "outside".to_owned(),
            round: None,
        };
        let lines = self.inspection_ranking(actor, register.id.as_str(), &query)?;
        Ok(lines.into_iter().filter(|line| line.flag).collect())
    }

    fn awarded(&self, register: &Register, house: OrgUnitId, period: &Period) -> Result<Vec<Award>> {
        let table = self.award_register()?;
        let query = EntryQuery {
            unit_paths: self.directory().get(house).map(|unit| unit.path.clone()).into_iter().collect(),
            equals: vec![
                ("contest".to_owned(), Value::Text(register.id.to_string())),
                ("period".to_owned(), Value::Text(period.to_string())),
            ],
            sort: Some(("place".to_owned(), false)),
            ..EntryQuery::default()
        };
        let county = self.county;
        let entries = self.store.read(|reader| reader.entry_list(county, &table, &query))?;
        Ok(entries.into_iter().map(|entry| Award { unit: entry.unit, entry }).collect())
    }
}

fn flag_rule(register: &Register) -> Result<&FlagRule> {
    register.flag.as_ref().ok_or_else(|| WorkError::Bad(format!("“{}”不评流动红旗", register.title.zh)))
}

fn made(actor: &Actor, register: &Register, rule: &FlagRule, period: &Period, line: &RankLine) -> EntryWrite {
    let whole = |number: usize| Value::Int(i64::try_from(number).unwrap_or(i64::MAX));
    let text = |text: &str| Value::Text(text.to_owned());
    // It counts in the period it is for, though it is given after its end.
    let counted = period.to.min(actor.today());
    let values = [
        ("date", Value::Date(counted)),
        ("awarded_on", Value::Date(actor.today())),
        ("contest", text(register.id.as_str())),
        ("award", text(&rule.title.zh)),
        ("period", text(&period.to_string())),
        ("period_title", text(&period.title(false))),
        ("place", whole(line.place)),
        ("mean", Value::Decimal(line.mean)),
        ("inspections", whole(line.inspections)),
        ("awarded_by", text(&actor.name)),
    ];
    EntryWrite {
        id: EntryId(award_id(register, period, line.unit)),
        unit: line.unit,
        person: None,
        day: counted,
        values: values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<IndexMap<_, _>>(),
        expect_version: None,
        on_time: None,
        actor: signer(actor),
        at: actor.now,
        reason: None,
    }
}

/// Stores an award; one that was taken back stands again, with the figures of now.
fn put(
    writer: &mut Writer<'_>,
    county: hygeia_store::CountyId,
    table: &Register,
    mut write: EntryWrite,
) -> hygeia_store::Result<()> {
    if let Some(known) = writer.entry_get(county, table, write.id)? {
        let reason = Some("重新授予".to_owned());
        if known.void {
            writer.entry_set_void(county, table, write.id, false, write.actor.clone(), write.at, reason)?;
        }
        write.expect_version = writer.entry_get(county, table, write.id)?.map(|entry| entry.version);
    }
    writer.entry_put(county, table, write).map(drop)
}

/// The same unit in the same period is the same award.
fn award_id(register: &Register, period: &Period, unit: OrgUnitId) -> uuid::Uuid {
    super::inspection::id_of(&format!("{} {period} {}", register.id, unit.0))
}
