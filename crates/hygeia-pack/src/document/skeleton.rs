//! The skeleton of a new pack.

/// The name given for a pack is not one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("包名“{0}”应为小写字母、数字和下划线，以字母开头，最多 48 个字符")]
pub struct NotAName(pub String);

/// Files of a new pack that loads and passes its test: file name within the pack's folder, and text.
pub fn new_pack(name: &str) -> Result<Vec<(String, String)>, NotAName> {
    let mut bytes = name.bytes();
    let good = name.len() <= 48
        && bytes.next().is_some_and(|first| first.is_ascii_lowercase())
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if !good {
        return Err(NotAName(name.chars().take(60).collect()));
    }
    let files = [
        ("pack.yaml", PACK),
        ("registers/inspection.yaml", REGISTER),
        ("measures.yaml", MEASURES),
        ("reports/monthly.yaml", REPORT),
        ("tests/inspection.yaml", TEST),
    ];
    Ok(files.map(|(file, text)| (file.to_owned(), text.replace("NAME", name))).into())
}

const PACK: &str = "\
pack: NAME
title: 新领域
title_en: New domain
version: 1
";

const REGISTER: &str = "\
register: inspection
title: 检查登记
title_en: Inspection
help: 每次检查登记一条
about: org_unit
at: class
key: [org_unit, date]
who:
  head: [enter, edit, void]
  county: [view]
fields:
  date:    { type: date, title: 日期, title_en: Date, default: today, required: true }
  result:  { type: choice, options: { pass: 合格, fail: 不合格 }, title: 结果, title_en: Result, required: true }
  finding: { type: text, max: 200, title: 问题, title_en: Finding, show: result == 'fail' }
rules:
  - check: result != 'fail' || finding != null
    message: 不合格时请写明问题
";

const MEASURES: &str = "\
measures:
  inspected: { title: 检查次数, title_en: Inspections, count: inspection, unit: 次 }
  passed:    { title: 合格次数, title_en: Passed, count: inspection, where: result == 'pass', unit: 次 }
indicators:
  pass_rate:
    title: 检查合格率
    title_en: Pass rate
    value: passed / inspected
    unit: percent
    good: up
    target: at_least 95
    definition: 合格次数 ÷ 检查次数 × 100 %
duties:
  inspection: { title: 每周检查, title_en: Weekly inspection, register: inspection, every: week, at: class, role: head, synonyms: [检查] }
";

const REPORT: &str = "\
report: monthly
title: 检查月报
title_en: Monthly inspections
kind: table
period: month
at: kindergarten
rows: units class
columns:
  - { title: 检查次数, value: inspected }
  - { title: 合格率, value: pass_rate }
signatures: [填表人, 审核人]
";

const TEST: &str = "\
test: 检查合格率
today: 2026-11-24
units:
  - { code: k1, kind: kindergarten, title: 甲园 }
  - { code: k1c1, kind: class, under: k1, title: 大一班 }
entries:
  - { register: inspection, unit: k1c1, values: { date: 2026-11-23, result: pass } }
refused:
  - { register: inspection, unit: k1c1, values: { date: 2026-11-24, result: fail }, message: 请写明问题 }
expect:
  indicators:
    - { id: pass_rate, unit: k1, period: 2026-11, value: 100 }
";
