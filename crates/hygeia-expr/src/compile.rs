//! From text to a checked expression.

use crate::check::Checker;
use crate::expr::Expr;
use crate::functions::Functions;
use crate::parser::parse;
use crate::problem::Problem;
use crate::scope::Scope;
use crate::ty::Type;

/// Parses and type-checks an expression. The error lists every problem found, in order of place.
pub fn compile(source: &str, scope: &Scope, functions: &Functions) -> Result<Expr, Vec<Problem>> {
    build(source, scope, functions, None)
}

/// Parses and type-checks an expression that must give an `expected` value: an int becomes a decimal where one
/// is expected, and text literals must be codes where a code is.
pub fn compile_as(
    source: &str,
    scope: &Scope,
    functions: &Functions,
    expected: &Type,
) -> Result<Expr, Vec<Problem>> {
    build(source, scope, functions, Some(expected))
}

fn build(
    source: &str,
    scope: &Scope,
    functions: &Functions,
    expected: Option<&Type>,
) -> Result<Expr, Vec<Problem>> {
    let syntax = parse(source).map_err(|problem| vec![problem])?;
    let mut checker = Checker::new(scope, functions);
    let node = checker.check(&syntax).and_then(|node| match expected {
        Some(expected) => checker.fit(node, expected),
        None => Some(node),
    });
    match node {
        Some(node) if checker.problems.is_empty() => Ok(Expr::new(node)),
        _ => {
            checker.problems.sort_by_key(|problem| problem.span.start);
            Err(checker.problems)
        }
    }
}
