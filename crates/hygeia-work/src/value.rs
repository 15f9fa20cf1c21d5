//! What a user or a machine submits, read into a field's type, with messages that say what is expected.

use crate::error::FieldProblem;
use crate::measure_word::unit_title;
use hygeia_expr::Value;
use hygeia_pack::model::{Choice, Field, FieldType};
use indexmap::IndexMap;
use jiff::civil::{Date, DateTime, Time};
use rust_decimal::Decimal;
use serde_json::Value as Json;
use std::str::FromStr;

/// Reads one submitted JSON value; blank text and null are a missing value.
pub fn read_field(field: &Field, input: &Json) -> Result<Value, FieldProblem> {
    let problem = |message: String| FieldProblem::error(&field.name, message);
    let title = &field.title.zh;
    let text = match input {
        Json::Null => return Ok(Value::Null),
        Json::String(text) if text.trim().is_empty() => return Ok(Value::Null),
        Json::String(text) => text.trim().to_owned(),
        Json::Bool(flag) => flag.to_string(),
        Json::Number(number) => number.to_string(),
        Json::Array(_) | Json::Object(_) => String::new(),
    };
    let shown = || text.chars().take(30).collect::<String>();
    match &field.kind {
        FieldType::Text { max } | FieldType::LongText { max } => {
            expect_plain(input).ok_or_else(|| problem(format!("{title}应为文字")))?;
            let length = text.chars().count();
            if length > *max as usize {
                return Err(problem(format!("{title}最多 {max} 字，现有 {length} 字")));
            }
            Ok(Value::Text(text))
        }
        FieldType::Int { min, max } => {
            let number = bare_number(&text, field)
                .parse::<i64>()
                .map_err(|_| problem(format!("{title}“{}”不是整数", shown())))?;
            let (low, high) = (min.map(Decimal::from), max.map(Decimal::from));
            in_range(title, Decimal::from(number), low, high, field).map_err(problem)?;
            Ok(Value::Int(number))
        }
        FieldType::Decimal { min, max, decimals } => {
            let text = bare_number(&text, field);
            let number = Decimal::from_str(&text)
                .or_else(|_| Decimal::from_scientific(&text))
                .map_err(|_| problem(format!("{title}“{}”不是数字", shown())))?;
            if number.normalize().scale() > u32::from(*decimals) {
                return Err(problem(format!("{title} {text} 最多保留 {decimals} 位小数")));
            }
            in_range(title, number, *min, *max, field).map_err(problem)?;
            Ok(Value::Decimal(number.normalize()))
        }
        FieldType::Bool => match text.as_str() {
            "true" | "1" | "on" | "是" => Ok(Value::Bool(true)),
            "false" | "0" | "off" | "否" => Ok(Value::Bool(false)),
            _ => Err(problem(format!("{title}“{}”应为 是 或 否", shown()))),
        },
        FieldType::Date => read_date(&text)
            .map(Value::Date)
            .ok_or_else(|| problem(format!("{title}“{}”不是有效日期，应如 2026-11-24", shown()))),
        FieldType::Time => Time::from_str(&text)
            .map(|time| Value::Time(time.with().second(0).subsec_nanosecond(0).build().unwrap_or(time)))
            .map_err(|_| problem(format!("{title}“{}”不是有效时间，应如 08:30", shown()))),
        FieldType::DateTime => DateTime::from_str(&text.replace(' ', "T"))
            .map(Value::DateTime)
            .map_err(|_| problem(format!("{title}“{}”不是有效时刻，应如 2026-11-24T08:30", shown()))),
        FieldType::Choice(choice) => read_code(choice, &text)
            .map(Value::Text)
            .ok_or_else(|| problem(not_an_option(title, &shown(), choice))),
        FieldType::Choices(choice) => read_codes(choice, input, &text)
            .map(|codes| if codes.is_empty() { Value::Null } else { Value::List(codes) })
            .map_err(|bad| problem(not_an_option(title, &bad, choice))),
        FieldType::Person { .. } | FieldType::OrgUnit { .. } => {
            text.parse::<i64>().map(Value::Int).map_err(|_| problem(format!("{title}应选择名单中的一项")))
        }
        FieldType::Entry { .. } => uuid::Uuid::parse_str(&text)
            .map(|id| Value::Text(id.to_string()))
            .map_err(|_| problem(format!("{title}应选择一条已有记录"))),
        FieldType::Rows(fields) => read_rows(field, fields, input),
        FieldType::Photo { most } => read_photos(title, *most, input, &text).map_err(problem),
        FieldType::Drawing => uuid::Uuid::parse_str(&text)
            .map(|id| Value::Text(id.to_string()))
            .map_err(|_| problem(format!("{title}应为手写签名"))),
        FieldType::Signature => Err(problem(format!("{title}由签名生成，不能填写"))),
    }
}

/// A number as people write it, as a number is read: full-width digits as plain ones, without the field's own unit
/// behind it (３６．８, 36.8℃, 36.8 Cel).
fn bare_number(text: &str, field: &Field) -> String {
    let narrow = |text: &str| -> String {
        let plain = |letter: char| match letter {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
            '\u{3000}' => ' ',
            '。' => '.',
            '−' => '-',
            other => other,
        };
        text.chars().map(plain).collect::<String>().replace('℃', "°C")
    };
    let text = narrow(text);
    let Some(unit) = &field.unit else { return text.trim().to_owned() };
    let written = [unit.as_str(), unit_title(unit, false), unit_title(unit, true)].map(narrow);
    let bare = written.iter().filter(|unit| !unit.is_empty()).find_map(|unit| text.trim().strip_suffix(unit));
    bare.unwrap_or(&text).trim().to_owned()
}

fn expect_plain(input: &Json) -> Option<()> {
    (!matches!(input, Json::Array(_) | Json::Object(_))).then_some(())
}

fn in_range(
    title: &str,
    number: Decimal,
    min: Option<Decimal>,
    max: Option<Decimal>,
    field: &Field,
) -> Result<(), String> {
    if min.is_none_or(|min| number >= min) && max.is_none_or(|max| number <= max) {
        return Ok(());
    }
    let unit = field.unit.as_deref().map(|unit| unit_title(unit, false)).unwrap_or_default();
    let space = if unit.is_empty() { "" } else { " " };
    Err(match (min, max) {
        (Some(min), Some(max)) => format!("{title} {number} 超出 {min}–{max}{space}{unit}，请核对"),
        (Some(min), None) => format!("{title} {number} 小于 {min}{space}{unit}，请核对"),
        (None, Some(max)) => format!("{title} {number} 大于 {max}{space}{unit}，请核对"),
        (None, None) => format!("{title} {number} 超出范围"),
    })
}

/// Reads a date written `2026-11-24`, `2026/11/24`, `2026.11.24`, `20261124` or `2026年11月24日`.
pub fn read_date(text: &str) -> Option<Date> {
    let text = text.trim();
    if let Ok(date) = Date::from_str(text) {
        return Some(date);
    }
    let normal = text.replace(['年', '月', '/', '.'], "-").replace('日', "");
    let parts: Vec<&str> = normal.split('-').collect();
    match parts.as_slice() {
        [year, month, day] => Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok(),
        [whole] if whole.len() == 8 && whole.bytes().all(|b| b.is_ascii_digit()) => {
            Date::new(whole[..4].parse().ok()?, whole[4..6].parse().ok()?, whole[6..].parse().ok()?).ok()
        }
        _ => None,
    }
}

/// The code of an option named by code or by title; retired options cannot be chosen.
fn read_code(choice: &Choice, text: &str) -> Option<String> {
    choice
        .options
        .iter()
        .find(|option| !option.retired && (option.code == text || option.title.zh == text))
        .map(|option| option.code.clone())
}

fn read_codes(choice: &Choice, input: &Json, text: &str) -> Result<Vec<Value>, String> {
    let names: Vec<String> = match input {
        Json::Array(items) => {
            items.iter().map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned)).collect()
        }
        _ => text.split([',', '，', '、', '|', ';', '；']).map(|part| part.trim().to_owned()).collect(),
    };
    let mut codes = Vec::new();
    for name in names.iter().filter(|name| !name.is_empty()) {
        let code =
            Value::Text(read_code(choice, name).ok_or_else(|| name.chars().take(30).collect::<String>())?);
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    Ok(codes)
}

/// Ids of pictures: a list, or texts separated by commas.
fn read_photos(title: &str, most: u8, input: &Json, text: &str) -> Result<Value, String> {
    let ids: Vec<&str> = match input {
        Json::Array(items) => items.iter().map(|item| item.as_str().unwrap_or_default()).collect(),
        _ => text.split(',').map(str::trim).filter(|id| !id.is_empty()).collect(),
    };
    if ids.len() > usize::from(most) {
        return Err(format!("{title}最多 {most} 张，现有 {} 张", ids.len()));
    }
    let id = |id: &&str| {
        uuid::Uuid::parse_str(id)
            .map(|id| Value::Text(id.to_string()))
            .map_err(|_| format!("{title}应为已上传的照片"))
    };
    let ids = ids.iter().map(id).collect::<Result<Vec<_>, _>>()?;
    Ok(if ids.is_empty() { Value::Null } else { Value::List(ids) })
}

fn not_an_option(title: &str, given: &str, choice: &Choice) -> String {
    let names: Vec<&str> =
        choice.options.iter().filter(|o| !o.retired).take(8).map(|o| o.title.zh.as_str()).collect();
    let more = if choice.options.len() > 8 { " 等" } else { "" };
    format!("{title}“{given}”不在选项中，可选：{}{more}", names.join("、"))
}

/// Most rows one table field takes.
const MOST_ROWS: usize = 500;

fn read_rows(field: &Field, fields: &IndexMap<String, Field>, input: &Json) -> Result<Value, FieldProblem> {
    let title = &field.title.zh;
    let problem = |message: String| FieldProblem::error(&field.name, message);
    let parsed;
    let rows = match input {
        Json::Array(rows) => rows,
        Json::String(text) => {
            parsed =
                serde_json::from_str::<Vec<Json>>(text).map_err(|_| problem(format!("{title}应为若干行")))?;
            &parsed
        }
        _ => return Err(problem(format!("{title}应为若干行"))),
    };
    if rows.len() > MOST_ROWS {
        return Err(problem(format!("{title}最多 {MOST_ROWS} 行，现有 {} 行", rows.len())));
    }
    let mut values = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let row =
            row.as_object().ok_or_else(|| problem(format!("{title}第 {} 行应为一组字段", index + 1)))?;
        let mut cells = IndexMap::new();
        for (name, cell) in fields {
            let value = read_field(cell, row.get(name).unwrap_or(&Json::Null))
                .map_err(|inner| problem(format!("{title}第 {} 行：{}", index + 1, inner.message)))?;
            if value == Value::Null && cell.required {
                return Err(problem(format!("{title}第 {} 行：请填写{}", index + 1, cell.title.zh)));
            }
            cells.insert(name.clone(), value);
        }
        if cells.values().any(|value| *value != Value::Null) {
            values.push(Value::Row(cells));
        }
    }
    Ok(if values.is_empty() { Value::Null } else { Value::List(values) })
}

/// A stored value as the screen shows it: codes by their titles, missing as an empty text.
pub fn show_field(field: &Field, value: &Value, english: bool) -> String {
    match (&field.kind, value) {
        (_, Value::Null) => String::new(),
        (FieldType::Choice(choice), Value::Text(code)) => option_title(choice, code, english),
        (FieldType::Choices(choice), Value::List(codes)) => codes
            .iter()
            .filter_map(|code| match code {
                Value::Text(code) => Some(option_title(choice, code, english)),
                _ => None,
            })
            .collect::<Vec<_>>()
            .join("、"),
        (FieldType::Decimal { decimals, .. }, Value::Decimal(number)) => {
            format!("{:.*}", usize::from(*decimals), number)
        }
        (FieldType::Photo { .. }, Value::List(ids)) => {
            if english {
                format!("{} photos", ids.len())
            } else {
                format!("{} 张", ids.len())
            }
        }
        (FieldType::Drawing, Value::Text(_)) => if english { "signed" } else { "已签名" }.into(),
        (FieldType::Rows(_), Value::List(rows)) => format!("{} 行", rows.len()),
        (_, Value::Bool(flag)) => match (flag, english) {
            (true, false) => "是".into(),
            (false, false) => "否".into(),
            (true, true) => "yes".into(),
            (false, true) => "no".into(),
        },
        (_, value) => plain(value),
    }
}

fn option_title(choice: &Choice, code: &str, english: bool) -> String {
    choice.option(code).map_or_else(|| code.to_owned(), |option| option.title.text(english).to_owned())
}

/// A value as plain text: ISO dates, `08:30`, numbers without trailing zeros.
pub fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(flag) => flag.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Decimal(number) => number.normalize().to_string(),
        Value::Text(text) => text.clone(),
        Value::Date(date) => date.to_string(),
        Value::Time(time) => format!("{:02}:{:02}", time.hour(), time.minute()),
        Value::DateTime(at) => format!("{} {:02}:{:02}", at.date(), at.hour(), at.minute()),
        Value::List(items) => items.iter().map(plain).collect::<Vec<_>>().join("、"),
        Value::Row(cells) => cells.values().map(plain).collect::<Vec<_>>().join(" "),
    }
}

/// A value as JSON for the API: codes, numbers as numbers, dates as ISO text.
pub fn to_json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(flag) => Json::Bool(*flag),
        Value::Int(number) => Json::from(*number),
        Value::Decimal(number) => serde_json::from_str(&number.normalize().to_string()).unwrap_or(Json::Null),
        Value::DateTime(at) => Json::String(format!("{}T{:02}:{:02}", at.date(), at.hour(), at.minute())),
        Value::List(items) => Json::Array(items.iter().map(to_json).collect()),
        Value::Row(cells) => {
            Json::Object(cells.iter().map(|(name, cell)| (name.clone(), to_json(cell))).collect())
        }
        other => Json::String(plain(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hygeia_pack::model::{ChoiceOption, Title};
    use proptest::prelude::*;

    fn field(kind: FieldType) -> Field {
        Field {
            name: "f".into(),
            title: Title { zh: "体温".into(), en: None },
            kind,
            unit: Some("Cel".into()),
            required: false,
            default: None,
            normal: None,
            show: None,
            computed: None,
            by_system: false,
            personal: false,
            group: None,
            help: None,
            retired: false,
            is_added: false,
            by_workflow: false,
        }
    }

    fn temperature() -> Field {
        field(FieldType::Decimal { min: Some(34.into()), max: Some(43.into()), decimals: 1 })
    }

    fn skin() -> Choice {
        let option = |code: &str, zh: &str, retired| ChoiceOption {
            code: code.into(),
            title: Title { zh: zh.into(), en: None },
            retired,
        };
        Choice {
            list: None,
            options: vec![
                option("normal", "正常", false),
                option("rash", "皮疹", false),
                option("old", "旧", true),
            ],
        }
    }

    #[test]
    fn a_message_names_the_field_the_fault_and_the_limits() {
        let message = |input: Json| read_field(&temperature(), &input).unwrap_err().message;
        assert_eq!(message("3.7".into()), "体温 3.7 超出 34–43 ℃，请核对");
        assert_eq!(message("abc".into()), "体温“abc”不是数字");
        assert_eq!(message(serde_json::json!(36.55)), "体温 36.55 最多保留 1 位小数");
        let day = read_field(&field(FieldType::Date), &"2026-02-30".into()).unwrap_err();
        assert_eq!(day.message, "体温“2026-02-30”不是有效日期，应如 2026-11-24");
        let long = read_field(&field(FieldType::Text { max: 3 }), &"一二三四".into()).unwrap_err();
        assert_eq!(long.message, "体温最多 3 字，现有 4 字");
    }

    #[test]
    fn numbers_come_in_full_width_digits_and_with_their_unit() {
        let warm = Value::Decimal("36.8".parse().unwrap());
        for text in ["36.8", "３６．８", "36.8℃", "36.8 ℃", "３６。８℃", "36.8Cel", "36.8°C"] {
            assert_eq!(read_field(&temperature(), &text.into()).unwrap(), warm, "{text}");
        }
        let minutes = Field { unit: Some("min".into()), ..field(FieldType::Int { min: None, max: None }) };
        for text in ["30", "３０", "30分钟", "30 min"] {
            assert_eq!(read_field(&minutes, &text.into()).unwrap(), Value::Int(30), "{text}");
        }
        let other = |text: &str| read_field(&temperature(), &text.into()).unwrap_err().message;
        assert_eq!(other("36.8kg"), "体温“36.8kg”不是数字", "another unit is no slip of the pen");
        assert_eq!(other("37.36.8"), "体温“37.36.8”不是数字");
    }

    #[test]
    fn choices_are_read_by_code_or_title_and_retired_ones_refused() {
        let one = field(FieldType::Choice(skin()));
        assert_eq!(read_field(&one, &"皮疹".into()).unwrap(), Value::Text("rash".into()));
        assert!(read_field(&one, &"old".into()).unwrap_err().message.contains("可选：正常、皮疹"));
        let many = field(FieldType::Choices(skin()));
        let codes = read_field(&many, &serde_json::json!(["rash", "rash", "正常"])).unwrap();
        assert_eq!(codes, Value::List(vec![Value::Text("rash".into()), Value::Text("normal".into())]));
    }

    #[test]
    fn dates_come_in_the_ways_people_write_them() {
        for text in ["2026-3-1", "2026/03/01", "2026.3.1", "20260301", "2026年3月1日"] {
            assert_eq!(read_date(text).map(|d| d.to_string()).as_deref(), Some("2026-03-01"), "{text}");
        }
        assert_eq!(read_date("2026-02-30"), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn no_input_panics(text in "\\PC{0,40}") {
            for kind in [FieldType::Date, FieldType::Time, FieldType::DateTime, FieldType::Bool,
                FieldType::Int { min: None, max: Some(5) }, FieldType::Choice(skin()), FieldType::Rows(IndexMap::new())] {
                let _ = read_field(&field(kind), &Json::String(text.clone()));
            }
            let _ = read_field(&temperature(), &Json::String(text));
        }
    }
}
