//! A node where a type is wanted: codes are checked, ints widened.

use super::{Checker, widen};
use crate::builtin::Builtin;
use crate::ir::{Kind, Node};
use crate::problem::{Problem, did_you_mean};
use crate::ty::{Type, first_misfit};
use crate::value::Value;

impl Checker<'_> {
    /// The node as a value of type `wanted`, or a problem. Literals inside branches are checked one by one, so
    /// that `x ? 'a' : 'b'` may stand for a code.
    pub(crate) fn fit(&mut self, node: Node, wanted: &Type) -> Option<Node> {
        if let (Kind::Literal(Value::Text(code)), Type::Enum(set)) = (&node.kind, wanted) {
            if set.has(code) {
                return Some(Node { ty: wanted.clone(), ..node });
            }
            let help = did_you_mean(code, set.codes.iter().map(String::as_str));
            let message = format!("`{code}` is not a code of `{}`", set.name);
            return self.fail(Problem::new(node.span, message).maybe(help));
        }
        let Node { span, ty, kind } = node;
        let kind = match kind {
            Kind::If(condition, yes, no) => {
                let (yes, no) = (self.fit(*yes, wanted), self.fit(*no, wanted));
                Kind::If(condition, Box::new(yes?), Box::new(no?))
            }
            Kind::Builtin(Builtin::Coalesce, arguments) => {
                let arguments: Vec<Option<Node>> =
                    arguments.into_iter().map(|argument| self.fit(argument, wanted)).collect();
                Kind::Builtin(Builtin::Coalesce, arguments.into_iter().collect::<Option<_>>()?)
            }
            Kind::List(items) if matches!(wanted, Type::List(_)) => {
                let Type::List(inner) = wanted else { return None };
                let items: Vec<Option<Node>> = items.into_iter().map(|item| self.fit(item, inner)).collect();
                Kind::List(items.into_iter().collect::<Option<_>>()?)
            }
            Kind::Call(..) if gives_codes(&ty, wanted) => {
                Kind::Coded(Box::new(Node { span: span.clone(), ty, kind }))
            }
            kind if ty.fits(wanted) => return Some(widen(Node { span, ty, kind }, wanted)),
            _ => {
                let problem = Problem::new(span, format!("expected {wanted}, found {ty}"));
                return self.fail(problem.maybe(misfit_help(&ty, wanted)));
            }
        };
        Some(Node { span, ty: wanted.clone(), kind })
    }
}

/// Whether a function's declared texts may stand for codes; which codes it gives, only the call tells.
fn gives_codes(found: &Type, wanted: &Type) -> bool {
    match (found, wanted) {
        (Type::Text, Type::Enum(_)) => true,
        (Type::List(found), Type::List(wanted)) => gives_codes(found, wanted),
        _ => false,
    }
}

fn misfit_help(found: &Type, wanted: &Type) -> Option<String> {
    match (found, wanted) {
        (Type::Decimal, Type::Int) => Some("`int(x)` drops the decimals".to_owned()),
        (Type::Text, Type::Date) => Some("write a date as `date('2026-09-01')`".to_owned()),
        (Type::DateTime, Type::Date) => Some("`date(x)` takes the date".to_owned()),
        (Type::List(own), Type::List(wanted)) => misfit_help(own, wanted),
        (Type::Row(own), Type::Row(wanted)) => first_misfit(own, wanted),
        (Type::Enum(own), Type::Enum(wanted)) => {
            let foreign: Vec<String> =
                own.codes.iter().filter(|code| !wanted.has(code)).map(|code| format!("`{code}`")).collect();
            Some(format!("`{}` has no code {}", wanted.name, foreign.join(", ")))
        }
        (_, Type::Bool) => {
            Some("compare it with something, or ask `!= null` whether it has a value".to_owned())
        }
        _ => None,
    }
}
