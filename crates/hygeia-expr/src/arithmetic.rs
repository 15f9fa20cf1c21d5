//! Arithmetic on values: exact, and missing where there is no answer.

use crate::ir::{Comparison, Operation};
use crate::value::Value;
use jiff::civil::Date;
use jiff::{Span, Unit};
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};
use std::cmp::Ordering;

/// Results of this size and above are missing: both databases keep 12 digits before the point and 6 after.
pub(crate) const LIMIT: i64 = 1_000_000_000_000;

pub(crate) fn compute(operation: Operation, left: &Value, right: &Value) -> Value {
    match (left, right) {
        (Value::Int(left), Value::Int(right)) => int(operation, *left, *right),
        (Value::Date(date), Value::Int(days)) => {
            let days = if operation == Operation::AddDays { Some(*days) } else { days.checked_neg() };
            days.and_then(|days| add_days(*date, days)).into()
        }
        (Value::Date(later), Value::Date(earlier)) => Value::Int(days_between(*earlier, *later)),
        (Value::Text(left), Value::Text(right)) => Value::Text(format!("{left}{right}")),
        _ => match (left.as_decimal(), right.as_decimal()) {
            (Some(left), Some(right)) => decimal(operation, left, right),
            _ => Value::Null,
        },
    }
}

fn int(operation: Operation, left: i64, right: i64) -> Value {
    let result = match operation {
        Operation::Add => left.checked_add(right),
        Operation::Subtract => left.checked_sub(right),
        Operation::Multiply => left.checked_mul(right),
        Operation::DivideInt => left.checked_div(right),
        Operation::Remainder if right == 0 => None,
        Operation::Remainder => Some(left.wrapping_rem(right)),
        _ => return decimal(operation, Decimal::from(left), Decimal::from(right)),
    };
    result.filter(|result| result.unsigned_abs() < LIMIT.unsigned_abs()).into()
}

fn decimal(operation: Operation, left: Decimal, right: Decimal) -> Value {
    let result = match operation {
        Operation::Add => left.checked_add(right),
        Operation::Subtract => left.checked_sub(right),
        Operation::Multiply => left.checked_mul(right),
        Operation::Divide => left.checked_div(right),
        Operation::Remainder => left.checked_rem(right),
        _ => None,
    };
    result.filter(|result| result.abs() < Decimal::from(LIMIT)).into()
}

pub(crate) fn negate(value: Value) -> Value {
    match value {
        Value::Int(number) => number.checked_neg().into(),
        Value::Decimal(number) => Value::Decimal(-number),
        _ => Value::Null,
    }
}

pub(crate) fn abs(value: Value) -> Value {
    match value {
        Value::Int(number) => number.checked_abs().into(),
        Value::Decimal(number) => Value::Decimal(number.abs()),
        _ => Value::Null,
    }
}

pub(crate) fn round(value: &Value, places: &Value) -> Value {
    match (value.as_decimal(), places) {
        (Some(number), Value::Int(places)) => {
            let places = u32::try_from((*places).clamp(0, 6)).unwrap_or(0);
            Value::Decimal(number.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero))
        }
        _ => Value::Null,
    }
}

pub(crate) fn to_int(value: &Value) -> Value {
    value.as_decimal().and_then(|number| number.trunc().to_i64()).into()
}

/// The order of two values of one kind; `None` when either is missing.
pub(crate) fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Int(left), Value::Int(right)) => Some(left.cmp(right)),
        (Value::Text(left), Value::Text(right)) => Some(left.cmp(right)),
        (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
        (Value::Date(left), Value::Date(right)) => Some(left.cmp(right)),
        (Value::Time(left), Value::Time(right)) => Some(left.cmp(right)),
        (Value::DateTime(left), Value::DateTime(right)) => Some(left.cmp(right)),
        _ => Some(left.as_decimal()?.cmp(&right.as_decimal()?)),
    }
}

pub(crate) fn compare(comparison: Comparison, left: &Value, right: &Value) -> Value {
    let Some(order) = order(left, right) else { return Value::Null };
    Value::Bool(match comparison {
        Comparison::Equal => order.is_eq(),
        Comparison::NotEqual => order.is_ne(),
        Comparison::Less => order.is_lt(),
        Comparison::LessEqual => order.is_le(),
        Comparison::Greater => order.is_gt(),
        Comparison::GreaterEqual => order.is_ge(),
    })
}

fn add_days(date: Date, days: i64) -> Option<Date> {
    let sum = date.checked_add(Span::new().try_days(days).ok()?).ok()?;
    (0..=9999).contains(&sum.year()).then_some(sum)
}

fn days_between(from: Date, to: Date) -> i64 {
    from.until((Unit::Day, to)).map_or(0, |span| i64::from(span.get_days()))
}

/// Completed months from birth to a date; `None` before birth.
pub(crate) fn age_months(birth: Date, date: Date) -> Option<i64> {
    let months = |date: Date| i64::from(date.year()) * 12 + i64::from(date.month());
    let short = i64::from(date.day() < birth.day());
    (date >= birth).then(|| months(date) - months(birth) - short)
}
