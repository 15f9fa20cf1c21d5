//! The summary (工作总结): sections of prose, charts and tables, every number from the records.

use crate::ReportError;
use crate::chart::{Band, Chart, Point, Series, Shape};
use crate::desk::Desk;
use crate::document::{self, Block, Cell, Document, HeadCell, Run, Table, TableRow};
use crate::gather::{Gathered, gather, template_fault};
use crate::template::render;
use crate::wording::{NO_DATA, aim, difference, previous_title, this_title};
use crate::{evidence, statistics};
use hygeia_pack::model::{self, Report, Section, Target};
use hygeia_work::{Figure, FigureId, Period, PeriodKind};
use rust_decimal::prelude::ToPrimitive;

/// A report that is a summary in sections.
pub(crate) fn document(
    desk: &Desk<'_>,
    report: &Report,
    sections: &[Section],
) -> Result<Document, ReportError> {
    // Neither the plan nor charts and tables need what the prose is written from: they are read beside it.
    let (gathered, (plan, mut shown)) = std::thread::scope(|scope| {
        let beside = scope
            .spawn(|| Ok::<_, ReportError>((evidence::of_plan(desk)?, Shown::read(desk, report, sections)?)));
        let gathered = gather(desk, report, sections);
        let beside = beside.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        Ok::<_, ReportError>((gathered?, beside?))
    })?;
    let mut writer = Writer { desk, report, gathered, blocks: Vec::new(), sections: 0, charts: 0, tables: 0 };
    // What the plan asked for stands before the problems, or last.
    let problems =
        sections.iter().position(|section| section.title.contains("问题")).unwrap_or(sections.len());
    for (at, section) in sections.iter().enumerate() {
        if at == problems {
            writer.plan(&plan);
        }
        writer.section(section, std::mem::take(&mut shown[at]))?;
    }
    if problems == sections.len() {
        writer.plan(&plan);
    }
    writer.sign();
    Ok(Document { title: title(desk, report), subtitle: subtitle(desk), blocks: writer.blocks })
}

/// 实验幼儿园2026学年第一学期卫生保健工作总结.
fn title(desk: &Desk<'_>, report: &Report) -> String {
    let period = desk.period.title(false);
    let own = &report.title.zh;
    let own = own.strip_prefix(desk.period.kind.title(false)).unwrap_or(own);
    format!("{}{period}{own}", desk.unit.title)
}

/// The days the numbers cover while the period still runs.
fn subtitle(desk: &Desk<'_>) -> Option<String> {
    let today = desk.actor.today();
    (today < desk.period.to).then(|| format!("（数据截至{}）", Period::day(today).title(false)))
}

/// What a section shows besides its prose, without numbers in front.
#[derive(Default)]
struct Shown {
    charts: Vec<Chart>,
    tables: Vec<Table>,
}

impl Shown {
    /// Of each section, in their order.
    fn read(desk: &Desk<'_>, report: &Report, sections: &[Section]) -> Result<Vec<Self>, ReportError> {
        let shown = |section: &Section| {
            let charts = section.charts.iter().filter_map(|spec| chart(desk, report, spec).transpose());
            let tables = section.tables.iter().map(|spec| statistics::table(desk, report, spec));
            Ok(Self { charts: charts.collect::<Result<_, _>>()?, tables: tables.collect::<Result<_, _>>()? })
        };
        sections.iter().map(shown).collect()
    }
}

struct Writer<'a, 'b> {
    desk: &'a Desk<'b>,
    report: &'a Report,
    gathered: Gathered,
    blocks: Vec<Block>,
    sections: usize,
    charts: usize,
    tables: usize,
}

impl Writer<'_, '_> {
    fn heading(&mut self, title: &str) {
        self.sections += 1;
        let text = format!("{}、{title}", numeral(self.sections));
        self.blocks.push(Block::Heading { level: 1, text });
    }

    fn section(&mut self, section: &Section, shown: Shown) -> Result<(), ReportError> {
        self.heading(&section.title);
        let rendered = render(&section.text, &self.gathered.facts)
            .map_err(|fault| template_fault(self.report, section, fault))?;
        self.blocks.extend(rendered.paragraphs.into_iter().map(Block::Paragraph));
        if section.title.contains("指标完成") {
            self.standings();
        }
        for mut chart in shown.charts {
            self.charts += 1;
            chart.title = format!("图{} {}", self.charts, chart.title);
            self.blocks.push(Block::Chart(chart));
        }
        for mut table in shown.tables {
            self.tables += 1;
            table.caption = format!("表{} {}", self.tables, section.title);
            self.blocks.push(Block::Table(table));
        }
        Ok(())
    }

    fn plan(&mut self, plan: &[Block]) {
        if !plan.is_empty() {
            self.heading("计划落实情况");
            self.blocks.extend(plan.iter().cloned());
        }
    }

    /// Every aim beside what was reached, now and in the period before.
    fn standings(&mut self) {
        let standings = &self.gathered.standings;
        if standings.is_empty() {
            self.blocks.push(Block::Paragraph(vec![Run::Text("本期没有设定目标的指标。".to_owned())]));
            return;
        }
        self.blocks.push(Block::Paragraph(tally(standings.iter().map(|(now, _)| now.reached()).collect())));
        self.tables += 1;
        let kind = self.desk.period.kind;
        let (this, previous) = (this_title(kind), previous_title(kind));
        let head = ["指标", "单位", "目标", this, "达标", previous, &format!("与{previous}比较")];
        let names = self.desk.names();
        let rows = standings.iter().map(|(now, before)| {
            let words = [
                Cell::text(&now.title),
                Cell::text(&now.measure_word),
                Cell::text(now.target.map(|target| aim(target, "")).unwrap_or_default()),
                names.cell(now),
                Cell::text(match now.reached() {
                    Some(true) => "达到",
                    Some(false) => "未达到",
                    None => "—",
                }),
                names.cell(before),
                Cell::text(difference(now, before).unwrap_or_else(|| "—".to_owned())),
            ];
            TableRow { cells: words.to_vec(), total: false }
        });
        self.blocks.push(Block::Table(Table {
            caption: format!("表{} 指标完成情况与目标、{previous}对照", self.tables),
            head: vec![head.into_iter().map(HeadCell::plain).collect()],
            rows: rows.collect(),
            note: Some(format!("“{NO_DATA}”指该时段没有登记，不等于零。")),
            ..Table::default()
        }));
    }

    /// The unit and the day, as official documents end.
    fn sign(&mut self) {
        let day = Period::day(self.desk.actor.today()).title(false);
        self.blocks.push(Block::Signature(vec![self.desk.unit.title.clone(), day]));
    }
}

/// How many aims were reached, missed, and cannot be judged.
fn tally(reached: Vec<Option<bool>>) -> Vec<Run> {
    let count = |wanted| reached.iter().filter(|state| **state == wanted).count();
    let figure = |count: usize, what: &str| {
        Run::Figure(document::Figure {
            text: format!("{count}项"),
            definition: format!("本期设有目标的指标中{what}的项数，逐项见下表"),
            ..document::Figure::default()
        })
    };
    let (met, missed, silent) = (count(Some(true)), count(Some(false)), count(None));
    let mut told = vec![
        Run::Text("设有目标的指标共".to_owned()),
        figure(reached.len(), "全部"),
        Run::Text("，其中达到目标".to_owned()),
        figure(met, "达到目标"),
        Run::Text("，未达到".to_owned()),
        figure(missed, "未达到目标"),
    ];
    if silent > 0 {
        told.push(Run::Text(format!("，{NO_DATA}")));
        told.push(figure(silent, NO_DATA));
    }
    told.push(Run::Text("。".to_owned()));
    told
}

/// The chart of a section; `None` when nothing in it has a value.
fn chart(desk: &Desk<'_>, report: &Report, spec: &model::Chart) -> Result<Option<Chart>, ReportError> {
    let id = desk.figure_id(report, &spec.value);
    let id = id.ok_or_else(|| ReportError::NotFound(format!("指标“{}”", spec.value)))?;
    let (unit, shape) = match spec.by.as_str() {
        "unit" => over_units(desk, &id)?,
        "part" => over_parts(desk, &id)?,
        by => over_time(desk, &id, by, &spec.title)?,
    };
    let chart = Chart { title: titled(desk, &id, &spec.title), unit, shape };
    Ok(chart.has_data().then_some(chart))
}

/// The title of a chart, with `{units}` as the kind of the units it compares: 各班级晨检率, for a county 各幼儿园晨检率.
fn titled(desk: &Desk<'_>, id: &FigureId, title: &str) -> String {
    const UNITS: &str = "{units}";
    if !title.contains(UNITS) {
        return title.to_owned();
    }
    let mut kinds: Vec<&str> = Vec::new();
    for unit in desk.units_below(id).into_iter().filter_map(|id| desk.directory.get(id)) {
        let kind = desk.packs.org_kinds.get(&unit.kind).map_or(unit.kind.as_str(), |kind| &kind.title.zh);
        // 幼儿园（托幼机构） is 幼儿园 in a title.
        let kind = kind.split('（').next().unwrap_or(kind);
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    title.replace(
        UNITS,
        match kinds.as_slice() {
            [kind] => kind,
            _ => "单位",
        },
    )
}

fn over_units(desk: &Desk<'_>, id: &FigureId) -> Result<(String, Shape), ReportError> {
    let units = desk.units_below(id);
    let grid = desk.grid(std::slice::from_ref(id), &units, std::slice::from_ref(desk.period))?;
    let figures: Vec<&Figure> = (0..units.len()).filter_map(|at| grid.get(0, at, 0)).collect();
    let title =
        |figure: &Figure| desk.directory.get(figure.unit).map(|unit| unit.title.clone()).unwrap_or_default();
    let points = figures.iter().map(|figure| point(desk, figure, title(figure), false)).collect();
    Ok((
        word_of(&figures),
        Shape::Bars { points, band: figures.first().and_then(|figure| band(figure.target)) },
    ))
}

fn over_parts(desk: &Desk<'_>, id: &FigureId) -> Result<(String, Shape), ReportError> {
    let broken = desk.work.document_breakdown(desk.actor, id, desk.unit.id, desk.period)?;
    let Some((measure, parts)) = broken.into_iter().next() else {
        return Ok((String::new(), Shape::Bars { points: Vec::new(), band: None }));
    };
    let word = desk.packs.measures.get(&measure).map(|measure| measure.unit.clone()).unwrap_or_default();
    let points = parts
        .into_iter()
        .map(|(_, title, value)| Point {
            label: title,
            value: value.to_f64(),
            text: format!("{}{word}", value.normalize()),
            ..Point::default()
        })
        .collect();
    Ok((word, Shape::Bars { points, band: None }))
}

fn over_time(desk: &Desk<'_>, id: &FigureId, by: &str, title: &str) -> Result<(String, Shape), ReportError> {
    let kind = PeriodKind::parse(by).unwrap_or(PeriodKind::Month);
    let today = desk.actor.today();
    let parts: Vec<Period> = desk
        .period
        .parts(kind, &desk.calendar)
        .into_iter()
        .filter(|part| part.from <= today)
        .filter(|part| kind != PeriodKind::Day || desk.calendar.is_school_day(part.from))
        .collect();
    let grid = desk.grid(std::slice::from_ref(id), &[desk.unit.id], &parts)?;
    let figures: Vec<&Figure> = (0..parts.len()).filter_map(|at| grid.get(0, 0, at)).collect();
    let points = figures
        .iter()
        .map(|figure| point(desk, figure, figure.period.short_title(false), figure.period.to > today))
        .collect();
    let band = figures.first().and_then(|figure| band(figure.target));
    let series = vec![Series { title: title.to_owned(), points }];
    Ok((word_of(&figures), Shape::Line { series, band }))
}

fn word_of(figures: &[&Figure]) -> String {
    figures.first().map(|figure| figure.measure_word.clone()).unwrap_or_default()
}

fn point(desk: &Desk<'_>, figure: &Figure, label: String, partial: bool) -> Point {
    Point {
        label,
        value: figure.value.and_then(|value| value.to_f64()),
        text: figure.text(),
        href: Some(desk.names().href(figure)),
        partial,
    }
}

fn band(target: Option<Target>) -> Option<Band> {
    let target = target?;
    Some(Band { limit: target.value.to_f64()?, at_least: target.at_least })
}

/// 一, 二 … 十, 十一 … 二十 …; numbers from 100 on stay digits.
pub(crate) fn numeral(number: usize) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    match number {
        1..=9 => DIGITS[number].to_owned(),
        10..=19 => format!("十{}", DIGITS[number - 10]),
        20..=99 => format!("{}十{}", DIGITS[number / 10], DIGITS[number % 10]),
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_numerals_of_headings() {
        let numerals: Vec<String> = [1, 9, 10, 11, 20, 21, 99, 100].into_iter().map(numeral).collect();
        assert_eq!(numerals, ["一", "九", "十", "十一", "二十", "二十一", "九十九", "100"]);
    }

    #[test]
    fn the_tally_counts_gaps_apart() {
        let runs = tally(vec![Some(true), Some(true), Some(false), None]);
        let text: String = runs
            .iter()
            .map(|run| match run {
                Run::Text(text) => text.as_str(),
                Run::Figure(figure) => figure.text.as_str(),
            })
            .collect();
        assert_eq!(text, "设有目标的指标共4项，其中达到目标2项，未达到1项，缺数据1项。");
    }
}
