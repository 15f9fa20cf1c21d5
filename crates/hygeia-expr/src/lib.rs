//! The one language for conditions and formulas of packs: a typed subset of CEL.
//!
//! [`compile`] parses and type-checks a text against the names in [`Scope`] and the [`Functions`] known, and
//! reports every mistake with its place. An [`Expr`] evaluates on a row ([`Expr::eval`]) and, where it only
//! uses what both databases do alike, prints itself as SQL ([`Expr::to_sql`]); the two agree on every row.
//!
//! Missing values follow SQL: a comparison with a missing value is missing, `&&`, `||` and `!` are Kleene's,
//! `x == null` is the null test, and a condition that is missing is not met. Nothing fails at run time:
//! division by zero, overflow (|x| ≥ 10¹²) and impossible dates give a missing value.

mod arithmetic;
mod builtin;
mod check;
mod compile;
mod eval;
mod expr;
mod functions;
mod ir;
mod json;
mod lexer;
mod parser;
mod problem;
mod scope;
mod sql;
mod syntax;
mod ty;
mod value;

pub use compile::{compile, compile_as};
pub use expr::Expr;
pub use functions::{FunctionDef, Functions};
pub use problem::{Problem, did_you_mean, nearest};
pub use scope::Scope;
pub use sql::{Dialect, NotSql, Sql};
pub use ty::{EnumType, Type};
pub use value::{Names, Value};
