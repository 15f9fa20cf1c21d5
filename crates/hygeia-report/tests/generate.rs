//! Reports from a real database: a small pack, two classes, a term that still runs.

#![expect(clippy::unwrap_used, reason = "a failure here is the test's failure")]

use hygeia_pack::PackSource;
use hygeia_report::document::{Block, Document, Run, Table};
use hygeia_report::{ReportError, docx, generate, html, xlsx};
use hygeia_store::{CountyId, OrgUnit, OrgUnitId, Store, StoreOptions, Term};
use hygeia_work::{Actor, Options, Period, Submission, Work, county_time_zone};
use jiff::civil::date;

const PACK: &[(&str, &str)] = &[
    ("pack.yaml", "pack: tiny\ntitle: 小包\nversion: 1\n"),
    ("roles.yaml", "roles:\n  nurse: { title: 保健医, plans: true }\n"),
    (
        "org_kinds.yaml",
        "org_kinds:\n  kindergarten: { title: 幼儿园, under: [] }\n  class: { title: 班级, under: [kindergarten] }\n",
    ),
    (
        "registers/airing.yaml",
        "register: airing
title: 通风登记
about: org_unit
at: class
day: date
key: [org_unit, date]
who: { nurse: [view, enter, edit] }
fields:
  date: { type: date, title: 日期, required: true }
  planned: { type: int, title: 应通风次数, required: true }
  made: { type: int, title: 通风次数, required: true }
",
    ),
    (
        "measures.yaml",
        "measures:
  planned: { title: 应通风次数, sum: airing.planned, unit: 次 }
  made: { title: 通风次数, sum: airing.made, unit: 次 }
indicators:
  airing_rate: { title: 通风率, value: made / planned, unit: percent, decimals: 1, good: up, target: at_least 95,
                 definition: 通风次数÷应通风次数×100% }
duties:
  airing: { title: 开窗通风, register: airing, every: school_day, times: 1, at: class, role: nurse, in_term: true }
",
    ),
    (
        "reports/monthly.yaml",
        "report: monthly
title: 通风统计表
kind: table
period: month
at: kindergarten
rows: units class
columns:
  - { title: 通风|应做, value: planned }
  - { title: 通风|实做, value: made }
  - { title: 通风率, value: airing_rate }
note: 口径见规范
signatures: [填表人, 审核人]
",
    ),
    (
        "reports/term_summary.yaml",
        "report: term_summary
title: 学期卫生保健工作总结
kind: summary
period: term
at: kindergarten
sections:
  - title: 卫生消毒
    text: |
      {{ org }}{{ period }}通风{{ m('made') }}，通风率{{ m('airing_rate') }}（目标{{ target('airing_rate') }}），{{ change('airing_rate') }}。
    charts:
      - { title: 各月通风率, value: airing_rate, by: month }
      - { title: 各班通风率, value: airing_rate, by: unit }
  - title: 指标完成情况
    text: 对照如下。
  - title: 存在问题
    text: |
      {{ overdue() }}

      {{ missed() }}

      {{ units_below('airing_rate') }}
",
    ),
];

struct County {
    work: Work,
    actor: Actor,
    kindergarten: OrgUnitId,
    class: OrgUnitId,
}

impl County {
    fn new() -> Self {
        let store =
            Store::open(StoreOptions { url: "sqlite::memory:".into(), key: [7; 32], readers: 1 }).unwrap();
        let files = PACK.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        let packs = vec![PackSource { pack: "tiny".into(), files }];
        let county = CountyId(1);
        let work = Work::open(store, Options { county, packs }).unwrap();
        let (kindergarten, class) = work
            .store()
            .write(move |writer| {
                let unit = |code: &str, kind: &str, title: &str, parent, sort| OrgUnit {
                    id: OrgUnitId(0),
                    code: code.into(),
                    kind: kind.into(),
                    title: title.into(),
                    parent,
                    path: String::new(),
                    from: date(2020, 9, 1),
                    to: None,
                    sort,
                    attrs: serde_json::Value::Null,
                };
                let top = writer.org_unit_put(county, &unit("k1", "kindergarten", "甲园", None, 1))?;
                let class = writer.org_unit_put(county, &unit("c1", "class", "大一班", Some(top), 2))?;
                writer.org_unit_put(county, &unit("c2", "class", "大二班", Some(top), 3))?;
                let (from, to) = (date(2026, 9, 1), date(2027, 1, 22));
                writer
                    .term_put(county, &Term { id: "2026-T1".into(), title: "第一学期".into(), from, to })?;
                Ok((top, class))
            })
            .unwrap();
        work.reload().unwrap();
        let now = date(2026, 9, 4).at(18, 0, 0, 0).to_zoned(county_time_zone()).unwrap().timestamp();
        let actor = work.system_actor(now);
        Self { work, actor, kindergarten, class }
    }

    fn aired(&self, class: &str, day: &str, planned: i64, made: i64) {
        let values = serde_json::json!({ "date": day, "planned": planned, "made": made });
        let submission = Submission {
            org_unit: Some(class.into()),
            values: values.as_object().unwrap().clone(),
            ..Submission::default()
        };
        self.work.entry_submit(&self.actor, "tiny.airing", submission).unwrap();
    }

    fn report(&self, name: &str, period: &str) -> Result<Document, ReportError> {
        let period = Period::parse(period, &self.work.calendar()).unwrap();
        generate(&self.work, &self.actor, name, self.kindergarten, &period)
    }
}

fn tables(document: &Document) -> Vec<&Table> {
    let mut found = Vec::new();
    for block in &document.blocks {
        if let Block::Table(table) = block {
            found.push(table);
        }
    }
    found
}

fn texts(table: &Table) -> Vec<Vec<&str>> {
    table.rows.iter().map(|row| row.cells.iter().map(|cell| cell.text.as_str()).collect()).collect()
}

fn prose(document: &Document) -> String {
    let mut told = String::new();
    for block in &document.blocks {
        match block {
            Block::Heading { text, .. } => told.push_str(text),
            Block::Paragraph(runs) => {
                for run in runs {
                    told.push_str(match run {
                        Run::Text(text) => text,
                        Run::Figure(figure) => &figure.text,
                    });
                }
            }
            _ => continue,
        }
        told.push('\n');
    }
    told
}

fn county_with_records() -> County {
    let county = County::new();
    for day in ["2026-09-01", "2026-09-02", "2026-09-03", "2026-09-04"] {
        county.aired("c1", day, 5, 5);
    }
    county.aired("c2", "2026-09-01", 5, 3);
    county
}

#[test]
fn a_monthly_table_totals_its_classes() {
    let county = county_with_records();
    let document = county.report("tiny/monthly", "2026-09").unwrap();
    let table = tables(&document)[0];
    assert_eq!(
        texts(table),
        [["大一班", "20", "20", "100.0"], ["大二班", "5", "3", "60.0"], ["合计", "25", "23", "92.0"]]
    );
    assert_eq!(table.head[0][1].text, "通风");
    assert_eq!(table.head[0][2].text, "通风率（%）");
    assert_eq!(
        table.rows[0].cells[3].href.as_deref(),
        Some("/indicators/tiny.airing_rate?org=c1&period=2026-09")
    );
    assert!(table.lead.as_deref().unwrap().contains("填报单位：甲园"));
}

#[test]
fn a_month_without_records_is_missing_not_zero() {
    let county = county_with_records();
    let document = county.report("tiny.monthly", "2026-08").unwrap();
    assert_eq!(texts(tables(&document)[0])[2], ["合计", "缺数据", "缺数据", "缺数据"]);
}

#[test]
fn a_summary_is_written_from_the_records() {
    let county = county_with_records();
    let document = county.report("tiny/term-summary", "2026-T1").unwrap();
    assert_eq!(document.title, "甲园2026学年第一学期卫生保健工作总结");
    assert_eq!(document.subtitle.as_deref(), Some("（数据截至2026年9月4日）"));
    let told = prose(&document);
    for sentence in [
        "一、卫生消毒\n",
        "甲园2026学年第一学期通风23次，通风率92.0%（目标≥95%），与上学期比较缺数据。\n",
        "设有目标的指标共1项，其中达到目标0项，未达到1项。\n",
        "1. 开窗通风：缺2次，涉及大二班，最近一次应于9月3日前完成。\n",
        "1. 通风率92.0%，未达到≥95%的目标，相差3.0个百分点。\n",
        "通风率未达到目标（≥95%）的有：大二班（60.0%）。\n",
    ] {
        assert!(told.contains(sentence), "{sentence}缺于\n{told}");
    }
    let standing = tables(&document)[0];
    assert_eq!(texts(standing)[0], ["通风率", "%", "≥95", "92.0", "未达到", "缺数据", "—"]);
    let charts = document.blocks.iter().filter(|block| matches!(block, Block::Chart(_))).count();
    assert_eq!(charts, 2);
    assert!(
        document.figures().all(|figure| !figure.definition.is_empty()),
        "every figure has its definition"
    );
}

#[test]
fn a_summary_is_written_in_every_format() {
    let document = county_with_records().report("tiny.term_summary", "2026-T1").unwrap();
    assert!(docx::write(&document, None).unwrap().starts_with(b"PK"));
    assert!(xlsx::write(&document).unwrap().starts_with(b"PK"));
    assert!(html::standalone(&document, html::PAPER_STYLE).contains("92.0%"));
}

#[test]
fn a_report_is_refused_where_it_does_not_belong() {
    let county = county_with_records();
    assert!(matches!(county.report("tiny/nothing", "2026-09"), Err(ReportError::NotFound(_))));
    let period = Period::parse("2026-09", &county.work.calendar()).unwrap();
    let at_class = generate(&county.work, &county.actor, "tiny.monthly", county.class, &period);
    assert!(matches!(at_class, Err(ReportError::WrongUnit { .. })));
    let stranger = Actor { roles: Vec::new(), ..county.actor.clone() };
    let refused = generate(&county.work, &stranger, "tiny.monthly", county.kindergarten, &period);
    assert!(matches!(refused, Err(ReportError::NotFound(_))));
}
