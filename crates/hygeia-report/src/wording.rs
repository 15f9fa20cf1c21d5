//! Numbers in words: definitions, targets, comparisons, and the drafted lines of 存在问题.
//!
//! Pure functions of figures and duties that were already fetched.

use crate::document::{self, Cell, Run};
use crate::ledger::ledger_definition;
use hygeia_pack::model::{Among, FieldType, Interval, Measure, MeasureId, MeasureKind, PackSet, Target};
use hygeia_work::{Directory, DutyLine, Figure, FigureId, Occurrence, PeriodKind};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// What a missing number is called everywhere.
pub(crate) const NO_DATA: &str = "缺数据";
/// Units named one by one in a sentence before it says 等.
const NAMED_UNITS: usize = 6;

/// Names of things that figures refer to.
pub(crate) struct Names<'a> {
    pub packs: &'a PackSet,
    pub directory: &'a Directory,
}

impl Names<'_> {
    /// Name of the figure; a breakdown's option stands in brackets: 传染病例数（手足口病）.
    pub fn title(&self, figure: &Figure) -> String {
        match &figure.id {
            FigureId::Part(measure, code) => {
                format!("{}（{}）", figure.title, self.option_title(measure, code))
            }
            _ => figure.title.clone(),
        }
    }

    fn option_title(&self, measure: &MeasureId, code: &str) -> String {
        let measure = self.packs.measures.get(measure);
        let field = measure.and_then(|measure| {
            self.packs.registers.get(measure.register()?)?.fields.get(measure.by.as_ref()?)
        });
        match field.map(|field| &field.kind) {
            Some(FieldType::Choice(choice) | FieldType::Choices(choice)) => choice.option(code),
            _ => None,
        }
        .map_or_else(|| code.to_owned(), |option| option.title.zh.clone())
    }

    /// Address of the figure's page with its records.
    pub fn href(&self, figure: &Figure) -> String {
        let id = match &figure.id {
            FigureId::Indicator(id) => id.to_string(),
            FigureId::Measure(id) => id.to_string(),
            FigureId::Part(id, code) => format!("{id}@{code}"),
        };
        let code = self.directory.get(figure.unit).map(|unit| unit.code.as_str()).unwrap_or_default();
        format!(
            "/indicators/{}?org={}&period={}",
            encoded(&id),
            encoded(code),
            encoded(&figure.period.to_string())
        )
    }

    /// What the figure counts, for whom, when, and what went into it.
    pub fn definition(&self, figure: &Figure) -> String {
        let mut told = vec![match &figure.id {
            FigureId::Indicator(id) => {
                let indicator = self.packs.indicators.get(id);
                let words = indicator.and_then(|indicator| indicator.definition.clone());
                format!("{}：{}", figure.title, words.unwrap_or_else(|| self.made_of(figure)))
            }
            FigureId::Measure(id) | FigureId::Part(id, _) => {
                let counted = self.packs.measures.get(id).map(|measure| self.counted(measure));
                format!("{}：{}", self.title(figure), counted.unwrap_or_default())
            }
        }];
        let unit = self.directory.get(figure.unit).map(|unit| unit.title.as_str()).unwrap_or_default();
        told.push(format!("{unit}，{}", figure.period.title(false)));
        if let FigureId::Indicator(id) = &figure.id {
            let parts: Vec<String> = figure.parts.iter().map(|(id, value)| self.part(id, *value)).collect();
            told.push(parts.join("，"));
            told.extend(
                self.packs
                    .indicators
                    .get(id)
                    .and_then(|i| i.source.as_ref())
                    .map(|source| format!("依据：{source}")),
            );
        }
        told.retain(|piece| !piece.is_empty());
        told.join("；")
    }

    /// An indicator that gives no definition in words is told by what it is computed from.
    fn made_of(&self, figure: &Figure) -> String {
        let titles: Vec<&str> = figure
            .parts
            .iter()
            .filter_map(|(id, _)| self.packs.measures.get(id))
            .map(|measure| measure.title.zh.as_str())
            .collect();
        format!("由{}计算", titles.join("、"))
    }

    fn part(&self, id: &MeasureId, value: Option<Decimal>) -> String {
        let measure = self.packs.measures.get(id);
        let title = measure.map_or(id.as_str(), |measure| &measure.title.zh);
        let word = measure.map(|measure| measure.unit.as_str()).unwrap_or_default();
        match value {
            Some(value) => format!("{title} {}{word}", value.normalize()),
            None => format!("{title} {NO_DATA}"),
        }
    }

    fn counted(&self, measure: &Measure) -> String {
        let register = measure.register().and_then(|id| self.packs.registers.get(id));
        let register = register.map(|register| register.title.zh.as_str()).unwrap_or_default();
        let some = if measure.filter().is_some() { "符合条件的" } else { "" };
        let duty = |id| self.packs.duties.get(id).map(|duty| duty.title.zh.as_str()).unwrap_or_default();
        match &measure.kind {
            MeasureKind::Count { .. } => format!("《{register}》中{some}记录数"),
            MeasureKind::Sum { field, register: id, .. } => {
                let field = self.packs.registers.get(id).and_then(|register| register.fields.get(field));
                let field = field.map(|field| field.title.zh.as_str()).unwrap_or_default();
                format!("《{register}》中{some}记录的“{field}”合计")
            }
            MeasureKind::People { among, .. } => {
                let whom = match among {
                    None => "",
                    Some(Among::Enrolled) => "期末在册且",
                    Some(Among::Joined) => "期内新入册且",
                };
                let when = match measure.since {
                    Some(Interval::Term) => "自本学期起",
                    Some(Interval::SchoolYear) => "自本学年起",
                    Some(_) => "自本年起",
                    None => "",
                };
                format!("{whom}《{register}》中{when}有{some}记录的人数（每人计一次）")
            }
            MeasureKind::Enrolled { .. } => "期末（未结束的取当日）在册人数".to_owned(),
            MeasureKind::EnrolledDays { .. } => "期内每个在园（校）日的在册人数之和".to_owned(),
            MeasureKind::Joined { .. } => "期内新入册人数（本单位内部调班不计）".to_owned(),
            MeasureKind::Units { .. } => "期末机构数".to_owned(),
            MeasureKind::DutyDue { duty: id } => format!("制度“{}”期内应登记数", duty(id)),
            MeasureKind::DutyDone { duty: id } => format!("制度“{}”期内已登记数", duty(id)),
            MeasureKind::DutyOnTime { duty: id, .. } => format!("制度“{}”期内按时登记数", duty(id)),
            MeasureKind::Balance { .. } | MeasureKind::Flow { .. } | MeasureKind::Transfers { .. } => {
                ledger_definition(self.packs, measure)
            }
        }
    }

    /// The figure as a run of a sentence.
    pub fn run(&self, figure: &Figure) -> document::Figure {
        document::Figure {
            text: figure.text(),
            definition: self.definition(figure),
            href: self.href(figure),
            note: aim_note(figure),
            missing: figure.value.is_none(),
        }
    }

    /// The figure as a table cell, without its unit.
    pub fn cell(&self, figure: &Figure) -> Cell {
        Cell {
            text: figure.number().unwrap_or_else(|| NO_DATA.to_owned()),
            number: figure.value.and_then(|value| value.to_f64()),
            decimals: figure.decimals,
            href: Some(self.href(figure)),
            missing: figure.value.is_none(),
        }
    }

    fn unit_title(&self, occurrence: &Occurrence) -> String {
        self.directory.get(occurrence.unit).map(|unit| unit.title.clone()).unwrap_or_default()
    }

    /// One drafted line on a duty that was not done as often as owed: how much is missing, where, and the last time.
    pub fn overdue_line(&self, no: usize, line: &DutyLine, period: &str, href: String) -> Vec<Run> {
        let missing = line.expected() - line.done();
        let mut by_unit: Vec<(String, u32)> = Vec::new();
        for occurrence in &line.occurrences {
            let (title, short) = (self.unit_title(occurrence), occurrence.expected - occurrence.done);
            match by_unit.iter_mut().find(|(known, _)| *known == title) {
                Some((_, count)) => *count += short,
                None => by_unit.push((title, short)),
            }
        }
        by_unit.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let named: Vec<String> =
            by_unit.iter().take(NAMED_UNITS).map(|(title, count)| format!("{title}{count}次")).collect();
        let places = match by_unit.len() {
            0 | 1 => by_unit.first().map(|(title, _)| format!("，涉及{title}")).unwrap_or_default(),
            count if count > NAMED_UNITS => format!("，涉及{}等{count}处", named.join("、")),
            _ => format!("，涉及{}", named.join("、")),
        };
        let latest = line.occurrences.iter().map(|occurrence| occurrence.window.due_at.date()).max();
        let latest = latest
            .map(|day| format!("，最近一次应于{}月{}日前完成", day.month(), day.day()))
            .unwrap_or_default();
        let title = &line.duty.title.zh;
        let register =
            self.packs.registers.get(&line.duty.register).map(|r| r.title.zh.as_str()).unwrap_or_default();
        let windows = line.occurrences.len();
        let figure = document::Figure {
            text: format!("{missing}次"),
            definition: format!(
                "{title}缺登记次数：期内未按要求完成的{windows}个时段应登记{}次，《{register}》已登记{}次；{period}",
                line.expected(),
                line.done()
            ),
            href,
            ..document::Figure::default()
        };
        vec![
            Run::Text(format!("{no}. {title}：缺")),
            Run::Figure(figure),
            Run::Text(format!("{places}{latest}。")),
        ]
    }

    /// The targets beyond the list, in one sentence.
    pub fn missed_rest(&self, figures: &[&Figure]) -> Vec<Run> {
        let mut told = vec![Run::Text("此外，".to_owned())];
        for (at, figure) in figures.iter().enumerate() {
            told.push(Run::Text(format!("{}{}", if at == 0 { "" } else { "、" }, figure.title)));
            told.push(Run::Figure(self.run(figure)));
        }
        told.push(Run::Text(format!("等{}项也未达到目标。", figures.len())));
        told
    }

    /// The units of `short` with their values: `晨检率低于目标（≥95%）的有：大一班（93.0%）、中二班（94.1%）。`
    pub fn shortfall(&self, own: &Figure, short: &[&Figure]) -> Vec<Run> {
        let against = match short.iter().find_map(|figure| figure.target) {
            Some(target) => format!("未达到目标（{}）", aim(target, &own.measure_word)),
            None => format!("不及平均（{}）", own.text()),
        };
        let mut told = vec![Run::Text(format!("{}{against}的有：", self.title(own)))];
        for (at, figure) in short.iter().enumerate() {
            let unit = self.directory.get(figure.unit).map(|unit| unit.title.as_str()).unwrap_or_default();
            told.push(Run::Text(format!("{}{unit}（", if at == 0 { "" } else { "）、" })));
            told.push(Run::Figure(self.run(figure)));
        }
        told.push(Run::Text("）。".to_owned()));
        told
    }

    /// One drafted line on what is done about a target that was not reached, by the pack's words for it.
    pub fn remedy_line(&self, no: usize, figure: &Figure) -> Vec<Run> {
        let remedy = match &figure.id {
            FigureId::Indicator(id) => self.packs.indicators.get(id).and_then(|own| own.remedy.as_deref()),
            _ => None,
        };
        let aim = figure.target.map(|target| aim(target, &figure.measure_word)).unwrap_or_default();
        let remedy = remedy.unwrap_or("查明没有达到的班级和原因，明确责任人和完成日期，每月核对一次");
        vec![
            Run::Text(format!("{no}. {}", figure.title)),
            Run::Figure(self.run(figure)),
            Run::Text(format!("（目标{aim}）：{remedy}。")),
        ]
    }

    /// One drafted line on a target that was not reached.
    pub fn missed_line(&self, no: usize, figure: &Figure) -> Vec<Run> {
        let gap = match (figure.value, figure.target) {
            (Some(value), Some(target)) => (target.value - value).abs(),
            _ => Decimal::ZERO,
        };
        let aim = figure.target.map(|target| aim(target, &figure.measure_word)).unwrap_or_default();
        vec![
            Run::Text(format!("{no}. {}", figure.title)),
            Run::Figure(self.run(figure)),
            Run::Text(format!("，未达到{aim}的目标，相差{}。", amount(gap, figure))),
        ]
    }
}

/// Words for a difference or count in the figure's own unit: `1.2个百分点`, `3人`.
fn amount(value: Decimal, figure: &Figure) -> String {
    let number = format!("{:.*}", usize::from(figure.decimals), value);
    match figure.measure_word.as_str() {
        "%" => format!("{number}个百分点"),
        "‰" => format!("{number}个千分点"),
        word => format!("{number}{word}"),
    }
}

/// `≥95%`.
pub(crate) fn aim(target: Target, measure_word: &str) -> String {
    format!("{}{}{measure_word}", if target.at_least { "≥" } else { "≤" }, target.value.normalize())
}

fn aim_note(figure: &Figure) -> Option<String> {
    let aim = aim(figure.target?, &figure.measure_word);
    Some(match figure.reached() {
        Some(true) => format!("已达到目标（{aim}）"),
        Some(false) => format!("未达到目标（{aim}）"),
        None => format!("目标 {aim}，{NO_DATA}"),
    })
}

/// What the period before is called: 上学期, 上月.
pub(crate) fn previous_title(kind: PeriodKind) -> &'static str {
    match kind {
        PeriodKind::Day => "前一日",
        PeriodKind::Week => "上周",
        PeriodKind::Month => "上月",
        PeriodKind::Quarter => "上季度",
        PeriodKind::Term => "上学期",
        PeriodKind::SchoolYear => "上学年",
        PeriodKind::Year => "上年",
        PeriodKind::Range => "上一时段",
    }
}

/// What this period is called: 本学期, 本月.
pub(crate) fn this_title(kind: PeriodKind) -> &'static str {
    match kind {
        PeriodKind::Day => "当日",
        PeriodKind::Week => "本周",
        PeriodKind::Month => "本月",
        PeriodKind::Quarter => "本季度",
        PeriodKind::Term => "本学期",
        PeriodKind::SchoolYear => "本学年",
        PeriodKind::Year => "本年",
        PeriodKind::Range => "本时段",
    }
}

/// The difference in words, without saying to what: `提高1.2个百分点`, `增加3例`, `持平`; `None` when either is missing.
pub(crate) fn difference(now: &Figure, before: &Figure) -> Option<String> {
    let change = now.value? - before.value?;
    if change.is_zero() {
        return Some("持平".to_owned());
    }
    let share = matches!(now.measure_word.as_str(), "%" | "‰");
    let verb = match (share, change.is_sign_positive()) {
        (true, true) => "提高",
        (true, false) => "降低",
        (false, true) => "增加",
        (false, false) => "减少",
    };
    Some(format!("{verb}{}", amount(change.abs(), now)))
}

/// The comparison as part of a sentence: `比上学期提高1.2个百分点`, `与上学期持平`.
pub(crate) fn change(names: &Names<'_>, now: &Figure, before: &Figure) -> Vec<Run> {
    let previous = previous_title(now.period.kind);
    let told = |text: &str, missing| {
        Run::Figure(document::Figure {
            text: text.to_owned(),
            definition: format!(
                "{}：{} {}，{} {}",
                names.title(now),
                now.period.title(false),
                now.text(),
                before.period.title(false),
                before.text()
            ),
            href: names.href(before),
            note: None,
            missing,
        })
    };
    match difference(now, before).as_deref() {
        Some("持平") => vec![Run::Text(format!("与{previous}")), told("持平", false)],
        Some(difference) => vec![Run::Text(format!("比{previous}")), told(difference, false)],
        None => vec![Run::Text(format!("与{previous}比较")), told(NO_DATA, true)],
    }
}

/// The text with everything but letters, digits and `-_.@:` percent-encoded.
pub(crate) fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'@' | b':' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{directory, packs, rate};

    fn plain(runs: &[Run]) -> String {
        runs.iter()
            .map(|run| match run {
                Run::Text(text) => text.clone(),
                Run::Figure(figure) => figure.text.clone(),
            })
            .collect()
    }

    fn with_names<T>(check: impl FnOnce(&Names<'_>) -> T) -> T {
        check(&Names { packs: &packs(), directory: &directory() })
    }

    #[test]
    fn a_figure_tells_its_definition_parts_and_address() {
        with_names(|names| {
            let figure = names.run(&rate(1, Some("93.3"), Some("95")));
            assert_eq!(figure.text, "93.3%");
            assert_eq!(
                figure.definition,
                "晨检率：晨检人次÷实到人次；甲园，2026学年第一学期；在册儿童 60人；依据：工作规范"
            );
            assert_eq!(figure.href, "/indicators/k.rate?org=%E7%94%B2&period=2026-T1");
            assert_eq!(figure.note.as_deref(), Some("未达到目标（≥95%）"));
            let gap = names.run(&rate(1, None, Some("95")));
            assert_eq!((gap.text.as_str(), gap.missing), ("缺数据", true));
            assert_eq!(gap.note.as_deref(), Some("目标 ≥95%，缺数据"));
        });
    }

    #[test]
    fn comparisons_say_more_less_same_or_nothing() {
        with_names(|names| {
            let told = |now, before| plain(&change(names, &rate(1, now, None), &rate(1, before, None)));
            assert_eq!(told(Some("93.3"), Some("92.1")), "比上学期提高1.2个百分点");
            assert_eq!(told(Some("92.1"), Some("93.3")), "比上学期降低1.2个百分点");
            assert_eq!(told(Some("93.3"), Some("93.3")), "与上学期持平");
            assert_eq!(told(Some("93.3"), None), "与上学期比较缺数据");
        });
        let mut cases = rate(1, Some("5"), None);
        (cases.measure_word, cases.decimals) = ("例".into(), 0);
        let mut before = cases.clone();
        before.value = Some(Decimal::from(7));
        assert_eq!(difference(&cases, &before).as_deref(), Some("减少2例"));
    }

    #[test]
    fn drafted_lines_name_the_gap_and_the_units() {
        with_names(|names| {
            assert_eq!(
                plain(&names.missed_line(2, &rate(1, Some("93.3"), Some("95")))),
                "2. 晨检率93.3%，未达到≥95%的目标，相差1.7个百分点。"
            );
            assert_eq!(
                plain(&names.remedy_line(1, &rate(1, Some("93.3"), Some("95")))),
                "1. 晨检率93.3%（目标≥95%）：查明没有达到的班级和原因，明确责任人和完成日期，每月核对一次。"
            );
            let (first, second) = (rate(2, Some("93"), Some("95")), rate(3, Some("94"), Some("95")));
            assert_eq!(
                plain(&names.shortfall(&rate(1, Some("93.5"), Some("95")), &[&first, &second])),
                "晨检率未达到目标（≥95%）的有：大一班（93.0%）、大二班（94.0%）。"
            );
        });
    }
}
