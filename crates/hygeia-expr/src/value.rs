//! Values, and the names an expression reads them by.

use indexmap::IndexMap;
use jiff::civil::{Date, DateTime, Time};
use rust_decimal::Decimal;
use std::collections::HashMap;
use std::hash::BuildHasher;

/// A value of an expression. A code of a closed set is `Text`.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// Missing.
    #[default]
    Null,
    /// Yes or no.
    Bool(bool),
    /// Whole number.
    Int(i64),
    /// Exact decimal.
    Decimal(Decimal),
    /// Text or a code.
    Text(String),
    /// Civil date.
    Date(Date),
    /// Civil time of day.
    Time(Time),
    /// Civil date and time.
    DateTime(DateTime),
    /// List; codes of a multiple choice, rows of a table field.
    List(Vec<Value>),
    /// Cells of one row by name; an absent cell is missing.
    Row(IndexMap<String, Value>),
}

impl Value {
    /// Whether the value is missing.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// Whether a condition is met: a missing truth value is not.
    pub fn is_true(&self) -> bool {
        matches!(self, Value::Bool(true))
    }

    /// The number as a decimal; `None` for anything but a number.
    pub fn as_decimal(&self) -> Option<Decimal> {
        match self {
            Value::Int(number) => Some(Decimal::from(*number)),
            Value::Decimal(number) => Some(*number),
            _ => None,
        }
    }

    /// The text or code; `None` for anything else.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The date; `None` for anything else.
    pub fn as_date(&self) -> Option<Date> {
        match self {
            Value::Date(date) => Some(*date),
            _ => None,
        }
    }
}

macro_rules! from {
    ($($source:ty => $variant:ident),*) => {$(
        impl From<$source> for Value {
            fn from(value: $source) -> Self {
                Value::$variant(value)
            }
        }
    )*};
}
from!(bool => Bool, i64 => Int, Decimal => Decimal, String => Text, Date => Date, Time => Time, DateTime => DateTime);

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

/// Where an expression finds its names. A name that is not there is missing.
pub trait Names {
    /// The value of a name, as written in the scope (`temperature`, `subject.birth`).
    fn get(&self, name: &str) -> Value;
}

impl<S: BuildHasher> Names for HashMap<String, Value, S> {
    fn get(&self, name: &str) -> Value {
        self.get(name).cloned().unwrap_or_default()
    }
}

impl<S: BuildHasher> Names for IndexMap<String, Value, S> {
    fn get(&self, name: &str) -> Value {
        self.get(name).cloned().unwrap_or_default()
    }
}

impl<F: Fn(&str) -> Value> Names for F {
    fn get(&self, name: &str) -> Value {
        self(name)
    }
}
