//! Numbers in SQL: one exact range for both databases and the evaluator.

use super::{Printed, Printer, refuse};
use crate::arithmetic::LIMIT;
use crate::ir::{Kind, Node};
use crate::ty::Type;

/// Micro-units in one.
const MICRO: i64 = 1_000_000;

impl Printer<'_> {
    /// An int as the decimal it equals. SQLite turns to floating point when the product leaves 64 bits, which
    /// still compares rightly with every decimal that can be stored.
    pub(super) fn widen(&mut self, inner: &Node) -> Printed {
        if self.sqlite() {
            self.wrapped("(", inner, &format!(" * {MICRO})"))
        } else {
            self.wrapped("CAST(", inner, " AS numeric)")
        }
    }

    /// A sum, difference or product with results of 10¹² and more made missing, as the evaluator does.
    pub(super) fn limited(&mut self, node: &Node, left: &Node, sign: &str, right: &Node) -> Printed {
        self.clamp(node, |this| {
            this.number(left)?;
            this.push(sign);
            this.number(right)
        })
    }

    /// An operand. PostgreSQL would refuse a bigint overflow, numeric has none.
    fn number(&mut self, node: &Node) -> Printed {
        let is_int = node.ty == Type::Int && !self.sqlite();
        if is_int { self.wrapped("CAST(", node, " AS numeric)") } else { self.print(node) }
    }

    fn clamp(&mut self, node: &Node, inner: impl FnOnce(&mut Self) -> Printed) -> Printed {
        let limit = match (&node.ty, self.sqlite()) {
            (Type::Decimal, true) => i128::from(LIMIT) * i128::from(MICRO),
            _ => i128::from(LIMIT),
        };
        let (least, most) = if self.sqlite() { ("min", "max") } else { ("least", "greatest") };
        // least() of PostgreSQL passes over nulls: the sum's null becomes the limit, and then null again.
        self.push(&format!("nullif(nullif({most}({least}("));
        inner(self)?;
        self.push(&format!(", {limit}), -{limit}), {limit}), -{limit})"));
        Ok(())
    }

    /// Int by int, or int by decimal: the product of two decimals has more places than are stored.
    pub(super) fn product(&mut self, node: &Node, left: &Node, right: &Node) -> Printed {
        if node.ty == Type::Int {
            return self.limited(node, left, " * ", right);
        }
        let (int, decimal) = match (&left.kind, &right.kind) {
            (Kind::Widen(int), _) => (int, right),
            (_, Kind::Widen(int)) => (int, left),
            _ => return refuse(node, "the database keeps no product of two decimals exactly"),
        };
        self.limited(node, int, " * ", decimal)
    }

    pub(super) fn remainder(&mut self, left: &Node, right: &Node) -> Printed {
        self.push("(");
        self.number(left)?;
        self.push(" % nullif(");
        self.number(right)?;
        self.push(", 0))");
        Ok(())
    }
}
