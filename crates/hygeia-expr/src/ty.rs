//! Types of expressions. Every type admits the missing value (`null`).

use indexmap::IndexMap;
use std::fmt;
use std::sync::Arc;

/// A closed set of codes: the options of a choice field, the two sexes …
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnumType {
    /// What the set is called in messages, e.g. `skin` or `notifiable_disease`.
    pub name: String,
    /// The codes, in display order.
    pub codes: Vec<String>,
}

impl EnumType {
    /// A shared set of codes, ready for [`Type::Enum`].
    pub fn shared<C: Into<String>>(name: impl Into<String>, codes: impl IntoIterator<Item = C>) -> Arc<Self> {
        Arc::new(Self { name: name.into(), codes: codes.into_iter().map(Into::into).collect() })
    }

    /// Whether `code` is one of the codes.
    pub fn has(&self, code: &str) -> bool {
        self.codes.iter().any(|own| own == code)
    }
}

/// Type of an expression, a name or a function's parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// `true` or `false`.
    Bool,
    /// Whole number, 64 bits.
    Int,
    /// Exact decimal number.
    Decimal,
    /// Text.
    Text,
    /// Civil date.
    Date,
    /// Civil time of day.
    Time,
    /// Civil date and time.
    DateTime,
    /// One code of a closed set; its value is a text.
    Enum(Arc<EnumType>),
    /// List of values of one type.
    List(Box<Type>),
    /// One row of a table field: cells by name. A table field is a list of rows.
    Row(Arc<IndexMap<String, Type>>),
    /// Type of the literal `null`, which fits everywhere.
    Null,
}

impl Type {
    /// `Int` or `Decimal`.
    pub fn is_number(&self) -> bool {
        matches!(self, Type::Int | Type::Decimal)
    }

    /// Text or a code.
    pub fn is_textual(&self) -> bool {
        matches!(self, Type::Text | Type::Enum(_))
    }

    /// Whether a value of this type may stand where `wanted` is asked for (an int for a decimal, a code for a
    /// text, a code of a smaller set for one of a larger, a row with more cells for one with fewer).
    pub fn fits(&self, wanted: &Type) -> bool {
        match (self, wanted) {
            (Type::Null, _) | (Type::Int, Type::Decimal) | (Type::Enum(_), Type::Text) => true,
            (Type::Enum(own), Type::Enum(wanted)) => own.codes.iter().all(|code| wanted.has(code)),
            (Type::List(own), Type::List(wanted)) => own.fits(wanted),
            (Type::Row(own), Type::Row(wanted)) => first_misfit(own, wanted).is_none(),
            (own, wanted) => own == wanted,
        }
    }

    /// The narrowest type both fit in: of the branches of `?:`, of the items of a list.
    pub fn join(&self, other: &Type) -> Option<Type> {
        if self.fits(other) {
            return Some(other.clone());
        }
        if other.fits(self) {
            return Some(self.clone());
        }
        match (self, other) {
            (Type::Enum(_), Type::Enum(_)) => Some(Type::Text),
            (Type::List(one), Type::List(two)) => one.join(two).map(|item| Type::List(Box::new(item))),
            _ => None,
        }
    }
}

/// The first wanted cell that a row lacks or has with another type, and what is wrong with it.
pub(crate) fn first_misfit(own: &IndexMap<String, Type>, wanted: &IndexMap<String, Type>) -> Option<String> {
    wanted.iter().find_map(|(name, ty)| match own.get(name) {
        None => Some(format!("the rows have no cell `{name}` ({ty})")),
        Some(found) if found.fits(ty) => None,
        Some(found) => Some(format!("the cell `{name}` is {found}, expected {ty}")),
    })
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Bool => f.write_str("bool"),
            Type::Int => f.write_str("int"),
            Type::Decimal => f.write_str("decimal"),
            Type::Text => f.write_str("text"),
            Type::Date => f.write_str("date"),
            Type::Time => f.write_str("time"),
            Type::DateTime => f.write_str("datetime"),
            Type::Enum(set) => write!(f, "code of `{}`", set.name),
            Type::List(item) => write!(f, "list of {item}"),
            Type::Row(_) => f.write_str("row"),
            Type::Null => f.write_str("null"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: &[(&str, Type)]) -> Type {
        let cells = cells.iter().map(|(name, ty)| ((*name).to_owned(), ty.clone())).collect();
        Type::List(Box::new(Type::Row(Arc::new(cells))))
    }

    #[test]
    fn rows_with_more_cells_stand_for_rows_with_fewer() {
        let wanted = row(&[("grams", Type::Decimal), ("meal", Type::Text)]);
        let meal = Type::Enum(EnumType::shared("meal", ["lunch"]));
        let menu = row(&[("dish", Type::Text), ("meal", meal.clone()), ("grams", Type::Int)]);
        assert!(menu.fits(&wanted));
        assert!(!wanted.fits(&menu));
        assert!(!row(&[("meal", meal), ("grams", Type::Text)]).fits(&wanted));
    }
}
