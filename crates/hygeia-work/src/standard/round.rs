//! Rounds of inspections (检查轮次): drawn, carried out, published.

use super::ranking::{RankLine, points_of};
use super::{Candidate, DrawInspector, DrawSize, draw};
use crate::actor::{Action, Actor};
use crate::entry::{Receipt, Submission, signer};
use crate::error::{FieldProblem, Result, WorkError};
use crate::work::Work;
use hygeia_expr::Value;
use hygeia_pack::model::Register;
use hygeia_store::{
    Account, Entry, EntryQuery, Grant, Inspector, OrgUnit, OrgUnitId, Round, RoundId, RoundTarget,
};
use jiff::civil::Date;
use serde_json::{Map, Value as Json, json};

/// A round to be drawn.
#[derive(Debug, Clone)]
pub struct RoundDraft {
    /// Register of its inspections.
    pub register: String,
    /// Unit that holds it; units below it are drawn.
    pub unit: OrgUnitId,
    /// Name.
    pub title: String,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// Seed; one is made when empty.
    pub seed: String,
    /// Units drawn; all when `None`.
    pub targets: Option<usize>,
    /// Inspectors for each unit.
    pub inspectors: usize,
}

/// A round with its progress.
#[derive(Debug, Clone)]
pub struct RoundView {
    /// The round.
    pub round: Round,
    /// Its register.
    pub register: Register,
    /// For each target the inspection, if there is one.
    pub inspections: Vec<Option<Entry>>,
    /// Ranking of the units inspected so far.
    pub ranking: Vec<RankLine>,
    /// Whether the actor holds the round and may publish it.
    pub holds: bool,
}

impl RoundView {
    /// Targets whose inspection has a score.
    pub fn done(&self) -> usize {
        self.inspections.iter().flatten().filter(|entry| points_of(entry).is_some()).count()
    }
}

impl Work {
    /// Draws a round and stores it with its seed.
    pub fn round_draw(&self, actor: &Actor, draft: RoundDraft) -> Result<RoundId> {
        let register = self.inspection_register(&draft.register)?;
        let directory = self.directory();
        actor.must(&directory, &register, Action::Enter, draft.unit)?;
        check_draft(&draft)?;
        let units = directory.subtree_of_kind(draft.unit, &register.at, draft.from);
        if units.is_empty() {
            return Err(WorkError::Bad("此机构下没有可检查的单位，请换一个机构".into()));
        }
        let inspectors = self.round_inspectors(&register, &draft, &units)?;
        let seed = if draft.seed.trim().is_empty() { fresh_seed()? } else { draft.seed.trim().to_owned() };
        let candidates: Vec<Candidate> =
            units.iter().map(|unit| Candidate { code: unit.code.clone() }).collect();
        let people: Vec<DrawInspector> = inspectors.iter().map(|(_, inspector)| inspector.clone()).collect();
        let size =
            DrawSize { targets: draft.targets.unwrap_or(candidates.len()), inspectors: draft.inspectors };
        let target = |drawn: &super::Drawn| {
            let unit = directory.by_code(&drawn.code)?.id;
            let of = |login: &String| inspectors.iter().find(|(account, _)| account.login == *login);
            let named = |(account, _): &(Account, DrawInspector)| Inspector {
                account: account.id.0,
                name: account.name.clone(),
            };
            Some(RoundTarget {
                unit,
                inspectors: drawn.inspectors.iter().filter_map(of).map(named).collect(),
            })
        };
        let drawn = draw(&seed, &candidates, &people, size);
        let round = Round {
            id: RoundId(0),
            register: register.id.clone(),
            unit: draft.unit,
            title: draft.title.trim().to_owned(),
            from: draft.from,
            to: draft.to,
            seed,
            rule: json!({ "targets": size.targets, "inspectors": size.inspectors,
                "candidates": candidates.iter().map(|one| &one.code).collect::<Vec<_>>(),
                "people": people.iter().map(|one| json!({ "login": one.login, "conflicts": one.conflicts })).collect::<Vec<_>>() }),
            created_at: actor.now,
            created_by: signer(actor),
            published_at: None,
            targets: drawn.iter().filter_map(target).collect(),
        };
        let county = self.county;
        Ok(self.store.write(move |writer| writer.round_add(county, &round))?)
    }

    /// Accounts that may inspect, each with the units it must not inspect.
    fn round_inspectors(
        &self,
        register: &Register,
        draft: &RoundDraft,
        units: &[&OrgUnit],
    ) -> Result<Vec<(Account, DrawInspector)>> {
        let county = self.county;
        let day = draft.from;
        let found = self.store.read(|reader| {
            let mut found = Vec::new();
            for account in reader.account_list(county)?.into_iter().filter(|account| !account.disabled) {
                let grants = reader.grant_list(county, account.id)?;
                let workplaces = match account.person {
                    Some(person) => reader.person_enrolments(county, person)?,
                    None => Vec::new(),
                };
                let current = |from: Date, to: Option<Date>| from <= day && to.is_none_or(|to| day < to);
                let own: Vec<OrgUnitId> = workplaces
                    .into_iter()
                    .filter(|enrolment| current(enrolment.from, enrolment.to))
                    .map(|enrolment| enrolment.unit)
                    .collect();
                found.push((account, grants, own));
            }
            Ok(found)
        })?;
        let mut inspectors = Vec::new();
        for (account, grants, own) in found {
            let conflicts = self.conflicts(register, draft.unit, units, &grants, &own);
            if conflicts.len() < units.len() {
                inspectors.push((account.clone(), DrawInspector { login: account.login, conflicts }));
            }
        }
        Ok(inspectors)
    }

    /// Units that the holder of `grants`, working at `own`, must not or cannot inspect: those out of their reach, and
    /// those they belong to. Whoever works inside a unit does not inspect it; whoever works above it does so only in
    /// rounds of their own house.
    fn conflicts(
        &self,
        register: &Register,
        holder: OrgUnitId,
        units: &[&OrgUnit],
        grants: &[Grant],
        own: &[OrgUnitId],
    ) -> Vec<String> {
        let directory = self.directory();
        let enters = |grant: &&Grant| register.access.get(&grant.role).is_some_and(|access| access.enter);
        let scopes: Vec<OrgUnitId> = grants.iter().filter(enters).map(|grant| grant.unit).collect();
        let homes = || scopes.iter().chain(own).copied();
        let is_conflict = |unit: &OrgUnit| {
            let reached = scopes.iter().any(|scope| directory.is_within(unit.id, *scope));
            let inside = homes().any(|home| directory.is_within(home, unit.id));
            let house =
                homes().any(|home| directory.is_within(unit.id, home) && !directory.is_within(holder, home));
            !reached || inside || house
        };
        units.iter().filter(|unit| is_conflict(unit)).map(|unit| unit.code.clone()).collect()
    }

    /// Rounds the actor may see, the latest first.
    pub fn round_list(&self, actor: &Actor) -> Result<Vec<Round>> {
        let county = self.county;
        let rounds = self.store.read(|reader| reader.round_list(county))?;
        Ok(rounds.into_iter().filter(|round| self.may_see_round(actor, round)).collect())
    }

    /// A round with its progress and ranking.
    pub fn round_open(&self, actor: &Actor, id: RoundId) -> Result<RoundView> {
        let county = self.county;
        let round = self.store.read(|reader| reader.round_get(county, id))?;
        let missing = || WorkError::NotFound("该检查轮次".into());
        let round = round.filter(|round| self.may_see_round(actor, round)).ok_or_else(missing)?;
        let register = self.inspection_register(round.register.as_str())?;
        let query =
            EntryQuery { equals: vec![("round".to_owned(), Value::Int(id.0))], ..EntryQuery::default() };
        let entries = self.store.read(|reader| reader.entry_list(county, &register, &query))?;
        let drawn: Vec<Entry> = entries
            .into_iter()
            .filter(|entry| round.targets.iter().any(|target| target.unit == entry.unit))
            .collect();
        let inspections = round
            .targets
            .iter()
            .map(|target| drawn.iter().find(|entry| entry.unit == target.unit).cloned())
            .collect();
        let ranking = self.ranked(&register, &drawn);
        let holds = actor.may(&self.directory(), &register, Action::Enter, round.unit);
        Ok(RoundView { round, register, inspections, ranking, holds })
    }

    /// Publishes the results of a round (公示): from then on everybody who sees such inspections anywhere sees them.
    pub fn round_publish(&self, actor: &Actor, id: RoundId) -> Result<()> {
        let view = self.round_open(actor, id)?;
        actor.must(&self.directory(), &view.register, Action::Enter, view.round.unit)?;
        if view.done() == 0 {
            return Err(WorkError::Bad("还没有评完的检查，不能公示".into()));
        }
        let (county, who, at) = (self.county, signer(actor), actor.now);
        Ok(self.store.write(move |writer| writer.round_publish(county, &view.round, &who, at))?)
    }

    /// Starts the inspection of a unit, inside a round or by itself.
    pub fn inspection_start(
        &self,
        actor: &Actor,
        register: &str,
        id: uuid::Uuid,
        unit: &str,
        round: Option<RoundId>,
        values: Map<String, Json>,
    ) -> Result<Receipt> {
        let mut values = values;
        if let Some(round) = round {
            let view = self.round_open(actor, round)?;
            let directory = self.directory();
            let target = self.unit_by_code(&directory, unit)?.id;
            if !view.round.targets.iter().any(|drawn| drawn.unit == target) {
                return Err(WorkError::Bad("该单位不在本轮抽取的名单中".into()));
            }
            values.insert("round".to_owned(), Json::from(round.0));
        }
        let submission =
            Submission { id: Some(id), org_unit: Some(unit.to_owned()), values, ..Submission::default() };
        self.entry_submit(actor, register, submission)
    }

    fn may_see_round(&self, actor: &Actor, round: &Round) -> bool {
        let packs = self.packs();
        let Some(register) = packs.registers.get(&round.register) else { return false };
        let directory = self.directory();
        let published =
            round.published_at.is_some() && actor.may_somewhere(&directory, register, Action::View);
        published || actor.may(&directory, register, Action::View, round.unit)
    }
}

fn check_draft(draft: &RoundDraft) -> Result<()> {
    let mut problems = Vec::new();
    if draft.title.trim().is_empty() || draft.title.chars().count() > 60 {
        problems.push(FieldProblem::error("title", "请填写轮次名称（最多 60 字）"));
    }
    if draft.to < draft.from {
        problems.push(FieldProblem::error("to", "结束日期不能早于开始日期"));
    }
    if draft.targets == Some(0) {
        problems.push(FieldProblem::error("targets", "至少抽取 1 个单位"));
    }
    if draft.inspectors > 5 {
        problems.push(FieldProblem::error("inspectors", "每个单位最多 5 名检查人员"));
    }
    if draft.seed.chars().count() > 80 {
        problems.push(FieldProblem::error("seed", "种子最多 80 字"));
    }
    if problems.is_empty() { Ok(()) } else { Err(WorkError::Invalid(problems)) }
}

/// A seed nobody chose.
fn fresh_seed() -> Result<String> {
    let mut bytes = [0_u8; 8];
    getrandom::fill(&mut bytes).map_err(|error| WorkError::Bad(format!("无法产生随机种子：{error}")))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
