use super::*;
use crate::chart::{Band, Point, Series, Shape};
use std::io::Read as _;

fn sample() -> Document {
    let points = |values: &[Option<f64>]| -> Vec<Point> {
        values
            .iter()
            .enumerate()
            .map(|(at, value)| Point {
                label: format!("{}月", at + 9),
                value: *value,
                text: value.map_or("缺数据".into(), |value| format!("{value}%")),
                partial: at == 3,
                ..Point::default()
            })
            .collect()
    };
    let figure = |text: &str, missing| {
        Run::Figure(Figure {
            text: text.into(),
            definition: "晨检人次 ÷ 应检人次，实验幼儿园，2026年第一学期".into(),
            href: "/indicators/kindergarten.morning_check_rate".into(),
            note: Some("目标 ≥99%".into()),
            missing,
        })
    };
    Document {
        title: "2026年秋季学期卫生保健工作总结".into(),
        subtitle: Some("实验幼儿园".into()),
        blocks: vec![
            Block::Heading { level: 1, text: "一、晨检与疾病防控".into() },
            Block::Heading { level: 2, text: "（一）晨检".into() },
            Block::Paragraph(vec![
                Run::Text("本学期共晨检27418人次，晨检率".into()),
                figure("99.6%", false),
                Run::Text("，家长满意率".into()),
                figure("缺数据", true),
                Run::Text("。各班均按制度在早餐前完成晨检，发现异常及时处理并记录在册。".into()),
            ]),
            Block::Chart(Chart {
                title: "各月晨检率".into(),
                unit: "%".into(),
                shape: Shape::Line {
                    series: vec![Series {
                        title: "晨检率".into(),
                        points: points(&[Some(98.2), Some(99.4), None, Some(99.6)]),
                    }],
                    band: Some(Band { limit: 99.0, at_least: true }),
                },
            }),
            Block::Table(Table {
                caption: "学生缺课情况月报表".into(),
                head: Table::head_from_titles("班级", &["应到人数", "缺课|因病", "缺课|因事", "缺课率"]),
                rows: vec![
                    TableRow {
                        cells: ["大一班", "30", "2", "1", "10.0%"].into_iter().map(Cell::text).collect(),
                        total: false,
                    },
                    TableRow {
                        cells: ["合计", "30", "2", "1", "10.0%"].into_iter().map(Cell::text).collect(),
                        total: true,
                    },
                ],
                note: Some("缺课率＝缺课人数÷应到人数".into()),
                signatures: vec!["填表人".into(), "负责人".into()],
                ..Table::default()
            }),
        ],
    }
}

fn part(file: &[u8], name: &str) -> String {
    let mut zip = zip::ZipArchive::new(Cursor::new(file)).unwrap();
    let mut text = String::new();
    zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn the_official_layout_is_in_the_file() {
    let file = write(&sample(), Some("http://localhost:8080")).unwrap();
    let xml = part(&file, "word/document.xml");
    for wanted in [
        r#"w:eastAsia="方正小标宋简体""#,
        r#"w:eastAsia="仿宋_GB2312""#,
        r#"w:line="560" w:lineRule="exact""#,
        r#"w:firstLine="640""#,
        r#"w:w="11906""#,
        r#"w:vMerge w:val="restart""#,
        r#"w:gridSpan w:val="2""#,
    ] {
        assert!(xml.contains(wanted), "{wanted} is missing");
    }
    assert!(part(&file, "word/_rels/document.xml.rels").contains("http://localhost:8080/indicators/"));
    assert!(part(&file, "word/footer1.xml").contains("PAGE"));
}

#[test]
fn head_rows_are_repeated_on_every_page_and_what_leads_on_stays_with_the_next() {
    let mut document = sample();
    document.blocks.push(Block::Paragraph(vec![Run::Text("以下常规没有登记：".into())]));
    let xml = part(&write(&document, None).unwrap(), "word/document.xml");
    let rows: Vec<&str> = xml.split("<w:tr>").skip(1).collect();
    let is_head = |row: &&str| row.contains("<w:tblHeader />");
    // Two rows of heads of the table, one of the list of definitions; bodies follow theirs.
    assert_eq!(rows.iter().filter(|row| is_head(row)).count(), 3, "{xml}");
    assert!(is_head(&rows[0]) && is_head(&rows[1]) && !is_head(&rows[2]), "{xml}");
    assert!(!xml.contains("trHeight"), "the mark is gone");
    let lead = xml.split("<w:p ").find(|paragraph| paragraph.contains("以下常规")).unwrap();
    assert!(lead.contains("<w:keepNext"), "{lead}");
}

#[test]
fn a_figure_is_noted_once_and_defined_at_the_end() {
    let mut document = sample();
    let again = document.blocks[2].clone();
    document.blocks.push(again);
    let xml = part(&write(&document, None).unwrap(), "word/document.xml");
    assert_eq!(xml.matches("[1]").count(), 2);
    assert!(xml.contains("附：数据口径与来源"));
    assert!(!xml.contains("[3]"));
}

/// Writes the sample where `HYGEIA_KEEP_DOCX` points, to be looked at in a word processor.
#[test]
fn an_empty_document_is_still_a_file() {
    assert!(write(&Document::default(), None).unwrap().starts_with(b"PK"));
    if let Ok(path) = std::env::var("HYGEIA_KEEP_DOCX") {
        std::fs::write(path, write(&sample(), Some("http://localhost:8080")).unwrap()).unwrap();
    }
}
