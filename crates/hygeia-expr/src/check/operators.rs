//! Operators: which types they take, and the node they become.

use super::{Checker, widen};
use crate::ir::{Comparison, Kind, Node, Operation};
use crate::problem::Problem;
use crate::syntax::{Binary, Syntax};
use crate::ty::Type;
use crate::value::Value;
use std::ops::Range;

impl Checker<'_> {
    pub(super) fn binary(
        &mut self,
        span: &Range<usize>,
        operator: Binary,
        left: &Syntax,
        right: &Syntax,
    ) -> Option<Node> {
        if matches!(operator, Binary::And | Binary::Or) {
            let (left, right) = (self.condition(left), self.condition(right));
            let (left, right) = (Box::new(left?), Box::new(right?));
            let kind = if operator == Binary::And { Kind::And(left, right) } else { Kind::Or(left, right) };
            return Some(Node { span: span.clone(), ty: Type::Bool, kind });
        }
        let (left, right) = (self.check(left), self.check(right));
        let (left, right) = (left?, right?);
        match operator {
            Binary::Compare(comparison) => self.compare(span, comparison, left, right),
            Binary::In => self.membership(span, left, right),
            _ => self.arithmetic(span, operator, left, right),
        }
    }

    fn compare(
        &mut self,
        span: &Range<usize>,
        comparison: Comparison,
        left: Node,
        right: Node,
    ) -> Option<Node> {
        let bool_node = |kind| Some(Node { span: span.clone(), ty: Type::Bool, kind });
        let is_equality = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        let tested = match (&left.ty, &right.ty) {
            _ if left.is_untyped_name() || right.is_untyped_name() => None,
            (Type::Null, _) => Some(&right),
            (_, Type::Null) => Some(&left),
            _ => None,
        };
        if let Some(tested) = tested {
            if !is_equality {
                let problem =
                    Problem::new(span.clone(), format!("`{}` with null is never met", comparison.sign()));
                return self.fail(problem.help("ask `== null` or `!= null`"));
            }
            let test =
                Node { span: span.clone(), ty: Type::Bool, kind: Kind::IsNull(Box::new(tested.clone())) };
            let is_equal = comparison == Comparison::Equal;
            return if is_equal { Some(test) } else { bool_node(Kind::Not(Box::new(test))) };
        }
        self.code_literal(&left, &right)?;
        self.code_literal(&right, &left)?;
        self.comparable(span, comparison, &left, &right)?;
        bool_node(Kind::Compare(comparison, Box::new(left), Box::new(right)))
    }

    /// A text literal beside a code must be one of the codes.
    pub(super) fn code_literal(&mut self, literal: &Node, other: &Node) -> Option<()> {
        if let (Kind::Literal(Value::Text(_)), Type::Enum(_)) = (&literal.kind, &other.ty) {
            return self.fit(literal.clone(), &other.ty).map(|_| ());
        }
        Some(())
    }

    fn comparable(
        &mut self,
        span: &Range<usize>,
        comparison: Comparison,
        left: &Node,
        right: &Node,
    ) -> Option<()> {
        let is_equality = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        let (one, two) = (&left.ty, &right.ty);
        let problem = match (one, two) {
            (Type::Null, _) | (_, Type::Null) => return Some(()),
            (Type::List(_) | Type::Row(_), _) | (_, Type::List(_) | Type::Row(_)) => {
                let problem = Problem::new(span.clone(), format!("{one} cannot be compared with {two}"));
                problem.help("use `in`, `size()` or `.exists(x, …)`")
            }
            (Type::Bool | Type::Enum(_), _) | (_, Type::Bool | Type::Enum(_))
                if !is_equality && (one == two || one.is_textual() && two.is_textual()) =>
            {
                Problem::new(span.clone(), format!("{one} has no order: only `==` and `!=`"))
            }
            (Type::Enum(first), Type::Enum(second)) if !first.codes.iter().any(|code| second.has(code)) => {
                let message = format!("`{}` and `{}` have no code in common", first.name, second.name);
                Problem::new(span.clone(), message)
            }
            (one, two) if one == two || one.is_number() && two.is_number() => return Some(()),
            (one, two) if one.is_textual() && two.is_textual() => return Some(()),
            (Type::Date | Type::DateTime | Type::Time, Type::Text)
            | (Type::Text, Type::Date | Type::DateTime | Type::Time) => {
                let problem = Problem::new(span.clone(), format!("{one} cannot be compared with {two}"));
                problem.help("write dates as `date('2026-09-01')` and times as `time('09:00')`")
            }
            (Type::DateTime, Type::Date) | (Type::Date, Type::DateTime) => {
                let problem = Problem::new(span.clone(), format!("{one} cannot be compared with {two}"));
                problem.help("take the date of the datetime: `date(x)`")
            }
            _ => Problem::new(span.clone(), format!("{one} cannot be compared with {two}")),
        };
        self.fail(problem)
    }

    fn membership(&mut self, span: &Range<usize>, item: Node, list: Node) -> Option<Node> {
        let Type::List(inner) = &list.ty else {
            let problem =
                Problem::new(list.span.clone(), format!("expected a list after `in`, found {}", list.ty));
            return self.fail(problem.help("write a list as `['a', 'b']`"));
        };
        let inner = (**inner).clone();
        if let Kind::List(items) = &list.kind {
            let mut ok = Some(());
            for listed in items {
                if self.code_literal(listed, &item).is_none() {
                    ok = None;
                }
            }
            ok?;
        }
        if let (Kind::Literal(Value::Text(_)), Type::Enum(_)) = (&item.kind, &inner) {
            self.fit(item.clone(), &inner)?;
        }
        let comparable = item.ty.join(&inner).is_some() && !matches!(inner, Type::List(_) | Type::Row(_));
        if !comparable {
            let message = format!("{} cannot be in a {}", item.ty, list.ty);
            return self.fail(Problem::new(span.clone(), message));
        }
        Some(Node { span: span.clone(), ty: Type::Bool, kind: Kind::In(Box::new(item), Box::new(list)) })
    }

    fn arithmetic(&mut self, span: &Range<usize>, operator: Binary, left: Node, right: Node) -> Option<Node> {
        let (one, two) = (left.ty.clone(), right.ty.clone());
        let node = |ty, operation, left, right| {
            let kind = Kind::Arithmetic(operation, Box::new(left), Box::new(right));
            Some(Node { span: span.clone(), ty, kind })
        };
        match (operator, &one, &two) {
            _ if left.is_untyped_name() || right.is_untyped_name() => {
                node(Type::Null, Operation::Add, left, right)
            }
            (Binary::Add, Type::Date, Type::Int) => node(Type::Date, Operation::AddDays, left, right),
            (Binary::Subtract, Type::Date, Type::Int) => {
                node(Type::Date, Operation::SubtractDays, left, right)
            }
            (Binary::Subtract, Type::Date, Type::Date) => node(Type::Int, Operation::DaysApart, left, right),
            (Binary::Add, one, two) if one.is_textual() && two.is_textual() => {
                node(Type::Text, Operation::Concatenate, left, right)
            }
            (_, one, two) if one.is_number() && two.is_number() => {
                let is_int = *one == Type::Int && *two == Type::Int;
                let exact = operator == Binary::Divide && (self.scope.is_exact() || !is_int);
                let ty = if is_int && !exact { Type::Int } else { Type::Decimal };
                let operation = match operator {
                    Binary::Add => Operation::Add,
                    Binary::Subtract => Operation::Subtract,
                    Binary::Multiply => Operation::Multiply,
                    Binary::Remainder => Operation::Remainder,
                    _ if exact => Operation::Divide,
                    _ => Operation::DivideInt,
                };
                let (left, right) = (widen(left, &ty), widen(right, &ty));
                node(ty, operation, left, right)
            }
            (_, one, two) => {
                let message = format!("`{}` does not take {one} and {two}", operator.sign());
                self.fail(Problem::new(span.clone(), message))
            }
        }
    }
}
