//! Collects what a summary's templates ask for, in as few queries as possible.

use crate::ReportError;
use crate::desk::Desk;
use crate::document::{self, Run};
use crate::template::{Fact, Facts, Want, quoted_names, render};
use crate::wording::{NO_DATA, aim, change, encoded};
use hygeia_pack::model::{Good, Report, Section};
use hygeia_work::{DutyLine, Figure, FigureId, Period};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Rounds of rendering before a template that keeps asking is given up.
const ROUNDS: usize = 6;
/// Duties and targets told one by one in 存在问题; the rest are summed up.
const LONGEST_LIST: usize = 10;
/// Missed targets that 改进措施 speaks of, the worst first.
const WORST: usize = 5;

/// What a summary is written from.
pub(crate) struct Gathered {
    /// Answers to the templates.
    pub facts: Arc<Facts>,
    /// Every indicator with an aim: now and in the period before.
    pub standings: Vec<(Figure, Figure)>,
}

/// Fetches the figures of all sections: one query for the names written in them, further ones only for names a
/// template makes up while it is rendered.
pub(crate) fn gather(
    desk: &Desk<'_>,
    report: &Report,
    sections: &[Section],
) -> Result<Gathered, ReportError> {
    let mut gathering = Gathering {
        desk,
        report,
        before: desk.period.previous(&desk.calendar),
        facts: Facts { org: desk.unit.title.clone(), period: desk.period.title(false), ..Facts::default() },
        standings: Vec::new(),
    };
    let names = sections.iter().flat_map(|section| quoted_names(&section.text));
    let mut wants: BTreeSet<Want> = names
        .filter(|name| desk.figure_id(report, name).is_some())
        .map(|name| Want::Figure(name.to_owned()))
        .collect();
    let aimed: Vec<FigureId> = desk
        .packs
        .indicators
        .values()
        .filter(|indicator| indicator.id.pack() == report.id.pack())
        .map(|indicator| FigureId::Indicator(indicator.id.clone()))
        .collect();
    gathering.figures(&wants, &aimed)?;
    for _ in 0..ROUNDS {
        gathering.answer(&wants)?;
        let facts = Arc::new(gathering.facts.clone());
        wants.clear();
        for section in sections {
            let rendered =
                render(&section.text, &facts).map_err(|fault| template_fault(report, section, fault))?;
            wants.extend(rendered.wants);
        }
        if wants.is_empty() {
            return Ok(Gathered { facts, standings: gathering.standings });
        }
        gathering.figures(&wants, &[])?;
    }
    Err(ReportError::Template {
        report: report.id.to_string(),
        section: String::new(),
        message: "模板在反复渲染后仍在引用新的指标".to_owned(),
    })
}

/// A template's fault with the place it stands at.
pub(crate) fn template_fault(report: &Report, section: &Section, message: String) -> ReportError {
    ReportError::Template { report: report.id.to_string(), section: section.title.clone(), message }
}

struct Gathering<'a, 'b> {
    desk: &'a Desk<'b>,
    report: &'a Report,
    before: Period,
    facts: Facts,
    standings: Vec<(Figure, Figure)>,
}

impl Gathering<'_, '_> {
    /// Reads the figures wanted by name, and `aimed` indicators for the standings, for this period and the last.
    fn figures(&mut self, wants: &BTreeSet<Want>, aimed: &[FigureId]) -> Result<(), ReportError> {
        let mut named: Vec<(&str, FigureId)> = Vec::new();
        for want in wants {
            let Want::Figure(name) = want else { continue };
            named.push((name, self.known(name)?));
        }
        let mut ids: Vec<FigureId> = Vec::new();
        for id in named.iter().map(|(_, id)| id).chain(aimed) {
            if !ids.contains(id) {
                ids.push(id.clone());
            }
        }
        let periods = [self.desk.period.clone(), self.before.clone()];
        let grid = self.desk.grid(&ids, &[self.desk.unit.id], &periods)?;
        let pair = |id: &FigureId| {
            let at = ids.iter().position(|known| known == id)?;
            Some((grid.get(at, 0, 0)?, grid.get(at, 0, 1)?))
        };
        let names = self.desk.names();
        for (name, id) in &named {
            let Some((now, before)) = pair(id) else { continue };
            let fact = Fact {
                figure: names.run(now),
                value: now.value.and_then(|value| value.to_f64()),
                target: now.target.map(|target| aim(target, &now.measure_word)),
                change: change(&names, now, before),
            };
            self.facts.figures.insert((*name).to_owned(), fact);
        }
        let standings = aimed.iter().filter_map(pair).filter(|(now, _)| now.target.is_some());
        self.standings.extend(standings.map(|(now, before)| (now.clone(), before.clone())));
        Ok(())
    }

    fn known(&self, name: &str) -> Result<FigureId, ReportError> {
        self.desk
            .figure_id(self.report, name)
            .ok_or_else(|| ReportError::NotFound(format!("报表“{}”引用的指标“{name}”", self.report.id)))
    }

    /// Drafts the passages that are wanted.
    fn answer(&mut self, wants: &BTreeSet<Want>) -> Result<(), ReportError> {
        for want in wants {
            let passage = match want {
                Want::Figure(_) => continue,
                Want::Overdue => self.overdue()?,
                Want::Missed => self.missed(),
                Want::UnitsBelow(name) => self.units_below(name)?,
                Want::Remedies => self.remedies(),
                Want::Parts(name) => self.parts(name)?,
            };
            self.facts.passages.insert(want.clone(), passage);
        }
        Ok(())
    }

    fn overdue(&self) -> Result<Vec<Vec<Run>>, ReportError> {
        let desk = self.desk;
        if desk.period.from > desk.actor.today() {
            return Ok(vec![vec![no_data("常规完成情况")]]);
        }
        let mut lines = desk.work.overdue(desk.actor, desk.unit.id, desk.period.from, desk.last_day())?;
        if lines.is_empty() {
            return Ok(vec![vec![Run::Text("各项常规均按要求完成，没有逾期未登记的情况。".to_owned())]]);
        }
        let missing = |line: &DutyLine| line.expected() - line.done();
        lines.sort_by_key(|line| std::cmp::Reverse(missing(line)));
        let names = desk.names();
        let period = desk.period.title(false);
        let mut told = vec![vec![Run::Text("以下常规没有按要求的次数登记：".to_owned())]];
        let first = lines.iter().take(LONGEST_LIST).enumerate();
        told.extend(first.map(|(at, line)| names.overdue_line(at + 1, line, &period, self.records(line))));
        let rest = lines.get(LONGEST_LIST..).unwrap_or_default();
        if !rest.is_empty() {
            let count: u32 = rest.iter().map(missing).sum();
            let titles: Vec<&str> = rest.iter().map(|line| line.duty.title.zh.as_str()).collect();
            told.push(vec![Run::Text(format!(
                "此外，{}等{}项共缺{count}次。",
                titles.join("、"),
                rest.len()
            ))]);
        }
        Ok(told)
    }

    /// The register of a duty with its entries of the period.
    fn records(&self, line: &DutyLine) -> String {
        format!(
            "/registers/{}?org={}&period={}",
            encoded(line.duty.register.as_str()),
            encoded(&self.desk.unit.code),
            encoded(&self.desk.period.to_string())
        )
    }

    fn missed(&self) -> Vec<Vec<Run>> {
        let names = self.desk.names();
        let missed: Vec<&Figure> = self
            .standings
            .iter()
            .map(|(now, _)| now)
            .filter(|figure| figure.reached() == Some(false))
            .collect();
        let mut told = Vec::new();
        if !missed.is_empty() {
            told.push(vec![Run::Text("以下指标没有达到目标：".to_owned())]);
        }
        let first = missed.iter().take(LONGEST_LIST).enumerate();
        told.extend(first.map(|(at, figure)| names.missed_line(at + 1, figure)));
        if let Some(rest) = missed.get(LONGEST_LIST..).filter(|rest| !rest.is_empty()) {
            told.push(names.missed_rest(rest));
        }
        let silent: Vec<&str> = self
            .standings
            .iter()
            .filter(|(now, _)| now.value.is_none())
            .map(|(now, _)| now.title.as_str())
            .collect();
        if told.is_empty() && silent.len() < self.standings.len() {
            told.push(vec![Run::Text("有数据的目标均已达到。".to_owned())]);
        }
        if !silent.is_empty() {
            let text = format!("{}{NO_DATA}，是否达到目标无法判断。", silent.join("、"));
            told.push(vec![Run::Text(text)]);
        }
        told
    }

    /// What is done about the targets that were missed by most of what was asked; the worst first.
    fn remedies(&self) -> Vec<Vec<Run>> {
        let mut missed: Vec<(Decimal, &Figure)> = self
            .standings
            .iter()
            .filter(|(now, _)| now.reached() == Some(false))
            .filter_map(|(now, _)| {
                let (value, target) = (now.value?, now.target?.value);
                let asked = if target.is_zero() { Decimal::ONE } else { target };
                Some(((value - target).abs().checked_div(asked)?, now))
            })
            .collect();
        missed.sort_by_key(|(gap, _)| std::cmp::Reverse(*gap));
        let names = self.desk.names();
        let worst = missed.iter().take(WORST).enumerate();
        worst.map(|(at, (_, figure))| names.remedy_line(at + 1, figure)).collect()
    }

    /// `流行性腮腺炎9例、麻疹1例`: options that occurred, the largest first; nothing when none did.
    fn parts(&self, name: &str) -> Result<Vec<Vec<Run>>, ReportError> {
        let FigureId::Measure(measure) = self.known(name)? else { return Ok(Vec::new()) };
        let desk = self.desk;
        let whole = FigureId::Measure(measure.clone());
        let broken = desk.work.document_breakdown(desk.actor, &whole, desk.unit.id, desk.period)?;
        let Some((_, mut parts)) = broken.into_iter().next() else { return Ok(Vec::new()) };
        parts.retain(|(_, _, value)| !value.is_zero());
        parts.sort_by_key(|(_, _, value)| std::cmp::Reverse(*value));
        let ids: Vec<FigureId> =
            parts.iter().map(|(code, _, _)| FigureId::Part(measure.clone(), code.clone())).collect();
        let grid = desk.grid(&ids, &[desk.unit.id], std::slice::from_ref(desk.period))?;
        let mut told = Vec::new();
        for (at, (_, title, _)) in parts.iter().enumerate() {
            let Some(figure) = grid.get(at, 0, 0) else { continue };
            told.push(Run::Text(format!("{}{title}", if at == 0 { "" } else { "、" })));
            told.push(Run::Figure(desk.names().run(figure)));
        }
        Ok(if told.is_empty() { Vec::new() } else { vec![told] })
    }

    /// Units below that miss the aim; without an aim, those on the wrong side of the unit's own value. Nothing when
    /// there are none.
    fn units_below(&self, name: &str) -> Result<Vec<Vec<Run>>, ReportError> {
        let id = self.known(name)?;
        let mut units = self.desk.units_below(&id);
        units.push(self.desk.unit.id);
        let grid = self.desk.grid(&[id], &units, std::slice::from_ref(self.desk.period))?;
        let figures: Vec<&Figure> = (0..units.len()).filter_map(|at| grid.get(0, at, 0)).collect();
        let Some((own, below)) = figures.split_last() else { return Ok(Vec::new()) };
        if below.iter().all(|figure| figure.value.is_none()) {
            return Ok(vec![vec![
                Run::Text(format!("各单位{}：", own.title)),
                no_data(&own.title),
                Run::Text("。".to_owned()),
            ]]);
        }
        let short: Vec<&Figure> = below.iter().copied().filter(|figure| falls_short(figure, own)).collect();
        Ok(if short.is_empty() { Vec::new() } else { vec![self.desk.names().shortfall(own, &short)] })
    }
}

fn falls_short(figure: &Figure, own: &Figure) -> bool {
    if let Some(reached) = figure.reached() {
        return !reached;
    }
    match (figure.value, own.value, own.good) {
        (Some(value), Some(own), Good::Down) => value > own,
        (Some(value), Some(own), _) => value < own,
        _ => false,
    }
}

fn no_data(what: &str) -> Run {
    Run::Figure(document::Figure {
        text: NO_DATA.to_owned(),
        definition: format!("{what}：该时段没有登记"),
        missing: true,
        ..document::Figure::default()
    })
}
