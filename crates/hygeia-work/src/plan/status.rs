//! The life of a plan: renamed or removed as a draft, confirmed, closed, opened again.

use crate::actor::{Actor, Right};
use crate::error::{FieldProblem, Result, WorkError};
use crate::work::Work;
use hygeia_store::{OrgUnitId, Plan, PlanId, PlanItem};

/// Longest title of a plan, in characters.
const LONGEST_TITLE: usize = 80;

impl Work {
    /// Makes a draft live: from this day, or its first one if that is later, to its last day its duties set
    /// frequencies and its targets set aims. What was due before stays as it was. Lines nobody decided about stay
    /// open and ask for nothing.
    pub fn plan_confirm(&self, actor: &Actor, id: PlanId) -> Result<usize> {
        let (mut plan, mut items) = self.plan_to_change(actor, id)?;
        if plan.status != "draft" {
            return Err(WorkError::Bad("这份计划已经确认过".into()));
        }
        let read = items.len();
        items.retain(|item| item.state == "accepted");
        let left = read - items.len();
        if items.is_empty() {
            return Err(WorkError::Bad("还没有采纳任何条目，请先逐条确认，再执行计划".into()));
        }
        plan.status = "live".into();
        plan.confirmed_at = Some(actor.now);
        for item in &mut items {
            item.since = Some(actor.today().max(plan.from));
        }
        self.plan_store(plan, items)?;
        Ok(left)
    }

    /// Takes a live plan out of force from this day on; what is due goes back to the packs' rules.
    pub fn plan_close(&self, actor: &Actor, id: PlanId) -> Result<()> {
        let (mut plan, _) = self.plan_to_change(actor, id)?;
        if plan.status != "live" {
            return Err(WorkError::Bad("这份计划没有在执行".into()));
        }
        plan.status = "closed".into();
        plan.closed_on = Some(actor.today());
        self.plan_store(plan, Vec::new())
    }

    /// Takes the closing of a plan back: it is in force as if it had never been closed.
    pub fn plan_reopen(&self, actor: &Actor, id: PlanId) -> Result<()> {
        let (mut plan, _) = self.plan_to_change(actor, id)?;
        if plan.status != "closed" {
            return Err(WorkError::Bad("这份计划没有结束".into()));
        }
        plan.status = "live".into();
        plan.closed_on = None;
        self.plan_store(plan, Vec::new())
    }

    /// Gives a plan another title.
    pub fn plan_rename(&self, actor: &Actor, id: PlanId, title: &str) -> Result<()> {
        let (mut plan, _) = self.plan_to_change(actor, id)?;
        let title = title.trim();
        if title.is_empty() || title.chars().count() > LONGEST_TITLE {
            let message = format!("计划名称应为 1–{LONGEST_TITLE} 个字");
            return Err(WorkError::Invalid(vec![FieldProblem::error("title", message)]));
        }
        title.clone_into(&mut plan.title);
        self.plan_store(plan, Vec::new())
    }

    /// Removes a draft with its lines; a plan that was in force is closed instead, for it tells what was due.
    pub fn plan_remove(&self, actor: &Actor, id: PlanId) -> Result<()> {
        let (plan, _) = self.plan_to_change(actor, id)?;
        if plan.status != "draft" {
            return Err(WorkError::Bad("执行过的计划不能删除，请用“结束计划”".into()));
        }
        let county = self.county;
        Ok(self.store.write(move |writer| writer.plan_delete(county, id))?)
    }

    fn plan_to_change(&self, actor: &Actor, id: PlanId) -> Result<(Plan, Vec<PlanItem>)> {
        let (plan, items) = self.plan_open(actor, id)?;
        self.must_plan(actor, plan.unit)?;
        Ok((plan, items))
    }

    /// Whether the actor may make and change plans of `unit`: a house makes its own, and those above it look on.
    pub fn may_plan(&self, actor: &Actor, unit: OrgUnitId) -> bool {
        self.must_plan(actor, unit).is_ok()
    }

    pub(crate) fn must_plan(&self, actor: &Actor, unit: OrgUnitId) -> Result<()> {
        let (packs, directory) = (self.packs(), self.directory());
        actor.must_have(&packs, &directory, Right::Plan, unit)?;
        let house = directory.house_of(unit).map_or(unit, |house| house.id);
        if actor.has_right_within(&packs, &directory, Right::Plan, house) {
            return Ok(());
        }
        let title = directory.full_title(unit);
        Err(WorkError::Denied(format!("这是{title}自己的计划，由{title}修改；您可以查看进度")))
    }

    fn plan_store(&self, plan: Plan, items: Vec<PlanItem>) -> Result<()> {
        let county = self.county;
        self.store.write(move |writer| {
            for item in &items {
                writer.plan_item_put(county, item)?;
            }
            writer.plan_put(county, &plan)
        })?;
        self.reload_plans()
    }
}
