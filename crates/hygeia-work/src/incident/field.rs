//! Reading the fields of alarms, incidents and steps.

use hygeia_expr::Value;
use hygeia_store::Entry;
use jiff::civil::{Date, DateTime};

pub(super) fn moment(entry: &Entry, field: &str) -> Option<DateTime> {
    match entry.values.get(field) {
        Some(Value::DateTime(at)) => Some(*at),
        _ => None,
    }
}

pub(super) fn day_of(entry: &Entry, field: &str) -> Option<Date> {
    match entry.values.get(field) {
        Some(Value::Date(day)) => Some(*day),
        _ => None,
    }
}

/// A text or a code; empty when missing.
pub(super) fn word<'e>(entry: &'e Entry, field: &str) -> &'e str {
    entry.values.get(field).and_then(Value::as_text).unwrap_or_default()
}

/// A text field's value; blank is missing.
pub(super) fn text(text: &str) -> Value {
    let text = text.trim();
    if text.is_empty() { Value::Null } else { Value::Text(text.to_owned()) }
}
