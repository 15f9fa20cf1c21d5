//! The evaluator: walks the typed form over one row. It cannot fail; what has no answer is missing.

use crate::arithmetic::{abs, age_months, compare, compute, negate, order, round, to_int};
use crate::builtin::Builtin;
use crate::expr::Expr;
use crate::ir::{Comparison, Kind, Macro, Node};
use crate::json::{read_date, read_time};
use crate::ty::Type;
use crate::value::{Names, Value};
use rust_decimal::Decimal;

impl Expr {
    /// The value for one row.
    pub fn eval(&self, row: &dyn Names) -> Value {
        Evaluation { row, variables: Vec::new() }.eval(&self.root)
    }
}

struct Evaluation<'a> {
    row: &'a dyn Names,
    variables: Vec<Value>,
}

impl Evaluation<'_> {
    fn eval(&mut self, node: &Node) -> Value {
        match &node.kind {
            Kind::Literal(value) => value.clone(),
            Kind::Name(name) => self.row.get(name),
            Kind::Variable(at) => self.variables.get(*at).cloned().unwrap_or_default(),
            Kind::Cell(row, name) => match self.eval(row) {
                Value::Row(mut cells) => cells.swap_remove(&**name).unwrap_or_default(),
                _ => Value::Null,
            },
            Kind::Not(inner) => match self.eval(inner) {
                Value::Bool(flag) => Value::Bool(!flag),
                _ => Value::Null,
            },
            Kind::Negate(inner) => negate(self.eval(inner)),
            Kind::And(left, right) => self.kleene(left, right, false),
            Kind::Or(left, right) => self.kleene(left, right, true),
            Kind::Compare(comparison, left, right) => {
                compare(*comparison, &self.eval(left), &self.eval(right))
            }
            Kind::IsNull(inner) => Value::Bool(self.eval(inner).is_null()),
            Kind::Arithmetic(operation, left, right) => {
                compute(*operation, &self.eval(left), &self.eval(right))
            }
            Kind::In(item, list) => self.is_in(item, list),
            Kind::If(condition, yes, no) => {
                let branch = if self.eval(condition).is_true() { yes } else { no };
                self.eval(branch)
            }
            Kind::List(items) => Value::List(items.iter().map(|item| self.eval(item)).collect()),
            Kind::Widen(inner) => self.eval(inner).as_decimal().into(),
            Kind::Coded(inner) => coded(self.eval(inner), &node.ty),
            Kind::Builtin(builtin, arguments) => self.builtin(*builtin, arguments),
            Kind::Call(function, arguments) => {
                let values: Vec<Value> = arguments.iter().map(|argument| self.eval(argument)).collect();
                (function.eval)(&values)
            }
            Kind::Macro(kind, list, body) => self.macro_call(*kind, list, body),
        }
    }

    /// `&&` (decided by a false) and `||` (decided by a true).
    fn kleene(&mut self, left: &Node, right: &Node, deciding: bool) -> Value {
        let left = self.eval(left);
        if left == Value::Bool(deciding) {
            return left;
        }
        match (left, self.eval(right)) {
            (_, right) if right == Value::Bool(deciding) => right,
            (Value::Bool(_), Value::Bool(_)) => Value::Bool(!deciding),
            _ => Value::Null,
        }
    }

    fn is_in(&mut self, item: &Node, list: &Node) -> Value {
        let (item, list) = (self.eval(item), self.eval(list));
        let Value::List(items) = list else { return Value::Null };
        let mut answer = Value::Bool(false);
        for other in &items {
            match compare(Comparison::Equal, &item, other) {
                Value::Bool(true) => return Value::Bool(true),
                Value::Bool(_) => {}
                _ => answer = Value::Null,
            }
        }
        answer
    }

    fn macro_call(&mut self, kind: Macro, list: &Node, body: &Node) -> Value {
        let Value::List(items) = self.eval(list) else { return Value::Null };
        let with = |this: &mut Self, item: &Value| {
            this.variables.push(item.clone());
            let value = this.eval(body);
            this.variables.pop();
            value
        };
        match kind {
            Macro::Map => Value::List(items.iter().map(|item| with(self, item)).collect()),
            Macro::Filter => {
                Value::List(items.into_iter().filter(|item| with(self, item).is_true()).collect())
            }
            Macro::Sum => {
                let zero = if body.ty == Type::Int { Value::Int(0) } else { Value::Decimal(Decimal::ZERO) };
                let known = items.iter().map(|item| with(self, item)).filter(|value| !value.is_null());
                known.fold(zero, |sum, value| compute(crate::ir::Operation::Add, &sum, &value))
            }
            Macro::Exists | Macro::All => {
                let deciding = Value::Bool(kind == Macro::Exists);
                let mut answer = Value::Bool(kind == Macro::All);
                for item in &items {
                    match with(self, item) {
                        value if value == deciding => return deciding,
                        Value::Bool(_) => {}
                        _ => answer = Value::Null,
                    }
                }
                answer
            }
        }
    }

    fn builtin(&mut self, builtin: Builtin, arguments: &[Node]) -> Value {
        if builtin == Builtin::Coalesce {
            let values = arguments.iter().map(|argument| self.eval(argument));
            return values.into_iter().find(|value| !value.is_null()).unwrap_or_default();
        }
        let values: Vec<Value> = arguments.iter().map(|argument| self.eval(argument)).collect();
        apply(builtin, &values)
    }
}

/// The value with what is not a code of `ty` left out.
fn coded(value: Value, ty: &Type) -> Value {
    match (value, ty) {
        (Value::Text(code), Type::Enum(set)) if set.has(&code) => Value::Text(code),
        (Value::List(items), Type::List(item)) => Value::List(
            items.into_iter().map(|code| coded(code, item)).filter(|code| !code.is_null()).collect(),
        ),
        _ => Value::Null,
    }
}

/// A built-in function on values; missing arguments give a missing result.
fn apply(builtin: Builtin, values: &[Value]) -> Value {
    use Value::{Date, DateTime, List, Null, Text};
    match (builtin, values) {
        (Builtin::Size, [Text(text)]) => count(text.chars().count()),
        (Builtin::Size, [List(items)]) => count(items.len()),
        (Builtin::Contains, [Text(text), Text(part)]) => Value::Bool(text.contains(part.as_str())),
        (Builtin::StartsWith, [Text(text), Text(part)]) => Value::Bool(text.starts_with(part.as_str())),
        (Builtin::EndsWith, [Text(text), Text(part)]) => Value::Bool(text.ends_with(part.as_str())),
        (Builtin::Abs, [number]) => abs(number.clone()),
        (Builtin::Round, [number, places]) => round(number, places),
        (Builtin::ToInt, [number]) => to_int(number),
        (Builtin::ToDate, [DateTime(at)]) => Date(at.date()),
        (Builtin::ToDate, [Text(text)]) => read_date(text).into(),
        (Builtin::ToTime, [DateTime(at)]) => Value::Time(at.time()),
        (Builtin::ToTime, [Text(text)]) => read_time(text).into(),
        (Builtin::AgeMonths, [Date(birth), Date(date)]) => age_months(*birth, *date).into(),
        (Builtin::AgeYears, [Date(birth), Date(date)]) => {
            age_months(*birth, *date).map(|months| months / 12).into()
        }
        (Builtin::Year, [Date(date)]) => Value::Int(date.year().into()),
        (Builtin::Month, [Date(date)]) => Value::Int(date.month().into()),
        (Builtin::Day, [Date(date)]) => Value::Int(date.day().into()),
        (Builtin::Weekday, [Date(date)]) => Value::Int(date.weekday().to_monday_one_offset().into()),
        (Builtin::MinOf | Builtin::MaxOf, values) if !values.iter().any(Value::is_null) => {
            let wanted = if builtin == Builtin::MinOf {
                std::cmp::Ordering::Less
            } else {
                std::cmp::Ordering::Greater
            };
            let better = |best: &'_ Value, value: &Value| order(value, best) == Some(wanted);
            let best = values.iter().reduce(|best, value| if better(best, value) { value } else { best });
            best.cloned().unwrap_or_default()
        }
        _ => Null,
    }
}

fn count(number: usize) -> Value {
    i64::try_from(number).ok().into()
}
