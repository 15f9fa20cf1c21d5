//! The untyped form of an expression, as parsed.

use crate::ir::Comparison;
use crate::value::Value;
use std::ops::Range;

#[derive(Debug)]
pub(crate) struct Syntax {
    pub span: Range<usize>,
    /// Levels of syntax below and including this one.
    pub depth: usize,
    pub kind: Form,
}

#[derive(Debug)]
pub(crate) enum Form {
    Literal(Value),
    Name(String),
    Member(Box<Syntax>, String),
    /// Called thing and arguments.
    Call(Box<Syntax>, Vec<Syntax>),
    Not(Box<Syntax>),
    Negate(Box<Syntax>),
    Binary(Binary, Box<Syntax>, Box<Syntax>),
    If(Box<Syntax>, Box<Syntax>, Box<Syntax>),
    List(Vec<Syntax>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Binary {
    Or,
    And,
    Compare(Comparison),
    In,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl Binary {
    pub(crate) fn sign(self) -> &'static str {
        match self {
            Binary::Or => "||",
            Binary::And => "&&",
            Binary::Compare(comparison) => comparison.sign(),
            Binary::In => "in",
            Binary::Add => "+",
            Binary::Subtract => "-",
            Binary::Multiply => "*",
            Binary::Divide => "/",
            Binary::Remainder => "%",
        }
    }
}

impl Comparison {
    pub(crate) fn sign(self) -> &'static str {
        match self {
            Comparison::Equal => "==",
            Comparison::NotEqual => "!=",
            Comparison::Less => "<",
            Comparison::LessEqual => "<=",
            Comparison::Greater => ">",
            Comparison::GreaterEqual => ">=",
        }
    }
}

impl Syntax {
    pub(crate) fn new(span: Range<usize>, kind: Form) -> Self {
        let below = match &kind {
            Form::Literal(_) | Form::Name(_) => 0,
            Form::Member(one, _) | Form::Not(one) | Form::Negate(one) => one.depth,
            Form::Binary(_, one, two) => one.depth.max(two.depth),
            Form::If(condition, one, two) => condition.depth.max(one.depth).max(two.depth),
            Form::Call(called, arguments) => deepest(arguments).max(called.depth),
            Form::List(items) => deepest(items),
        };
        Self { span, depth: below + 1, kind }
    }

    /// `subject.birth` of a chain of members that starts with a name.
    pub(crate) fn dotted(&self) -> Option<String> {
        match &self.kind {
            Form::Name(name) => Some(name.clone()),
            Form::Member(object, name) => object.dotted().map(|object| format!("{object}.{name}")),
            _ => None,
        }
    }
}

fn deepest(items: &[Syntax]) -> usize {
    items.iter().map(|item| item.depth).max().unwrap_or(0)
}
