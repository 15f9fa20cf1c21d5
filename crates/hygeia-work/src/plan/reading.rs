//! From a document to a draft plan.

use super::matching::{self, CONTAINED, Suggester};
use super::outline::{self, Part};
use super::{measured_in, owner};
use crate::actor::{Action, Actor};
use crate::directory::Directory;
use crate::error::{FieldProblem, Result, WorkError};
use crate::measure_word::unit_title;
use crate::work::Work;
use hygeia_pack::model::{DutyId, Every, IndicatorId, Interval, PackSet, RoleId};
use hygeia_store::{OrgUnitId, Plan, PlanId, PlanItem, PlanItemId};
use hygeia_text::Reading;
use hygeia_text::reading::{Amount, Comparison, IntervalUnit, Kind, Span, Target};
use jiff::civil::Date;
use rust_decimal::Decimal;

/// Largest plan document accepted, in bytes.
const LARGEST_DOCUMENT: usize = 20 * 1024 * 1024;
/// A suggestion at least this good is chosen in advance.
const SURE: f64 = 0.6;

/// What a person decides about one item.
#[derive(Debug, Clone, Default)]
pub struct ItemChoice {
    /// `accepted`, `rejected`, `suggested` or `done`.
    pub state: String,
    /// Duty it means.
    pub duty: Option<DutyId>,
    /// Indicator it means.
    pub indicator: Option<IndicatorId>,
    /// Times per interval, when corrected.
    pub times: Option<u16>,
    /// Interval, when corrected.
    pub every: Option<Every>,
    /// Value of the target, when corrected.
    pub value: Option<Decimal>,
    /// Unit that owns it.
    pub owner_unit: Option<OrgUnitId>,
    /// Role that owns it.
    pub owner_role: Option<RoleId>,
    /// Last day.
    pub due_to: Option<Date>,
    /// Remark.
    pub note: Option<String>,
}

/// Most lines one plan may have: what a person can go through in a review; the longest plans known have about 200.
const MOST_LINES: usize = 1_000;

impl Work {
    /// Reads a plan document and keeps it as a draft with suggested items.
    pub fn plan_upload(
        &self,
        actor: &Actor,
        unit: OrgUnitId,
        file_name: &str,
        bytes: &[u8],
        from: Date,
        to: Date,
    ) -> Result<PlanId> {
        let packs = self.packs();
        self.must_plan(actor, unit)?;
        let fault = |message: String| WorkError::Invalid(vec![FieldProblem::error("file", message)]);
        if bytes.is_empty() {
            return Err(fault("文件是空的，请选择计划文档（DOCX 或 TXT）".into()));
        }
        if bytes.len() > LARGEST_DOCUMENT {
            return Err(fault("文件超过 20 MB，请只上传计划正文".into()));
        }
        if to < from {
            return Err(WorkError::Invalid(vec![FieldProblem::error("to", "结束日期早于开始日期")]));
        }
        let source = hygeia_text::decode(bytes, file_name).map_err(|error| fault(error.to_string()))?;
        let normalised = hygeia_text::normalise(&source);
        let reading = hygeia_text::read(&normalised);
        if !is_in_chinese(&normalised.text) {
            return Err(fault("文件里没有中文正文，不是工作计划；请选择计划文档（DOCX 或 TXT）".into()));
        }
        let lines = reading.outline.len() + reading.duties.len() + reading.targets.len();
        if lines > MOST_LINES {
            return Err(fault(format!(
                "读出 {lines} 条，一份计划最多 {MOST_LINES} 条；请把它分成几份（如按科室或学期）分别上传"
            )));
        }
        let county = self.county;
        let mut items = items_of(&packs, &reading, &normalised.text, unit, from, &self.suggester(unit)?);
        if items.iter().all(|item| item.kind == "heading") {
            return Err(fault(
                "没有读出带频次、目标、期限的工作，也没有分条的任务；请检查是不是选错了文件".into(),
            ));
        }
        let directory = self.directory();
        for item in &mut items {
            let words = owner_words(&reading, item);
            item.owner_role = owner::role_in(&packs, &words).or_else(|| item.owner_role.take());
            item.owner_unit = owner::unit_in(&directory, unit, &words).or(item.owner_unit);
        }
        let title = title_of(&normalised.text, file_name);
        let plan = Plan {
            id: PlanId(0),
            unit,
            title,
            kind: kind_of(&reading).into(),
            file_name: file_name.chars().take(200).collect(),
            source: bytes.to_vec(),
            text: normalised.text.clone(),
            status: "draft".into(),
            from,
            to,
            confirmed_at: None,
            closed_on: None,
            created_at: actor.now,
            created_by: actor.name.clone(),
        };
        Ok(self.store.write(move |writer| {
            let id = writer.plan_put(county, &plan)?;
            for item in items {
                writer.plan_item_put(county, &PlanItem { plan: id, ..item })?;
            }
            Ok(id)
        })?)
    }

    /// A plan and its items, if the actor may see it.
    pub fn plan_open(&self, actor: &Actor, id: PlanId) -> Result<(Plan, Vec<PlanItem>)> {
        let county = self.county;
        let found = self
            .store
            .read(|reader| Ok((reader.plan_get(county, id)?, reader.plan_item_list(county, id)?)))?;
        let (Some(plan), items) = found else { return Err(WorkError::NotFound("该计划".into())) };
        if !sees(actor, &self.packs(), &self.directory(), &plan) {
            return Err(WorkError::NotFound("该计划".into()));
        }
        Ok((plan, items))
    }

    /// Plans the actor may see, newest first: those of the units the actor reaches, and those that bind the actor's own
    /// unit from above, once they are no drafts any more.
    pub fn plan_list(&self, actor: &Actor) -> Result<Vec<Plan>> {
        let county = self.county;
        let (packs, directory) = (self.packs(), self.directory());
        let plans = self.store.read(|reader| reader.plan_list(county))?;
        Ok(plans.into_iter().filter(|plan| sees(actor, &packs, &directory, plan)).collect())
    }

    /// Suggests what the items of the plan mean; what people of its unit chose for earlier documents comes first.
    pub fn plan_suggestions(&self, plan: &Plan) -> Result<Suggester> {
        self.suggester(plan.unit)
    }

    /// Stores a person's decision about an item; a changed match is remembered for the unit's next document.
    pub fn plan_choose(
        &self,
        actor: &Actor,
        plan: PlanId,
        item: PlanItemId,
        choice: &ItemChoice,
    ) -> Result<PlanItem> {
        let packs = self.packs();
        let directory = self.directory();
        let (plan, items) = self.plan_open(actor, plan)?;
        self.must_plan(actor, plan.unit)?;
        let before = items
            .into_iter()
            .find(|known| known.id == item && known.kind != "heading")
            .ok_or_else(|| WorkError::NotFound("该条目".into()))?;
        let mut problems = Vec::new();
        if !matches!(choice.state.as_str(), "accepted" | "rejected" | "suggested" | "done") {
            problems.push(FieldProblem::error("state", "状态应为 采纳、不采纳、待定 或 已完成"));
        }
        if choice.duty.as_ref().is_some_and(|duty| !packs.duties.contains_key(duty)) {
            problems.push(FieldProblem::error("duty", "没有这项制度"));
        }
        if choice.indicator.as_ref().is_some_and(|id| !packs.indicators.contains_key(id)) {
            problems.push(FieldProblem::error("indicator", "没有这个指标"));
        }
        let indicator = choice.indicator.as_ref().and_then(|id| packs.indicators.get(id));
        if let Some(indicator) = indicator
            && choice.state == "accepted"
            && measured_in(before.value_unit.as_deref(), &indicator.unit).is_none()
        {
            let written =
                before.value_unit.as_deref().filter(|unit| !unit.is_empty()).unwrap_or("（没有单位）");
            let message = format!(
                "目标的单位是“{written}”，“{}”的单位是“{}”，不能对应；请选单位相同的指标，或选“不对应”",
                indicator.title.zh,
                unit_title(&indicator.unit, false)
            );
            problems.push(FieldProblem::error("indicator", message));
        }
        if choice.owner_role.as_ref().is_some_and(|role| !packs.roles.contains_key(role)) {
            problems.push(FieldProblem::error("owner_role", "没有这个角色"));
        }
        if choice.owner_unit.is_some_and(|unit| !directory.is_within(unit, plan.unit)) {
            problems.push(FieldProblem::error("owner_unit", "责任机构应在计划所属机构之内"));
        }
        if !problems.is_empty() {
            return Err(WorkError::Invalid(problems));
        }
        let mut after = before.clone();
        after.state = choice.state.clone();
        // A line taken into a live plan is in force from this day on; what was before it stays.
        after.since = match (plan.status.as_str(), after.state.as_str()) {
            ("live", "accepted" | "done") => before.since.or(Some(actor.today())),
            _ => None,
        };
        after.duty = choice.duty.clone();
        after.indicator = choice.indicator.clone();
        after.times = choice.times.or(before.times);
        after.every = choice.every.or(before.every);
        after.value = choice.value.or(before.value);
        after.owner_unit = choice.owner_unit.or(before.owner_unit);
        after.owner_role = choice.owner_role.clone().or(before.owner_role.clone());
        after.due_to = choice.due_to.or(before.due_to);
        after.note = choice.note.clone().or(before.note.clone());
        let chosen = after.duty.as_ref().map(|id| id.as_str().to_owned());
        let chosen = chosen.or_else(|| after.indicator.as_ref().map(|id| id.as_str().to_owned()));
        let changed = (&after.duty, &after.indicator) != (&before.duty, &before.indicator);
        let phrase = matching::key(after.metric.as_deref().unwrap_or(&after.title));
        let (county, unit, stored) = (self.county, plan.unit, after.clone());
        self.store.write(move |writer| {
            writer.plan_item_put(county, &stored)?;
            if let (true, Some(chosen)) = (changed, chosen) {
                writer.plan_correction_put(county, unit, &phrase, &chosen)?;
            }
            Ok(())
        })?;
        if plan.status == "live" {
            self.reload_plans()?;
        }
        Ok(after)
    }

    fn suggester(&self, unit: OrgUnitId) -> Result<Suggester> {
        let county = self.county;
        let remembered = self.store.read(|reader| reader.plan_corrections(county, unit))?;
        Ok(Suggester::new(&self.packs(), &self.directory(), unit, remembered))
    }
}

/// The words of an item that may name its owner: whoever is obliged, where that was read, else the whole sentence.
fn owner_words(reading: &Reading, item: &PlanItem) -> String {
    let start = usize::try_from(item.start).unwrap_or(0);
    let duty = reading.duties.iter().find(|duty| item.kind == "duty" && duty.span.start == start);
    duty.and_then(|duty| duty.who.clone()).unwrap_or_else(|| item.quote.clone())
}

/// Whether the actor may see a plan.
fn sees(actor: &Actor, packs: &PackSet, directory: &Directory, plan: &Plan) -> bool {
    let is_bound = |unit: OrgUnitId| plan.status != "draft" && directory.is_within(unit, plan.unit);
    (actor.reaches(directory, plan.unit) && sees_work(actor, packs, directory, plan.unit))
        || actor.roles.iter().any(|held| is_bound(held.unit))
}

/// Whether the actor may see any of the routine that a house like this one keeps: a plan tells how far it has come.
fn sees_work(actor: &Actor, packs: &PackSet, directory: &Directory, unit: OrgUnitId) -> bool {
    let Some(house) = directory.house_of(unit) else { return false };
    let mut owed = packs
        .duties
        .values()
        .filter(|duty| duty.at == house.kind || duty.within.as_ref() == Some(&house.kind))
        .peekable();
    owed.peek().is_none()
        || owed
            .filter_map(|duty| packs.registers.get(&duty.register))
            .any(|register| actor.may_below(directory, register, Action::View, unit))
}

/// Whether Chinese makes up a fifth of the letters at least: program text with a few Chinese words is no document.
fn is_in_chinese(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let chinese = text.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).count();
    chinese > 0 && chinese * 5 >= letters
}

/// Items of a reading of `text` with their best matches, in document order.
fn items_of(
    packs: &PackSet,
    reading: &Reading,
    text: &str,
    unit: OrgUnitId,
    from: Date,
    suggester: &Suggester,
) -> Vec<PlanItem> {
    let chars: Vec<char> = text.chars().collect();
    let mut items: Vec<PlanItem> = Vec::new();
    let mut before: Option<&hygeia_text::reading::Duty> = None;
    for duty in &reading.duties {
        let same = before.filter(|known| is_same_act(known, duty, &chars));
        let what = same.map_or(&duty.what, |known| &known.what);
        let every = interval_of(duty.every.unit, duty.every.n);
        for title in suggester.apart(what, every) {
            let best = suggester.duties(title, every).into_iter().next().filter(|s| s.score >= SURE);
            items.push(PlanItem {
                title: title.to_owned(),
                times: u16::try_from(duty.times).ok(),
                every,
                when: when_of(duty),
                at_least: duty.at_least,
                owner_role: best.as_ref().and_then(|b| packs.duties.get(&b.id)).map(|duty| duty.role.clone()),
                duty: best.map(|best| best.id),
                ..blank("duty", &duty.quote, duty.span, duty.confidence, unit)
            });
        }
        before = Some(same.unwrap_or(duty));
    }
    for target in reading.targets.iter().filter(|target| !is_once_of_task(reading, target)) {
        let best = suggester.indicators(&target.metric, Some(&target.unit));
        let best = best.into_iter().next().filter(|best| best.score >= SURE);
        items.push(PlanItem {
            title: target.metric.clone(),
            metric: Some(target.metric.clone()),
            op: Some(op_text(target.op).to_owned()),
            value: target.value.number().and_then(|value| Decimal::try_from(value).ok()),
            value_unit: Some(target.unit.clone()),
            indicator: best.map(|best| best.id),
            note: match &target.value {
                Amount::Text(text) => Some(text.clone()),
                _ => None,
            },
            ..blank("target", &target.quote, target.span, target.confidence, unit)
        });
    }
    for deadline in &reading.deadlines {
        for title in suggester.apart(&deadline.what, None) {
            items.push(PlanItem {
                title: title.to_owned(),
                due_from: deadline.from.as_deref().and_then(|text| resolve_date(text, from, false)),
                due_to: deadline.to.as_deref().and_then(|text| resolve_date(text, from, true)),
                ..blank("deadline", &deadline.quote, deadline.span, deadline.confidence, unit)
            });
        }
    }
    // A list item that is itself a duty, a target or a deadline is no task besides.
    let told: Vec<Span> = outline::told_spans(reading).collect();
    for part in outline::parts(reading, &chars) {
        match part {
            Part::Heading(heading) => items.push(PlanItem {
                title: heading.title.clone(),
                ..blank("heading", &outline::quote(heading), heading.span, heading.confidence, unit)
            }),
            Part::Task(heading, title) if !told.iter().any(|span| span.overlaps(heading.span)) => {
                items.push(PlanItem {
                    title,
                    ..blank("task", &outline::quote(heading), heading.span, heading.confidence, unit)
                });
            }
            Part::Task(..) => {}
        }
    }
    // A task is matched only where a name stands in it as a whole: without a frequency little else tells it.
    for item in items.iter_mut().filter(|item| matches!(item.kind.as_str(), "task" | "deadline")) {
        let best = suggester.duties(&item.title, None).into_iter().next();
        item.duty = best.filter(|best| best.score >= CONTAINED).map(|best| best.id);
    }
    items.sort_by_key(|item| (item.start, item.end));
    for (no, item) in items.iter_mut().enumerate() {
        item.no = i64::try_from(no + 1).unwrap_or(i64::MAX);
    }
    items
}

/// 十月：口腔讲座一次: that a dated task is done once is no aim besides.
fn is_once_of_task(reading: &Reading, target: &Target) -> bool {
    let once = target.value.number() == Some(1.0) && target.op == Comparison::Equal;
    let event = matches!(target.unit.as_str(), "次" | "场" | "场次" | "期" | "轮" | "回" | "遍");
    once && event && reading.deadlines.iter().any(|deadline| deadline.span.overlaps(target.span))
}

/// When a duty is done: for the interval that no calendar knows, the interval itself, 每餐 or 每次用餐前.
fn when_of(duty: &hygeia_text::reading::Duty) -> Option<String> {
    match (duty.every.unit, &duty.when) {
        (IntervalUnit::Meal, None) => Some("每餐".to_owned()),
        (IntervalUnit::Meal, Some(when)) => Some(format!("每次{when}")),
        (_, when) => when.clone(),
    }
}

/// Whether a duty is the one before it again, at another time: 每周紫外线消毒3次，秋季每日消毒一次. It stands in the same
/// sentence, and its own words name no other thing that the act is done to.
fn is_same_act(
    before: &hygeia_text::reading::Duty,
    duty: &hygeia_text::reading::Duty,
    text: &[char],
) -> bool {
    let between = text.get(before.span.end..duty.span.start).unwrap_or(&[]);
    let sentence_ends = between.iter().any(|c| matches!(c, '。' | ';' | '；' | '\n'));
    let mut acts = duty.what.char_indices().map(|(at, _)| duty.what.split_at(at));
    let stated = acts.find(|(_, act)| duty.quote.contains(act));
    stated.is_some_and(|(thing, act)| {
        let other = !thing.is_empty() && duty.quote.contains(thing);
        !sentence_ends && !other && act.chars().count() > 1 && before.what.ends_with(act)
    })
}

fn blank(kind: &str, quote: &str, span: Span, confidence: f32, unit: OrgUnitId) -> PlanItem {
    PlanItem {
        id: PlanItemId(0),
        plan: PlanId(0),
        no: 0,
        kind: kind.to_owned(),
        quote: quote.to_owned(),
        start: i64::try_from(span.start).unwrap_or(0),
        end: i64::try_from(span.end).unwrap_or(0),
        title: String::new(),
        times: None,
        every: None,
        when: None,
        at_least: false,
        metric: None,
        op: None,
        value: None,
        value_unit: None,
        due_from: None,
        due_to: None,
        duty: None,
        indicator: None,
        owner_unit: Some(unit),
        owner_role: None,
        owner_person: None,
        state: "suggested".into(),
        since: None,
        note: None,
        confidence: f64::from(confidence),
    }
}

fn op_text(op: Comparison) -> &'static str {
    match op {
        Comparison::AtLeast => ">=",
        Comparison::AtMost => "<=",
        Comparison::Equal => "=",
        Comparison::Above => ">",
        Comparison::Below => "<",
    }
}

/// The interval a duty can be scheduled by; `None` for cases and shifts, which no calendar knows.
fn interval_of(unit: IntervalUnit, n: u32) -> Option<Every> {
    let n = u16::try_from(n.max(1)).ok()?;
    let every = |n, unit| Some(Every { n, unit });
    match unit {
        IntervalUnit::Meal | IntervalUnit::Day => every(n, Interval::SchoolDay),
        IntervalUnit::Week => every(n, Interval::Week),
        IntervalUnit::HalfMonth => every(n, Interval::HalfMonth),
        IntervalUnit::Month => every(n, Interval::Month),
        IntervalUnit::Quarter => every(n, Interval::Quarter),
        IntervalUnit::HalfYear => every(2 * n, Interval::Quarter),
        IntervalUnit::Term => every(n, Interval::Term),
        IntervalUnit::SchoolYear => every(n, Interval::SchoolYear),
        IntervalUnit::Year => every(n, Interval::Year),
        IntervalUnit::Shift | IntervalUnit::Case => None,
    }
}

fn kind_of(reading: &Reading) -> &'static str {
    match reading.kind {
        Kind::Plan => "plan",
        Kind::Summary => "summary",
        Kind::Scheme => "scheme",
        Kind::Notice => "notice",
        Kind::News => "news",
        Kind::Other => "other",
    }
}

/// First short line of the text, else the file's name.
pub(crate) fn title_of(text: &str, file_name: &str) -> String {
    let first = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let is_title = (2..=40).contains(&first.chars().count()) && !first.ends_with(['。', '，', '；', '：']);
    if is_title {
        first.to_owned()
    } else {
        file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem).chars().take(80).collect()
    }
}

/// A deadline's date with an unstated year filled in: the first such date on or after the plan's first day.
fn resolve_date(text: &str, from: Date, last_of_span: bool) -> Option<Date> {
    if let Some(rest) = text.strip_prefix("--") {
        let mut parts = rest.splitn(2, '-');
        let month: i8 = parts.next()?.parse().ok()?;
        let day: Option<i8> = parts.next().and_then(|day| day.parse().ok());
        let in_year = |year: i16| {
            let first = Date::new(year, month, day.unwrap_or(1)).ok()?;
            Some(if day.is_none() && last_of_span { first.last_of_month() } else { first })
        };
        let this_year = in_year(from.year())?;
        return if this_year < from.first_of_month() { in_year(from.year() + 1) } else { Some(this_year) };
    }
    match text.split('-').collect::<Vec<_>>().as_slice() {
        [year] => Date::new(
            year.parse().ok()?,
            if last_of_span { 12 } else { 1 },
            if last_of_span { 31 } else { 1 },
        )
        .ok(),
        [year, month] => {
            let first = Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok()?;
            Some(if last_of_span { first.last_of_month() } else { first })
        }
        _ => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_deadline_without_a_year_falls_after_the_plan_begins() {
        let from = date(2026, 9, 1);
        assert_eq!(resolve_date("--12-30", from, true), Some(date(2026, 12, 30)));
        assert_eq!(resolve_date("--04", from, true), Some(date(2027, 4, 30)));
        assert_eq!(resolve_date("--09", from, false), Some(date(2026, 9, 1)));
        assert_eq!(resolve_date("2027", from, true), Some(date(2027, 12, 31)));
        assert_eq!(resolve_date("--06-31", from, true), None);
    }
}
