//! Syntax to the typed form: resolves names and functions, checks types, reports every mistake.

mod calls;
mod fit;
mod operators;

use crate::functions::Functions;
use crate::ir::{Kind, Node};
use crate::problem::{Problem, did_you_mean};
use crate::scope::Scope;
use crate::syntax::{Form, Syntax};
use crate::ty::Type;
use crate::value::Value;
use std::ops::Range;

pub(crate) struct Checker<'a> {
    pub scope: &'a Scope,
    pub functions: &'a Functions,
    pub problems: Vec<Problem>,
    /// Variables of the macros around, outermost first.
    variables: Vec<(String, Type)>,
}

impl<'a> Checker<'a> {
    pub(crate) fn new(scope: &'a Scope, functions: &'a Functions) -> Self {
        Self { scope, functions, problems: Vec::new(), variables: Vec::new() }
    }

    /// Records a problem; `None` stands for a node whose problem has been reported.
    fn fail<T>(&mut self, problem: Problem) -> Option<T> {
        self.problems.push(problem);
        None
    }

    pub(crate) fn check(&mut self, syntax: &Syntax) -> Option<Node> {
        let node = |ty, kind| Some(Node { span: syntax.span.clone(), ty, kind });
        match &syntax.kind {
            Form::Literal(value) => node(literal_type(value), Kind::Literal(value.clone())),
            Form::Name(_) | Form::Member(..) => self.name(syntax),
            Form::Call(called, arguments) => self.call(syntax, called, arguments),
            Form::Not(inner) => {
                let inner = self.condition(inner)?;
                node(Type::Bool, Kind::Not(Box::new(inner)))
            }
            Form::Negate(inner) => {
                let inner = self.number(inner)?;
                node(inner.ty.clone(), Kind::Negate(Box::new(inner)))
            }
            Form::Binary(operator, left, right) => self.binary(&syntax.span, *operator, left, right),
            Form::If(condition, yes, no) => {
                let (condition, yes, no) = (self.condition(condition), self.check(yes), self.check(no));
                let (condition, yes, no) = (condition?, yes?, no?);
                let Some(ty) = yes.ty.join(&no.ty) else {
                    let message = format!("the two branches differ: {} and {}", yes.ty, no.ty);
                    return self.fail(Problem::new(syntax.span.clone(), message));
                };
                let (yes, no) = (widen(yes, &ty), widen(no, &ty));
                node(ty, Kind::If(Box::new(condition), Box::new(yes), Box::new(no)))
            }
            Form::List(items) => self.list(&syntax.span, items),
        }
    }

    fn list(&mut self, span: &Range<usize>, items: &[Syntax]) -> Option<Node> {
        let checked: Vec<Option<Node>> = items.iter().map(|item| self.check(item)).collect();
        let nodes: Vec<Node> = checked.into_iter().collect::<Option<_>>()?;
        let mut ty = Type::Null;
        for node in &nodes {
            match ty.join(&node.ty) {
                Some(joined) => ty = joined,
                None => {
                    let message = format!("this item is {}, the others are {ty}", node.ty);
                    return self.fail(Problem::new(node.span.clone(), message));
                }
            }
        }
        let nodes = nodes.into_iter().map(|node| widen(node, &ty)).collect();
        Some(Node { span: span.clone(), ty: Type::List(Box::new(ty)), kind: Kind::List(nodes) })
    }

    /// A variable, a name of the scope (the longest dotted one), or a cell of a row.
    fn name(&mut self, syntax: &Syntax) -> Option<Node> {
        let node = |ty, kind| Some(Node { span: syntax.span.clone(), ty, kind });
        if let Form::Name(name) = &syntax.kind
            && let Some(at) = self.variables.iter().rposition(|(own, _)| own == name)
        {
            return node(self.variables[at].1.clone(), Kind::Variable(at));
        }
        let dotted = syntax.dotted();
        if let Some(dotted) = &dotted
            && !self.starts_with_variable(syntax)
            && let Some(ty) = self.scope.get(dotted)
        {
            return node(ty.clone(), Kind::Name(dotted.as_str().into()));
        }
        match &syntax.kind {
            Form::Member(object, cell) if self.is_known(object) => {
                let object = self.check(object)?;
                self.cell(syntax, object, cell)
            }
            _ => {
                let name = dotted.unwrap_or_default();
                self.unknown_name(&syntax.span, &name)
            }
        }
    }

    fn starts_with_variable(&self, syntax: &Syntax) -> bool {
        match &syntax.kind {
            Form::Member(object, _) => self.starts_with_variable(object),
            Form::Name(name) => self.variables.iter().any(|(own, _)| own == name),
            _ => false,
        }
    }

    /// Whether the object of a member access is more than a prefix of an unknown dotted name.
    fn is_known(&self, object: &Syntax) -> bool {
        match object.dotted() {
            None => true,
            Some(name) => {
                self.starts_with_variable(object)
                    || self.scope.get(&name).is_some()
                    || matches!(&object.kind, Form::Member(inner, _) if self.is_known(inner))
            }
        }
    }

    fn cell(&mut self, syntax: &Syntax, object: Node, cell: &str) -> Option<Node> {
        let Type::Row(cells) = &object.ty else {
            let problem = Problem::new(syntax.span.clone(), format!("{} has no member `{cell}`", object.ty));
            let problem = match &object.ty {
                Type::List(_) => {
                    problem.help("use `.exists(x, …)`, `.all(x, …)` or `.sum(x, …)` to look at its items")
                }
                _ => problem,
            };
            return self.fail(problem);
        };
        match cells.get(cell) {
            Some(ty) => {
                let ty = ty.clone();
                Some(Node { span: syntax.span.clone(), ty, kind: Kind::Cell(Box::new(object), cell.into()) })
            }
            None => {
                let help = did_you_mean(cell, cells.keys().map(String::as_str));
                self.fail(
                    Problem::new(syntax.span.clone(), format!("the rows have no field `{cell}`")).maybe(help),
                )
            }
        }
    }

    fn unknown_name(&mut self, span: &Range<usize>, name: &str) -> Option<Node> {
        let variables = self.variables.iter().map(|(name, _)| name.as_str());
        let help = if self.functions.names().any(|function| function == name) {
            Some(format!("`{name}` is a function: write `{name}(…)`"))
        } else {
            did_you_mean(name, variables.chain(self.scope.names()))
        };
        self.fail(Problem::new(span.clone(), format!("unknown name `{name}`")).maybe(help))
    }

    pub(crate) fn condition(&mut self, syntax: &Syntax) -> Option<Node> {
        let node = self.check(syntax)?;
        if matches!(node.ty, Type::Bool | Type::Null) {
            return Some(node);
        }
        let problem = Problem::new(node.span.clone(), format!("expected a condition, found {}", node.ty));
        let problem = match node.ty {
            Type::Null | Type::Bool => problem,
            _ => problem.help("compare it with something, or ask `!= null` whether it has a value"),
        };
        self.fail(problem)
    }

    fn number(&mut self, syntax: &Syntax) -> Option<Node> {
        let node = self.check(syntax)?;
        if node.ty.is_number() {
            return Some(node);
        }
        self.fail(Problem::new(node.span.clone(), format!("expected a number, found {}", node.ty)))
    }
}

fn literal_type(value: &Value) -> Type {
    match value {
        Value::Bool(_) => Type::Bool,
        Value::Int(_) => Type::Int,
        Value::Decimal(_) => Type::Decimal,
        Value::Text(_) => Type::Text,
        _ => Type::Null,
    }
}

/// The node as it stands where `ty` is wanted: an int becomes a decimal.
fn widen(node: Node, ty: &Type) -> Node {
    if node.ty == Type::Int && *ty == Type::Decimal {
        return Node { span: node.span.clone(), ty: Type::Decimal, kind: Kind::Widen(Box::new(node)) };
    }
    node
}
