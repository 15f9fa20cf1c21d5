//! The typed form of an expression: what the evaluator and the SQL printer walk.

use crate::builtin::Builtin;
use crate::functions::FunctionDef;
use crate::ty::Type;
use crate::value::Value;
use std::ops::Range;
use std::sync::Arc;

#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub span: Range<usize>,
    pub ty: Type,
    pub kind: Kind,
}

#[derive(Debug, Clone)]
pub(crate) enum Kind {
    Literal(Value),
    /// A name of the scope.
    Name(Arc<str>),
    /// A variable of an enclosing macro, counted from the outermost.
    Variable(usize),
    /// A cell of a row.
    Cell(Box<Node>, Arc<str>),
    Not(Box<Node>),
    Negate(Box<Node>),
    And(Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
    Compare(Comparison, Box<Node>, Box<Node>),
    /// `x == null`.
    IsNull(Box<Node>),
    Arithmetic(Operation, Box<Node>, Box<Node>),
    In(Box<Node>, Box<Node>),
    If(Box<Node>, Box<Node>, Box<Node>),
    List(Vec<Node>),
    /// An int where a decimal is wanted.
    Widen(Box<Node>),
    /// A function's text, or list of texts, where codes are wanted: what is not a code of the type is left out.
    Coded(Box<Node>),
    Builtin(Builtin, Vec<Node>),
    Call(Arc<FunctionDef>, Vec<Node>),
    /// `list.exists(x, body)`.
    Macro(Macro, Box<Node>, Box<Node>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    Add,
    Subtract,
    Multiply,
    /// Int by int, truncated.
    DivideInt,
    /// Exact.
    Divide,
    Remainder,
    Concatenate,
    /// Date plus days.
    AddDays,
    /// Date minus days.
    SubtractDays,
    /// Date minus date, in days.
    DaysApart,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Macro {
    Exists,
    All,
    Map,
    Filter,
    Sum,
}

impl Node {
    /// A name whose type is not known: what it is part of is checked no further.
    pub(crate) fn is_untyped_name(&self) -> bool {
        matches!(self.kind, Kind::Name(_)) && self.ty == Type::Null
    }

    /// The nodes directly below.
    pub(crate) fn children(&self) -> Vec<&Node> {
        match &self.kind {
            Kind::Literal(_) | Kind::Name(_) | Kind::Variable(_) => Vec::new(),
            Kind::Cell(one, _)
            | Kind::Not(one)
            | Kind::Negate(one)
            | Kind::IsNull(one)
            | Kind::Widen(one)
            | Kind::Coded(one) => {
                vec![one]
            }
            Kind::And(one, two)
            | Kind::Or(one, two)
            | Kind::Compare(_, one, two)
            | Kind::Arithmetic(_, one, two)
            | Kind::In(one, two)
            | Kind::Macro(_, one, two) => vec![one, two],
            Kind::If(condition, one, two) => vec![condition, one, two],
            Kind::List(nodes) | Kind::Builtin(_, nodes) | Kind::Call(_, nodes) => nodes.iter().collect(),
        }
    }

    /// Adds the scope's names in order of first use.
    pub(crate) fn collect_names(&self, names: &mut Vec<Arc<str>>) {
        if let Kind::Name(name) = &self.kind
            && !names.contains(name)
        {
            names.push(name.clone());
        }
        for child in self.children() {
            child.collect_names(names);
        }
    }
}
