//! The SQL printer: the part of the language that SQLite and PostgreSQL evaluate exactly as [`Expr::eval`] does.
//!
//! Columns hold what the store writes: decimals as whole micro-units (× 10⁶) in SQLite and `numeric(18,6)` in
//! PostgreSQL, dates and times as ISO text or their own types, a multiple choice as text `|a|b|` or null.
//! What does not translate (division, products of two decimals, rows, registered functions) is [`NotSql`].

mod calls;
mod numbers;

use crate::expr::Expr;
use crate::ir::{Comparison, Kind, Node, Operation};
use crate::ty::Type;
use crate::value::Value;
use rust_decimal::Decimal;
use std::ops::Range;

/// The database to print for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite: decimals are whole micro-units.
    Sqlite,
    /// PostgreSQL: decimals are `numeric(18,6)`.
    Postgres,
}

/// A printed expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Sql {
    /// SQL with `?` where parameters go, in order.
    pub text: String,
    /// The parameters; for SQLite decimals are already ints in micro-units.
    pub params: Vec<Value>,
}

/// Why an expression has no SQL form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotSql {
    /// The plain cause.
    pub message: String,
    /// Bytes of the source it is about.
    pub span: Range<usize>,
}

/// Longest SQL printed, in bytes.
const MAX_TEXT: usize = 64 * 1024;

impl Expr {
    /// Prints the expression as SQL; `columns` gives the column of a name.
    pub fn to_sql(&self, dialect: Dialect, columns: &dyn Fn(&str) -> String) -> Result<Sql, NotSql> {
        let mut printer = Printer { dialect, columns, text: String::new(), params: Vec::new() };
        printer.print(&self.root)?;
        Ok(Sql { text: printer.text, params: printer.params })
    }
}

struct Printer<'a> {
    dialect: Dialect,
    columns: &'a dyn Fn(&str) -> String,
    text: String,
    params: Vec<Value>,
}

type Printed = Result<(), NotSql>;

fn refuse<T>(node: &Node, message: impl Into<String>) -> Result<T, NotSql> {
    Err(NotSql { message: message.into(), span: node.span.clone() })
}

impl Printer<'_> {
    fn sqlite(&self) -> bool {
        self.dialect == Dialect::Sqlite
    }

    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn print(&mut self, node: &Node) -> Printed {
        if self.text.len() > MAX_TEXT {
            return refuse(node, "the condition is too long for the database");
        }
        match &node.kind {
            Kind::Literal(value) => self.literal(node, value),
            Kind::Name(name) => {
                let column = (self.columns)(name);
                self.push(&column);
                Ok(())
            }
            Kind::Not(inner) => self.wrapped("(NOT ", inner, ")"),
            Kind::Negate(inner) => self.wrapped("(- ", inner, ")"),
            Kind::And(left, right) => self.between(left, " AND ", right),
            Kind::Or(left, right) => self.between(left, " OR ", right),
            Kind::Compare(comparison, left, right) => self.compare(*comparison, left, right),
            Kind::IsNull(inner) => self.wrapped("(", inner, " IS NULL)"),
            Kind::Arithmetic(operation, left, right) => self.arithmetic(node, *operation, left, right),
            Kind::In(item, list) => self.membership(item, list),
            Kind::If(condition, yes, no) => {
                self.wrapped("(CASE WHEN ", condition, " THEN ")?;
                self.typed(yes, &node.ty)?;
                self.push(" ELSE ");
                self.typed(no, &node.ty)?;
                self.push(" END)");
                Ok(())
            }
            Kind::Widen(inner) => self.widen(inner),
            Kind::Builtin(builtin, arguments) => self.builtin(node, *builtin, arguments),
            Kind::Call(function, _) => {
                refuse(node, format!("`{}` is not known to the database", function.name))
            }
            Kind::Coded(inner) => self.print(inner),
            Kind::List(_) => refuse(node, "a list is only allowed after `in`"),
            Kind::Macro(..) | Kind::Cell(..) | Kind::Variable(_) => {
                refuse(node, "rows of a table field cannot be looked at by the database")
            }
        }
    }

    fn wrapped(&mut self, before: &str, node: &Node, after: &str) -> Printed {
        self.push(before);
        self.print(node)?;
        self.push(after);
        Ok(())
    }

    fn between(&mut self, left: &Node, sign: &str, right: &Node) -> Printed {
        self.wrapped("(", left, sign)?;
        self.wrapped("", right, ")")
    }

    fn literal(&mut self, node: &Node, value: &Value) -> Printed {
        match value {
            Value::Null => self.null(&node.ty),
            Value::Bool(flag) => self.push(if *flag { "TRUE" } else { "FALSE" }),
            Value::Decimal(number) => {
                let param = self.decimal_param(node, *number)?;
                self.param(param);
            }
            value => self.param(value.clone()),
        }
        Ok(())
    }

    fn param(&mut self, value: Value) {
        self.params.push(value);
        self.push("?");
    }

    fn decimal_param(&self, node: &Node, number: Decimal) -> Result<Value, NotSql> {
        let number = number.normalize();
        if number.scale() > 6 {
            return refuse(node, "more than 6 decimals");
        }
        if !self.sqlite() {
            return Ok(Value::Decimal(number));
        }
        let micro = number.checked_mul(Decimal::from(1_000_000)).and_then(|micro| i64::try_from(micro).ok());
        micro.map_or_else(|| refuse(node, "a number of more than 12 digits"), |micro| Ok(Value::Int(micro)))
    }

    /// A null that PostgreSQL knows the type of.
    fn null(&mut self, ty: &Type) {
        let name = match ty {
            _ if self.sqlite() => return self.push("NULL"),
            Type::Int => "bigint",
            Type::Decimal => "numeric",
            Type::Text | Type::Enum(_) | Type::List(_) | Type::Row(_) => "text",
            Type::Date => "date",
            Type::Time => "time",
            Type::DateTime => "timestamp",
            Type::Bool | Type::Null => "boolean",
        };
        self.push(&format!("CAST(NULL AS {name})"));
    }

    /// A node where values of `ty` stand.
    fn typed(&mut self, node: &Node, ty: &Type) -> Printed {
        match node.kind {
            Kind::Literal(Value::Null) => {
                self.null(ty);
                Ok(())
            }
            _ => self.print(node),
        }
    }

    fn compare(&mut self, comparison: Comparison, left: &Node, right: &Node) -> Printed {
        let sign = match comparison {
            Comparison::Equal => " = ",
            Comparison::NotEqual => " <> ",
            other => &format!(" {} ", other.sign()),
        };
        self.push("(");
        self.like(left, &right.ty)?;
        self.push(sign);
        self.like(right, &left.ty)?;
        // The order of texts is that of their bytes, whatever the database's language.
        let is_order = !matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        if is_order && left.ty.is_textual() && !self.sqlite() {
            self.push(" COLLATE \"C\"");
        }
        self.push(")");
        Ok(())
    }

    /// A node beside one of type `other`: an int beside a decimal is widened.
    fn like(&mut self, node: &Node, other: &Type) -> Printed {
        if node.ty == Type::Int && *other == Type::Decimal { self.widen(node) } else { self.print(node) }
    }

    fn membership(&mut self, item: &Node, list: &Node) -> Printed {
        let items = match &list.kind {
            Kind::List(items) => items,
            Kind::Name(_) if matches!(&list.ty, Type::List(inner) if inner.is_textual()) => {
                return self.is_chosen(item, list);
            }
            _ => {
                return refuse(list, "the database can only look into a list of values or a multiple choice");
            }
        };
        if items.is_empty() {
            self.push("FALSE");
            return Ok(());
        }
        let is_decimal = item.ty == Type::Decimal || items.iter().any(|listed| listed.ty == Type::Decimal);
        let ty = if is_decimal { &Type::Decimal } else { &item.ty };
        self.push("(");
        self.like(item, ty)?;
        for (at, listed) in items.iter().enumerate() {
            self.push(if at == 0 { " IN (" } else { ", " });
            if let Kind::Literal(Value::Null) = listed.kind { self.null(ty) } else { self.like(listed, ty)? }
        }
        self.push("))");
        Ok(())
    }

    /// Whether a code is among those of a multiple choice, stored `|a|b|`.
    fn is_chosen(&mut self, code: &Node, choices: &Node) -> Printed {
        let is_code = matches!(code.ty, Type::Enum(_))
            || matches!(&code.kind, Kind::Literal(Value::Text(text)) if !text.contains('|'));
        if !is_code {
            return refuse(code, "the database can only look for a code in a multiple choice");
        }
        self.wrapped(if self.sqlite() { "(instr(" } else { "(strpos(" }, choices, ", '|' || ")?;
        self.wrapped("", code, " || '|') > 0)")
    }

    fn arithmetic(&mut self, node: &Node, operation: Operation, left: &Node, right: &Node) -> Printed {
        match operation {
            Operation::Add => self.limited(node, left, " + ", right),
            Operation::Subtract => self.limited(node, left, " - ", right),
            Operation::Multiply => self.product(node, left, right),
            Operation::Concatenate => self.between(left, " || ", right),
            Operation::DaysApart => self.days_apart(left, right),
            Operation::Remainder if node.ty == Type::Int => self.remainder(left, right),
            Operation::Divide | Operation::DivideInt => refuse(node, "the databases divide differently"),
            Operation::Remainder | Operation::AddDays | Operation::SubtractDays => {
                refuse(node, "the databases do not compute this alike")
            }
        }
    }
}
