//! Parts of a person's page.

use super::Loader;
use super::directory::{read_options, title};
use crate::item::{Item, Table};
use crate::keys::{PROFILE, PROFILE_COLUMN};
use crate::model::{About, Formula, Profile, ProfileBody, ProfileColumn};
use hygeia_expr::{Scope, Type, did_you_mean};
use indexmap::IndexMap;
use std::sync::Arc;

impl Loader<'_> {
    /// The parts of a register, whose entries must be about a person.
    pub(super) fn profile(&self, table: &Table<'_>, about: &About, scope: &Scope) -> Vec<Profile> {
        let parts = table.tables("profile", &PROFILE);
        if *about == About::OrgUnit
            && let Some(item) = table.get("profile")
        {
            item.fail::<()>(
                "`profile` is shown on a person's page: the register must be about a child or staff",
            );
        }
        parts.iter().filter_map(|part| self.profile_part(part, scope)).collect()
    }

    fn profile_part(&self, part: &Table<'_>, scope: &Scope) -> Option<Profile> {
        let body = match (part.get("curve"), part.get("table")) {
            (Some(curve), None) => {
                let lines = Type::List(Box::new(Type::Decimal));
                ProfileBody::Curve {
                    value: self.formula(curve, scope, &Type::Decimal)?,
                    bands: part.get("bands").and_then(|item| self.formula(item, scope, &lines)),
                    labels: part.texts("labels"),
                    unit: part.text("unit").unwrap_or_default(),
                }
            }
            (None, Some(rows)) => {
                let (rows, cells) = self.rows_formula(rows, scope)?;
                let columns = part.tables("columns", &PROFILE_COLUMN);
                let columns = columns.iter().filter_map(|column| self.profile_column(column, &cells));
                ProfileBody::Table { rows, columns: columns.collect() }
            }
            _ => return part.fail("a part of a person's page has either `curve` or `table`"),
        };
        Some(Profile { title: title(part), body })
    }

    /// An expression that gives rows, and the cells they have.
    pub(super) fn rows_formula(
        &self,
        item: Item<'_>,
        scope: &Scope,
    ) -> Option<(Formula, Arc<IndexMap<String, Type>>)> {
        let formula = self.untyped(item, scope)?;
        let cells = match formula.expr.ty() {
            Type::List(row) => match row.as_ref() {
                Type::Row(cells) => Some(Arc::clone(cells)),
                _ => None,
            },
            _ => None,
        };
        match cells {
            None => item.fail(format!("expected a list of rows, this is {}", formula.expr.ty())),
            Some(cells) => Some((formula, cells)),
        }
    }

    pub(super) fn profile_column(
        &self,
        column: &Table<'_>,
        cells: &IndexMap<String, Type>,
    ) -> Option<ProfileColumn> {
        let item = column.get("cell")?;
        let cell = item.text()?;
        if !cells.contains_key(cell) {
            let help = did_you_mean(cell, cells.keys().map(String::as_str));
            self.log.error_help(&item.node.place, format!("the rows have no cell `{cell}`"), help);
            return None;
        }
        let options = column.get("options").map(read_options).unwrap_or_default();
        Some(ProfileColumn {
            cell: cell.to_owned(),
            title: title(column),
            options: options.into_iter().map(|option| (option.code, option.title)).collect(),
        })
    }
}
