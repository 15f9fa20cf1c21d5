//! Calls: registered functions, built-in functions, methods and macros.

use super::{Checker, widen};
use crate::builtin::Builtin;
use crate::ir::{Kind, Macro, Node, Operation};
use crate::problem::{Problem, did_you_mean};
use crate::syntax::{Form, Syntax};
use crate::ty::Type;
use crate::value::Value;
use std::ops::Range;

impl Checker<'_> {
    pub(super) fn call(&mut self, syntax: &Syntax, called: &Syntax, arguments: &[Syntax]) -> Option<Node> {
        let span = &syntax.span;
        let name = called.dotted();
        if let Some(function) = name.as_deref().and_then(|name| self.functions.get(name)).cloned() {
            let checked: Vec<Option<Node>> = arguments.iter().map(|argument| self.check(argument)).collect();
            let nodes: Vec<Node> = checked.into_iter().collect::<Option<_>>()?;
            self.count(span, &function.name, nodes.len(), function.params.len()..=function.params.len())?;
            let fitted: Vec<Option<Node>> = nodes
                .into_iter()
                .zip(&function.params)
                .map(|(node, wanted)| self.fit(node, wanted))
                .collect();
            let nodes = fitted.into_iter().collect::<Option<_>>()?;
            return Some(Node {
                span: span.clone(),
                ty: function.result.clone(),
                kind: Kind::Call(function, nodes),
            });
        }
        match &called.kind {
            Form::Name(name) => match Builtin::named(name) {
                Some(builtin) => {
                    let checked: Vec<Option<Node>> =
                        arguments.iter().map(|argument| self.check(argument)).collect();
                    self.builtin(span, builtin, checked.into_iter().collect::<Option<_>>()?)
                }
                None => self.unknown_function(&called.span, name),
            },
            Form::Member(object, method) => self.method(syntax, object, method, arguments),
            _ => self.fail(Problem::new(called.span.clone(), "only a function can be called")),
        }
    }

    fn unknown_function(&mut self, span: &Range<usize>, name: &str) -> Option<Node> {
        let help = did_you_mean(name, self.functions.names());
        self.fail(Problem::new(span.clone(), format!("unknown function `{name}`")).maybe(help))
    }

    /// `x.contains(y)` is `contains(x, y)`; `list.exists(x, …)` and its like are macros.
    fn method(
        &mut self,
        syntax: &Syntax,
        object: &Syntax,
        method: &str,
        arguments: &[Syntax],
    ) -> Option<Node> {
        let macro_kind = match method {
            "exists" => Some(Macro::Exists),
            "all" => Some(Macro::All),
            "map" => Some(Macro::Map),
            "filter" => Some(Macro::Filter),
            "sum" => Some(Macro::Sum),
            _ => None,
        };
        if let Some(kind) = macro_kind {
            return self.macro_call(syntax, kind, object, arguments);
        }
        if let Some(builtin) = Builtin::named(method) {
            let all = std::iter::once(object).chain(arguments);
            let checked: Vec<Option<Node>> = all.map(|argument| self.check(argument)).collect();
            return self.builtin(&syntax.span, builtin, checked.into_iter().collect::<Option<_>>()?);
        }
        let dotted = object.dotted().map(|object| format!("{object}.{method}"));
        let span = object.span.start..object.span.end + 1 + method.len();
        let Some(dotted) = dotted else { return self.unknown_function(&span, method) };
        let name =
            if self.scope.get(&object.dotted().unwrap_or_default()).is_some() { method } else { &dotted };
        self.unknown_function(&span, name)
    }

    fn macro_call(
        &mut self,
        syntax: &Syntax,
        kind: Macro,
        object: &Syntax,
        arguments: &[Syntax],
    ) -> Option<Node> {
        let list = self.check(object)?;
        let Type::List(item) = &list.ty else {
            return self.fail(Problem::new(list.span.clone(), format!("expected a list, found {}", list.ty)));
        };
        let item = (**item).clone();
        let [Syntax { kind: Form::Name(variable), .. }, body] = arguments else {
            let problem = Problem::new(syntax.span.clone(), "expected a variable and an expression");
            return self.fail(problem.help("e.g. `dishes.exists(d, d.grams > 100)`"));
        };
        self.variables.push((variable.clone(), item));
        let body = match kind {
            Macro::Exists | Macro::All | Macro::Filter => self.condition(body),
            Macro::Sum => self.number(body),
            Macro::Map => self.check(body),
        };
        self.variables.pop();
        let body = body?;
        let ty = match kind {
            Macro::Exists | Macro::All => Type::Bool,
            Macro::Filter => list.ty.clone(),
            Macro::Sum => body.ty.clone(),
            Macro::Map => Type::List(Box::new(body.ty.clone())),
        };
        let kind = Kind::Macro(kind, Box::new(list), Box::new(body));
        Some(Node { span: syntax.span.clone(), ty, kind })
    }

    fn count(
        &mut self,
        span: &Range<usize>,
        name: &str,
        found: usize,
        wanted: std::ops::RangeInclusive<usize>,
    ) -> Option<()> {
        if wanted.contains(&found) {
            return Some(());
        }
        let number = match (*wanted.start(), *wanted.end()) {
            (least, usize::MAX) => format!("at least {least} arguments"),
            (1, 1) => "1 argument".to_owned(),
            (least, _) => format!("{least} arguments"),
        };
        self.fail(Problem::new(span.clone(), format!("`{name}` takes {number}, found {found}")))
    }

    fn builtin(&mut self, span: &Range<usize>, builtin: Builtin, nodes: Vec<Node>) -> Option<Node> {
        use Builtin::*;
        let wanted = match builtin {
            Size | Has | Abs | ToInt | ToDecimal | ToDate | ToTime | Year | Month | Day | Weekday => 1..=1,
            Contains | StartsWith | EndsWith | Round | DaysBetween | AgeMonths | AgeYears => 2..=2,
            Coalesce | MinOf | MaxOf => 2..=usize::MAX,
        };
        self.count(span, builtin.name(), nodes.len(), wanted)?;
        let node = |ty, nodes| Some(Node { span: span.clone(), ty, kind: Kind::Builtin(builtin, nodes) });
        match builtin {
            Has => {
                let test = nodes.into_iter().next()?;
                let test = Node { span: span.clone(), ty: Type::Bool, kind: Kind::IsNull(Box::new(test)) };
                Some(Node { span: span.clone(), ty: Type::Bool, kind: Kind::Not(Box::new(test)) })
            }
            Size => match &nodes[0].ty {
                Type::List(_) | Type::Text | Type::Enum(_) | Type::Null => node(Type::Int, nodes),
                other => self.wrong_argument(&nodes[0], "a text or a list", other),
            },
            Contains | StartsWith | EndsWith => {
                node(Type::Bool, self.all_fit(nodes, &[Type::Text, Type::Text])?)
            }
            DaysBetween => {
                let nodes = self.all_fit(nodes, &[Type::Date, Type::Date])?;
                let mut nodes = nodes.into_iter();
                let (from, to) = (Box::new(nodes.next()?), Box::new(nodes.next()?));
                let kind = Kind::Arithmetic(Operation::DaysApart, to, from);
                Some(Node { span: span.clone(), ty: Type::Int, kind })
            }
            AgeMonths | AgeYears => node(Type::Int, self.all_fit(nodes, &[Type::Date, Type::Date])?),
            Year | Month | Day | Weekday => node(Type::Int, self.all_fit(nodes, &[Type::Date])?),
            ToDecimal => {
                let nodes = self.all_fit(nodes, &[Type::Decimal])?;
                nodes.into_iter().next().map(|node| Node { span: span.clone(), ..node })
            }
            ToInt => node(Type::Int, self.all_fit(nodes, &[Type::Decimal])?),
            Round => node(Type::Decimal, self.all_fit(nodes, &[Type::Decimal, Type::Int])?),
            Abs if nodes[0].ty.is_number() => node(nodes[0].ty.clone(), nodes),
            Abs => self.wrong_argument(&nodes[0], "a number", &nodes[0].ty),
            ToDate | ToTime => self.moment(span, builtin, nodes),
            Coalesce => {
                let (ty, nodes) = self.joined(nodes)?;
                node(ty, nodes)
            }
            MinOf | MaxOf => {
                let (ty, nodes) = self.joined(nodes)?;
                match ty {
                    Type::Int | Type::Decimal | Type::Date | Type::Time | Type::DateTime => node(ty, nodes),
                    other => self.wrong_argument(&nodes[0], "numbers, dates or times", &other),
                }
            }
        }
    }

    fn wrong_argument(&mut self, node: &Node, wanted: &str, found: &Type) -> Option<Node> {
        self.fail(Problem::new(node.span.clone(), format!("expected {wanted}, found {found}")))
    }

    fn all_fit(&mut self, nodes: Vec<Node>, wanted: &[Type]) -> Option<Vec<Node>> {
        let fitted: Vec<Option<Node>> =
            nodes.into_iter().zip(wanted).map(|(node, wanted)| self.fit(node, wanted)).collect();
        fitted.into_iter().collect()
    }

    /// The arguments as values of the one type they all fit.
    fn joined(&mut self, nodes: Vec<Node>) -> Option<(Type, Vec<Node>)> {
        let mut ty = Type::Null;
        for node in &nodes {
            match ty.join(&node.ty) {
                Some(joined) => ty = joined,
                None => {
                    let message = format!("this argument is {}, the others are {ty}", node.ty);
                    return self.fail(Problem::new(node.span.clone(), message));
                }
            }
        }
        let nodes = nodes.into_iter().map(|node| widen(node, &ty)).collect();
        Some((ty, nodes))
    }

    /// `date(…)` and `time(…)`: literals are read now, so a wrong date is found when the pack is loaded.
    fn moment(&mut self, span: &Range<usize>, builtin: Builtin, nodes: Vec<Node>) -> Option<Node> {
        let wants_date = builtin == Builtin::ToDate;
        let ty = if wants_date { Type::Date } else { Type::Time };
        match (&nodes[0].kind, &nodes[0].ty) {
            (Kind::Literal(Value::Text(text)), _) => {
                let value = if wants_date {
                    crate::json::read_date(text).map(Value::Date)
                } else {
                    crate::json::read_time(text).map(Value::Time)
                };
                let Some(value) = value else {
                    let problem = Problem::new(nodes[0].span.clone(), format!("`{text}` is not a {ty}"));
                    let example = if wants_date { "2026-09-01" } else { "09:00" };
                    return self.fail(problem.help(format!("write it as `{example}`")));
                };
                Some(Node { span: span.clone(), ty, kind: Kind::Literal(value) })
            }
            (_, own) if *own == ty => nodes.into_iter().next(),
            (_, Type::DateTime | Type::Null | Type::Text) => {
                Some(Node { span: span.clone(), ty, kind: Kind::Builtin(builtin, nodes) })
            }
            (_, other) => self.wrong_argument(&nodes[0], "a text or a datetime", other),
        }
    }
}
