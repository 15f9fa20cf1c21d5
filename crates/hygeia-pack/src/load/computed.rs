//! Reports whose tables are computed from entries.

use super::Loader;
use super::directory::title;
use super::formula::field_type;
use crate::item::{Item, Table};
use crate::keys::{COMPUTED_TABLE, READS};
use crate::model::{ComputedSpec, ComputedTable, Reads, Register};
use hygeia_expr::{EnumType, Scope, Type};
use indexmap::IndexMap;
use std::sync::Arc;

impl Loader<'_> {
    pub(super) fn computed_spec(&self, pack: &str, table: &Table<'_>) -> Option<ComputedSpec> {
        let named = table.get("reads").map(|item| item.named()).unwrap_or_default();
        let reads: IndexMap<String, Reads> = named
            .iter()
            .filter_map(|(name, item)| Some((name.text.clone(), self.reads(pack, *item)?)))
            .collect();
        // With a part that could not be read, its name in the tables would be reported again.
        (reads.len() == named.len()).then_some(())?;
        let people = table.text("people");
        let scope = self.computed_scope(&reads, people.is_some());
        let tables = table.tables("tables", &COMPUTED_TABLE);
        if tables.is_empty() {
            return table.fail("of kind `computed` needs `tables`");
        }
        Some(ComputedSpec {
            reads,
            people,
            tables: tables.iter().filter_map(|table| self.computed_table(table, &scope)).collect(),
            note: table.text("note"),
            signatures: table.texts("signatures"),
        })
    }

    fn reads(&self, pack: &str, item: Item<'_>) -> Option<Reads> {
        let table = item.table(&READS)?;
        let register = self.find_register(pack, table.get("register")?)?;
        Some(Reads { register, above: table.bool("above"), empty: table.text("empty") })
    }

    /// The rows read, `people`, and the period's days `from` and `to`.
    fn computed_scope(&self, reads: &IndexMap<String, Reads>, people: bool) -> Scope {
        let mut scope = Scope::new().with("from", Type::Date).with("to", Type::Date);
        for (name, reads) in reads {
            if let Some(register) = self.set.registers.get(&reads.register) {
                scope = scope.with(name, Type::List(Box::new(row_type(register))));
            }
        }
        if people {
            let sex = Type::Enum(EnumType::shared("sex", ["male", "female"]));
            let cells = [("birth".to_owned(), Type::Date), ("sex".to_owned(), sex)];
            scope =
                scope.with("people", Type::List(Box::new(Type::Row(Arc::new(cells.into_iter().collect())))));
        }
        scope
    }

    fn computed_table(&self, table: &Table<'_>, scope: &Scope) -> Option<ComputedTable> {
        let (rows, cells) = self.rows_formula(table.get("rows")?, scope)?;
        let columns = table.tables("columns", &crate::keys::PROFILE_COLUMN);
        Some(ComputedTable {
            title: title(table),
            rows,
            columns: columns.iter().filter_map(|column| self.profile_column(column, &cells)).collect(),
            note: table.text("note"),
            empty: table.text("empty"),
        })
    }
}

/// An entry as a row; what is personal stays out of it.
fn row_type(register: &Register) -> Type {
    let fields = register.fields.iter().filter(|(_, field)| !field.personal);
    Type::Row(Arc::new(fields.map(|(name, field)| (name.clone(), field_type(field))).collect()))
}
