//! Built-in functions in SQL.

use super::{Printed, Printer, refuse};
use crate::builtin::Builtin;
use crate::ir::{Kind, Node};
use crate::ty::Type;

impl Printer<'_> {
    pub(super) fn builtin(&mut self, node: &Node, builtin: Builtin, arguments: &[Node]) -> Printed {
        match (builtin, arguments) {
            (Builtin::Size, [list]) if matches!(list.ty, Type::List(_)) => self.choice_count(list),
            (Builtin::Size, [text]) => self.wrapped("length(", text, ")"),
            (Builtin::Abs, [number]) => self.wrapped("abs(", number, ")"),
            (Builtin::Coalesce, arguments) => self.coalesce(node, arguments),
            (Builtin::Contains, [text, part]) => {
                self.wrapped(if self.sqlite() { "(instr(" } else { "(strpos(" }, text, ", ")?;
                self.wrapped("", part, ") > 0)")
            }
            (Builtin::StartsWith, [text, part]) => {
                self.wrapped("(substr(", text, ", 1, length(")?;
                self.wrapped("", part, ")) = ")?;
                self.wrapped("", part, ")")
            }
            (Builtin::EndsWith, [text, part]) => self.ends_with(text, part),
            (Builtin::ToDate, [at]) if at.ty == Type::DateTime => {
                if self.sqlite() {
                    self.wrapped("substr(", at, ", 1, 10)")
                } else {
                    self.wrapped("CAST(", at, " AS date)")
                }
            }
            (Builtin::ToTime, [at]) if at.ty == Type::DateTime => {
                if self.sqlite() {
                    self.wrapped("substr(", at, ", 12, 5)")
                } else {
                    self.wrapped("CAST(", at, " AS time)")
                }
            }
            (Builtin::Year, [date]) => self.date_part(date, 1, 4, "year"),
            (Builtin::Month, [date]) => self.date_part(date, 6, 2, "month"),
            (Builtin::Day, [date]) => self.date_part(date, 9, 2, "day"),
            (Builtin::Weekday, [date]) => {
                if self.sqlite() {
                    self.wrapped("((CAST(strftime('%w', ", date, ") AS INTEGER) + 6) % 7 + 1)")
                } else {
                    self.date_part(date, 0, 0, "isodow")
                }
            }
            (Builtin::AgeMonths, [birth, date]) => self.age(birth, date, ""),
            (Builtin::AgeYears, [birth, date]) => self.age(birth, date, " / 12"),
            _ => refuse(node, format!("the database has no `{}` that computes the same", builtin.name())),
        }
    }

    /// Items of a multiple choice, stored `|a|b|`: its bars less one.
    fn choice_count(&mut self, list: &Node) -> Printed {
        if !matches!((&list.kind, &list.ty), (Kind::Name(_), Type::List(item)) if item.is_textual()) {
            return refuse(list, "the database cannot count this list");
        }
        self.wrapped("(length(", list, ") - length(replace(")?;
        self.wrapped("", list, ", '|', '')) - 1)")
    }

    fn coalesce(&mut self, node: &Node, arguments: &[Node]) -> Printed {
        for (at, argument) in arguments.iter().enumerate() {
            self.push(if at == 0 { "coalesce(" } else { ", " });
            self.typed(argument, &node.ty)?;
        }
        self.push(")");
        Ok(())
    }

    fn ends_with(&mut self, text: &Node, part: &Node) -> Printed {
        if self.sqlite() {
            self.wrapped("(substr(", text, ", length(")?;
            self.wrapped("", text, ") - length(")?;
            self.wrapped("", part, ") + 1) = ")?;
        } else {
            self.wrapped("(right(", text, ", length(")?;
            self.wrapped("", part, ")) = ")?;
        }
        self.wrapped("", part, ")")
    }

    fn date_part(&mut self, date: &Node, start: u8, length: u8, name: &str) -> Printed {
        if self.sqlite() {
            self.wrapped("CAST(substr(", date, &format!(", {start}, {length}) AS INTEGER)"))
        } else {
            self.wrapped(&format!("CAST(extract({name} FROM "), date, ") AS bigint)")
        }
    }

    pub(super) fn days_apart(&mut self, later: &Node, earlier: &Node) -> Printed {
        if self.sqlite() {
            self.wrapped("CAST(julianday(", later, ") - julianday(")?;
            self.wrapped("", earlier, ") AS INTEGER)")
        } else {
            self.wrapped("CAST((", later, " - ")?;
            self.wrapped("", earlier, ") AS bigint)")
        }
    }

    /// Completed months (divided as `unit` says): months apart, less one when the day is not reached.
    fn age(&mut self, birth: &Node, date: &Node, unit: &str) -> Printed {
        self.wrapped("(CASE WHEN ", date, " >= ")?;
        self.wrapped("", birth, " THEN ((")?;
        for (sign, node) in [("", date), (" - ", birth)] {
            self.push(sign);
            self.push("(");
            self.date_part(node, 1, 4, "year")?;
            self.push(" * 12 + ");
            self.date_part(node, 6, 2, "month")?;
            self.push(")");
        }
        self.push(" - (CASE WHEN ");
        self.date_part(date, 9, 2, "day")?;
        self.push(" < ");
        self.date_part(birth, 9, 2, "day")?;
        self.push(&format!(" THEN 1 ELSE 0 END)){unit}) END)"));
        Ok(())
    }
}
