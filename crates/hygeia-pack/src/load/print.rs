//! The paper form of a register.

use super::Loader;
use super::formula::stored_scope;
use super::register::with_added;
use crate::item::{Item, Table};
use crate::keys::{DAY_MARK, PRINT, PRINT_GRID};
use crate::model::{About, DayMark, Field, FieldType, PrintForm, PrintGrid};
use indexmap::IndexMap;

impl Loader<'_> {
    pub(super) fn print(
        &self,
        table: &Table<'_>,
        about: &About,
        fields: &IndexMap<String, Field>,
    ) -> PrintForm {
        let Some(table) = table.get("print").and_then(|item| item.table(&PRINT)) else {
            return PrintForm::default();
        };
        let scope = self.with_unread(stored_scope(fields));
        let mark = |mark: &Table<'_>| {
            let say = mark.get("say").map(|item| self.named(item, fields, &[])).unwrap_or_default();
            let when = self.formula(mark.get("when")?, &scope, &hygeia_expr::Type::Bool)?;
            Some(DayMark { sign: mark.text("sign")?, title: mark.text("title")?, when, say })
        };
        let days: Vec<DayMark> = table.tables("days", &DAY_MARK).iter().filter_map(mark).collect();
        if let Some(item) = table.get("days").filter(|_| *about == About::OrgUnit) {
            item.fail::<()>("days are of people: the register is about the unit itself");
        }
        for key in ["columns", "grid"] {
            if let Some(item) = table.get(key).filter(|_| !days.is_empty()) {
                item.fail::<()>(format!("a form with `days` has no `{key}`"));
            }
        }
        let subject = PrintForm::SUBJECT.map(|(name, _)| name);
        let also = if *about == About::OrgUnit { &[][..] } else { &subject[..] };
        PrintForm {
            heading: table.text("heading"),
            columns: table
                .get("columns")
                .map(|item| with_added(self.named(item, fields, also), fields))
                .unwrap_or_default(),
            only: table.get("only").and_then(|item| self.filter(item, &scope)),
            grid: table.get("grid").and_then(|item| self.print_grid(item, fields)),
            days,
            note: table.text("note"),
            signatures: table.texts("signatures"),
        }
    }

    /// Names of a list that are fields or among `also`.
    fn named(&self, item: Item<'_>, fields: &IndexMap<String, Field>, also: &[&str]) -> Vec<String> {
        let one = |item: Item<'_>| {
            let name = item.text()?;
            let known = also.contains(&name) || self.field_named(item, name, fields, also).is_some();
            known.then(|| name.to_owned())
        };
        item.items().into_iter().filter_map(one).collect()
    }

    fn print_grid(&self, item: Item<'_>, fields: &IndexMap<String, Field>) -> Option<PrintGrid> {
        let table = item.table(&PRINT_GRID)?;
        let rows = table.get("rows")?;
        let field = self.field_named(rows, rows.text()?, fields, &[])?;
        let FieldType::Rows(cells) = &field.kind else {
            return rows.fail(format!("`{}` is not a field of type `rows`", field.name));
        };
        let choice = |key: &str| {
            let item = table.get(key)?;
            let field = self.field_named(item, item.text()?, cells, &[])?;
            match &field.kind {
                FieldType::Choice(_) => Some(field.name.clone()),
                _ => item.fail(format!("`{}` is not a field of type `choice`", field.name)),
            }
        };
        let (across, down) = (choice("across"), choice("down"));
        let named = self.named(table.get("cells")?, cells, &[]);
        Some(PrintGrid { rows: field.name.clone(), across: across?, down: down?, cells: named })
    }
}
