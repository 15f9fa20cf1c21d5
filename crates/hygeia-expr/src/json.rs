//! Values as JSON and back, without loss: decimals as numbers when a double keeps them, else as text.

use crate::ty::Type;
use crate::value::Value;
use indexmap::IndexMap;
use jiff::civil::{Date, DateTime, Time};
use rust_decimal::Decimal;
use serde_json::{Map, Number, Value as Json};

impl Value {
    /// The value as JSON: dates and times as ISO text (times to the minute), a decimal as a number when reading
    /// it back gives the same decimal and as text otherwise.
    pub fn to_json(&self) -> Json {
        match self {
            Value::Null => Json::Null,
            Value::Bool(flag) => Json::Bool(*flag),
            Value::Int(number) => Json::from(*number),
            Value::Decimal(number) => decimal_to_json(*number),
            Value::Text(text) => Json::String(text.clone()),
            Value::Date(date) => Json::String(date.to_string()),
            Value::Time(time) => Json::String(show_time(*time)),
            Value::DateTime(at) => Json::String(format!("{}T{}", at.date(), show_time(at.time()))),
            Value::List(items) => Json::Array(items.iter().map(Value::to_json).collect()),
            Value::Row(cells) => {
                Json::Object(cells.iter().map(|(name, cell)| (name.clone(), cell.to_json())).collect())
            }
        }
    }

    /// Reads the JSON of a value of type `ty`; `None` when it is not one. Numbers may come as text.
    pub fn from_json(json: &Json, ty: &Type) -> Option<Value> {
        Some(match (ty, json) {
            (_, Json::Null) => Value::Null,
            (Type::Bool, Json::Bool(flag)) => Value::Bool(*flag),
            (Type::Int, Json::Number(number)) => Value::Int(number.as_i64()?),
            (Type::Int, Json::String(text)) => Value::Int(text.parse().ok()?),
            (Type::Decimal, Json::Number(number)) => Value::Decimal(decimal_from_number(number)?),
            (Type::Decimal, Json::String(text)) => Value::Decimal(text.parse().ok()?),
            (Type::Text | Type::Enum(_), Json::String(text)) => Value::Text(text.clone()),
            (Type::Date, Json::String(text)) => Value::Date(read_date(text)?),
            (Type::Time, Json::String(text)) => Value::Time(read_time(text)?),
            (Type::DateTime, Json::String(text)) => Value::DateTime(text.parse::<DateTime>().ok()?),
            (Type::List(item), Json::Array(items)) => {
                Value::List(items.iter().map(|json| Value::from_json(json, item)).collect::<Option<_>>()?)
            }
            (Type::Row(cells), Json::Object(object)) => Value::Row(read_row(cells, object)?),
            _ => return None,
        })
    }
}

fn read_row(cells: &IndexMap<String, Type>, object: &Map<String, Json>) -> Option<IndexMap<String, Value>> {
    let cell =
        |(name, json): (&String, &Json)| Some((name.clone(), Value::from_json(json, cells.get(name)?)?));
    object.iter().map(cell).collect()
}

fn decimal_to_json(number: Decimal) -> Json {
    let text = number.normalize().to_string();
    let as_number = text.parse::<f64>().ok().and_then(Number::from_f64);
    match as_number.filter(|json| decimal_from_number(json) == Some(number)) {
        _ if number.is_integer() && i64::try_from(number).is_ok() => {
            Json::from(i64::try_from(number).unwrap_or(0))
        }
        Some(json) => Json::Number(json),
        None => Json::String(text),
    }
}

/// The decimal a JSON number writes.
fn decimal_from_number(number: &Number) -> Option<Decimal> {
    let text = number.to_string();
    text.parse().or_else(|_| Decimal::from_scientific(&text)).ok()
}

fn show_time(time: Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

/// A date as `2026-09-01`, and nothing else.
pub(crate) fn read_date(text: &str) -> Option<Date> {
    let date: Date = text.parse().ok()?;
    (date.to_string() == text).then_some(date)
}

/// A time as `09:00` or `09:00:00`.
pub(crate) fn read_time(text: &str) -> Option<Time> {
    let shape = text.len() == 5 || text.len() == 8;
    if shape { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_survive_json() {
        for text in
            ["0.1", "-36.5", "1234567890123.456789", "79228162514264337593543950335", "100", "0.000001"]
        {
            let number: Decimal = text.parse().unwrap();
            let json = Value::Decimal(number).to_json();
            assert_eq!(
                Value::from_json(&json, &Type::Decimal),
                Some(Value::Decimal(number)),
                "{text} as {json}"
            );
        }
        assert_eq!(Value::Decimal("36.50".parse().unwrap()).to_json().to_string(), "36.5");
    }

    #[test]
    fn wrong_shapes_are_refused() {
        assert_eq!(Value::from_json(&Json::from("2026-02-30"), &Type::Date), None);
        assert_eq!(Value::from_json(&Json::from("2026-09-01T10:00"), &Type::Date), None);
        assert_eq!(Value::from_json(&Json::from(1.5), &Type::Int), None);
        assert_eq!(Value::from_json(&Json::Null, &Type::Int), Some(Value::Null));
    }
}
