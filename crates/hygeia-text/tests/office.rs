//! What Word shows besides the text of a document: tables and the numbers of paragraphs.

#![expect(clippy::unwrap_used, reason = "a failed set-up fails the test")]

use hygeia_text::reading::Span;
use hygeia_text::{Edit, Normalised, Reading, Signature, decode, normalise, read, revise};
use std::io::{Cursor, Write};

fn archive(parts: &[(&str, String)]) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        out.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        out.write_all(content.as_bytes()).unwrap();
    }
    out.finish().unwrap().into_inner()
}

fn document(body: &str) -> String {
    format!("<w:document><w:body>{body}</w:body></w:document>")
}

fn paragraph(properties: &str, text: &str) -> String {
    let text = text.replace("<w:br/>", "</w:t><w:br/><w:t>");
    format!("<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>")
}

fn opened(file: &[u8]) -> (Normalised, Reading) {
    let text = normalise(&decode(file, "a.docx").unwrap());
    let reading = read(&text);
    (text, reading)
}

/// A table of rows whose cells are divided by `|`: `^` goes on with the cell above, `a¶b` are two paragraphs, `2:` in
/// front spans two columns.
fn table(rows: &[&str]) -> String {
    let cell = |text: &str| {
        let (span, text) = match text.split_once(':').filter(|(span, _)| span.parse::<u8>().is_ok()) {
            Some((span, text)) => (format!("<w:gridSpan w:val=\"{span}\"/>"), text),
            None => (String::new(), text),
        };
        let (merge, text) = match (text, text.strip_prefix('v')) {
            ("^", _) => ("<w:vMerge/>", ""),
            (_, Some(text)) => ("<w:vMerge w:val=\"restart\"/>", text),
            _ => ("", text),
        };
        let paragraphs: String = text.split('¶').map(|text| paragraph("", text)).collect();
        format!("<w:tc><w:tcPr>{span}{merge}</w:tcPr>{paragraphs}</w:tc>")
    };
    let row = |row: &&str| format!("<w:tr>{}</w:tr>", row.split('|').map(cell).collect::<String>());
    format!("<w:tbl>{}</w:tbl>", rows.iter().map(row).collect::<String>())
}

/// A plan with a sentence and a table.
fn plan(rows: &[&str]) -> (Normalised, Reading) {
    let opening = paragraph("", "新苗幼儿园卫生保健工作计划") + &paragraph("", "现将本学期的安排列表如下。");
    let file = archive(&[(
        "word/document.xml",
        document(&(opening + &table(rows) + &paragraph("", "请遵照执行。"))),
    )]);
    opened(&file)
}

fn duties(reading: &Reading) -> Vec<String> {
    let line = |duty: &hygeia_text::reading::Duty| {
        let least = if duty.at_least { "≥" } else { "" };
        let who = duty.who.as_deref().unwrap_or("-");
        let when = duty.when.as_deref().unwrap_or("-");
        format!("{} {least}{}/{}{:?} {who} {when}", duty.what, duty.times, duty.every.n, duty.every.unit)
    };
    reading.duties.iter().map(line).collect()
}

fn deadlines(reading: &Reading) -> Vec<String> {
    let end = |end: &Option<String>| end.clone().unwrap_or_default();
    reading
        .deadlines
        .iter()
        .map(|item| format!("{} {}..{}", item.what, end(&item.from), end(&item.to)))
        .collect()
}

fn outline(reading: &Reading) -> Vec<String> {
    reading.outline.iter().map(|item| format!("{}{}{}", item.level, item.mark, item.title)).collect()
}

#[test]
fn a_row_is_one_line_with_its_name() {
    let (text, reading) = plan(&[
        "工作|要求",
        "活动室换气|每日2次，每次30分钟",
        "水杯|每日消毒1次",
        "午睡巡视|每15分钟巡视一次",
    ]);
    assert!(text.text.contains("\n活动室换气，每日2次，每次30分钟\n水杯，每日消毒1次\n"), "{}", text.text);
    assert_eq!(duties(&reading)[..2], ["活动室换气 2/1Day - -", "水杯消毒 1/1Day - -"]);
    let target = reading.targets.first().unwrap();
    assert_eq!((target.metric.as_str(), target.unit.as_str()), ("活动室换气", "分钟"));
    assert_eq!(outline(&reading), ["1新苗幼儿园卫生保健工作计划"]);
}

#[test]
fn columns_are_told_by_their_heads() {
    let (_, reading) = plan(&[
        "4:卫生保健工作一览表",
        "序号|工作内容|频次|责任人",
        "1|活动室开窗换气|每日不少于2次|各班保育员",
        "2|膳食委员会会议|1次/月|园长",
        "3|清洗空调滤网|每学期|后勤组长",
        "4|晨间检查|每日|",
    ]);
    assert_eq!(
        duties(&reading),
        [
            "活动室开窗换气 ≥2/1Day 各班保育员 -",
            "膳食委员会会议 1/1Month 园长 -",
            "清洗空调滤网 1/1Term 后勤组长 -",
            "晨间检查 1/1Day - -",
        ]
    );
}

#[test]
fn merged_cells_hold_for_all_their_rows() {
    let (text, reading) = plan(&[
        "区域|项目|频次|责任人",
        "v寝室|v被褥|每月1次|v保育员",
        "^|^|梅雨季节每周1次|^",
        "食堂|排烟罩清洗|每周1次|炊事员",
    ]);
    assert!(text.text.contains("\n寝室，被褥，梅雨季节每周1次，保育员\n"), "{}", text.text);
    let found = duties(&reading);
    assert!(found[0].starts_with("被褥 1/1Month 保育员"), "{found:?}");
    assert!(found[1].starts_with("被褥 1/1Week 保育员"), "{found:?}");
    assert_eq!(found[2], "排烟罩清洗 1/1Week 炊事员 -");
}

#[test]
fn rows_of_months_are_tasks_of_that_month() {
    let (_, reading) = plan(&[
        "月份|工作内容|责任人",
        "九月|1.新生入园体检¶2.开学前环境大扫除|保健医",
        "10月|秋季传染病知识讲座<w:br/>全园灭鼠。|保健室",
        "11月—12月|每周检查一次食堂；年度资料归档|园长",
    ]);
    assert_eq!(
        deadlines(&reading),
        [
            "新生入园体检 --09..--09",
            "开学前环境大扫除 --09..--09",
            "秋季传染病知识讲座 --10..--10",
            "全园灭鼠 --10..--10",
            "年度资料归档 --11..--12",
        ]
    );
    assert_eq!(duties(&reading).len(), 1);
    assert_eq!(reading.deadlines[2].quote, "秋季传染病知识讲座…保健室");
}

#[test]
fn a_time_of_completion_belongs_to_its_row() {
    let (_, reading) = plan(&[
        "序号|任务|完成时间|责任部门",
        "1|更换活动室紫外线灯管|9月底前|后勤处",
        "2|修订应急预案|2026年10月20日前|保健室",
    ]);
    assert_eq!(deadlines(&reading), ["更换活动室紫外线灯管 ..--09", "修订应急预案 ..2026-10-20"]);
}

#[test]
fn a_correction_in_a_row_goes_into_its_cell() {
    let opening = paragraph("", "工作计划");
    let body = opening + &table(&["v项目|要求", "^|晨检率达到百分之百"]);
    let file = archive(&[("word/document.xml", document(&body))]);
    let (text, _) = opened(&file);
    let row = "项目，晨检率达到百分之百";
    let start = text.text.chars().count() - row.chars().count();
    assert!(text.text.ends_with(row), "{}", text.text);
    // The merged cell is only shown here: a span that begins in it is corrected in the cell that follows.
    let span = text.in_original(Span::new(start, start + row.chars().count()));
    let edit = Edit { span, replacement: Some("晨检率达到98%".into()), comment: None };
    let done = revise(&file, &[edit], Signature { author: "甲", at: "2026-11-25T08:00:00Z" }).unwrap();
    assert_eq!(done.unplaced, [] as [usize; 0]);
    assert!(opened(&done.bytes).0.text.ends_with("项目，晨检率达到98%"));
}

const NUMBERING: &str = "<w:numbering>\
    <w:abstractNum w:abstractNumId=\"4\">\
    <w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/><w:numFmt w:val=\"chineseCountingThousand\"/><w:pStyle w:val=\"H1\"/><w:lvlText w:val=\"%1、\"/></w:lvl>\
    <w:lvl w:ilvl=\"1\"><w:start w:val=\"1\"/><w:numFmt w:val=\"chineseCounting\"/><w:lvlText w:val=\"（%2）\"/></w:lvl>\
    <w:lvl w:ilvl=\"2\"><w:start w:val=\"1\"/><w:numFmt w:val=\"decimal\"/><w:lvlText w:val=\"%3\"/></w:lvl>\
    </w:abstractNum>\
    <w:abstractNum w:abstractNumId=\"5\"><w:lvl w:ilvl=\"0\"><w:numFmt w:val=\"bullet\"/><w:lvlText w:val=\"\u{f06c}\"/></w:lvl></w:abstractNum>\
    <w:num w:numId=\"1\"><w:abstractNumId w:val=\"4\"/></w:num>\
    <w:num w:numId=\"2\"><w:abstractNumId w:val=\"5\"/></w:num>\
    <w:num w:numId=\"3\"><w:abstractNumId w:val=\"4\"/><w:lvlOverride w:ilvl=\"0\"><w:startOverride w:val=\"1\"/></w:lvlOverride></w:num>\
    </w:numbering>";

const STYLES: &str = "<w:styles><w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"a\"/>\
    <w:style w:type=\"paragraph\" w:styleId=\"H1\"><w:pPr><w:numPr><w:numId w:val=\"1\"/></w:numPr></w:pPr></w:style>\
    <w:style w:type=\"paragraph\" w:styleId=\"H1b\"><w:basedOn w:val=\"H1\"/></w:style></w:styles>";

fn numbered(body: &str) -> Vec<u8> {
    archive(&[
        ("word/document.xml", document(body)),
        ("word/numbering.xml", NUMBERING.to_owned()),
        ("word/styles.xml", STYLES.to_owned()),
        ("[Content_Types].xml", "<Types></Types>".to_owned()),
    ])
}

fn listed(list: u8, level: u8, text: &str) -> String {
    paragraph(&format!("<w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"{list}\"/></w:numPr>"), text)
}

fn styled(style: &str, text: &str) -> String {
    paragraph(&format!("<w:pStyle w:val=\"{style}\"/>"), text)
}

#[test]
fn numbers_that_word_gives_are_read() {
    let body = paragraph("", "新苗幼儿园工作计划")
        + &styled("H1", "工作目标")
        + &paragraph("", "保障幼儿健康。")
        + &styled("H1b", "主要措施")
        + &listed(1, 1, "日常管理")
        + &listed(1, 2, "保健医每周检查各班卫生。")
        + &listed(1, 2, "组织保育员学习。")
        + &paragraph("<w:numPr><w:numId w:val=\"0\"/></w:numPr>", "以上各项由保健室督促。")
        + &listed(1, 1, "健康教育")
        + &listed(2, 0, "张贴宣传画。")
        + &listed(3, 0, "附则");
    let (text, reading) = opened(&numbered(&body));
    assert_eq!(
        text.text.lines().skip(1).collect::<Vec<_>>(),
        [
            "一、工作目标",
            "保障幼儿健康。",
            "二、主要措施",
            "（一）日常管理",
            "1.保健医每周检查各班卫生。",
            "2.组织保育员学习。",
            "以上各项由保健室督促。",
            "（二）健康教育",
            "张贴宣传画。",
            "一、附则",
        ]
    );
    assert_eq!(
        outline(&reading)[1..6],
        [
            "1一、工作目标",
            "1二、主要措施",
            "2（一）日常管理",
            "31.保健医每周检查各班卫生",
            "32.组织保育员学习"
        ]
    );
    assert_eq!(reading.duties.first().map(|duty| duty.what.as_str()), Some("检查各班卫生"));
}

#[test]
fn a_correction_behind_a_number_keeps_the_paragraph() {
    let file = numbered(&(styled("H1", "工木目标") + &listed(1, 1, "日常管理")));
    let (text, _) = opened(&file);
    assert_eq!(text.text, "一、工木目标\n（一）日常管理");
    let span = text.in_original(Span::new(0, 6));
    assert_eq!(span, Span::new(0, 4));
    let edit = Edit { span, replacement: Some("工作目标".into()), comment: None };
    let done = revise(&file, &[edit], Signature { author: "甲", at: "2026-11-25T08:00:00Z" }).unwrap();
    assert_eq!(opened(&done.bytes).0.text, "一、工作目标\n（一）日常管理");
}

#[test]
fn a_wording_loses_the_number_that_word_writes_itself() {
    let file = numbered(&(listed(1, 1, "晨检率为百分之九十") + &table(&["水杯|每日消毒", "毛巾|每日消毒"])));
    let source = decode(&file, "a.docx").unwrap();
    let text = normalise(&source);
    assert_eq!(text.text, "（一）晨检率为百分之九十\n水杯，每日消毒\n毛巾，每日消毒");
    let (span, wording) = text.correction(&source, Span::new(0, 12), Some("（一）晨检率为98%".into()));
    assert_eq!((span, wording.as_deref()), (Span::new(0, 9), Some("晨检率为98%")));
    // What reaches over two cells cannot be written into either.
    let start = text.text.chars().position(|c| c == '水').unwrap();
    let (_, wording) =
        text.correction(&source, Span::new(start, start + 7), Some("水杯，每日消毒一次".into()));
    assert_eq!(wording, None);
}
