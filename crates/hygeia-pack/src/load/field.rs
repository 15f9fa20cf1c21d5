//! Fields of a register.

use super::Loader;
use super::directory::{read_options, title};
use crate::item::{Item, Table};
use crate::keys::FIELD;
use crate::model::{Choice, Field, FieldType, ListId};
use indexmap::IndexMap;
use jiff::civil::{Date, DateTime, Time};
use rust_decimal::Decimal;

/// Keys that only some types have; the others are common to all.
fn takes(kind: &str, key: &str) -> bool {
    match key {
        "unit" => matches!(kind, "int" | "decimal"),
        "min" => matches!(kind, "int" | "decimal"),
        "max" => matches!(kind, "int" | "decimal" | "text" | "long_text" | "photo"),
        "decimals" => kind == "decimal",
        "options" | "set" => matches!(kind, "choice" | "choices"),
        "kind" => matches!(kind, "person" | "org_unit"),
        "register" | "same_subject" | "offered" | "awaited" | "awaited_every" | "awaited_by"
        | "awaited_within" | "fills" | "answered" => kind == "entry",
        "fields" => kind == "rows",
        _ => true,
    }
}

impl Loader<'_> {
    /// The fields of a table; expressions come later, when all fields are known.
    pub(super) fn fields(&self, pack: &str, item: Item<'_>, in_rows: bool) -> IndexMap<String, Field> {
        let mut fields = IndexMap::new();
        for (key, item) in item.named() {
            if matches!(key.text.as_str(), "true" | "false" | "null" | "in" | "today") {
                self.log.error(
                    &key.place,
                    format!("`{}` has a meaning in expressions: choose another name", key.text),
                );
            }
            match item.table(&FIELD).and_then(|table| self.field(pack, &key.text, &table, in_rows)) {
                Some(field) => drop(fields.insert(key.text.clone(), field)),
                None => drop(self.unread.borrow_mut().insert(key.text.clone())),
            }
        }
        fields
    }

    fn field(&self, pack: &str, name: &str, table: &Table<'_>, in_rows: bool) -> Option<Field> {
        let kind_item = table.get("type")?;
        let kind_name = kind_item.word(&crate::keys::FIELD_TYPES)?;
        for key in FIELD.keys.iter().map(|key| key.name) {
            if let Some(item) = table.get(key).filter(|_| !takes(kind_name, key)) {
                item.fail::<()>(format!("a field of type `{kind_name}` has no `{key}`"));
            }
        }
        if in_rows && matches!(kind_name, "rows" | "signature" | "drawing" | "entry" | "person" | "org_unit")
        {
            return kind_item.fail(format!("a row cannot have a field of type `{kind_name}`"));
        }
        for key in ["show", "computed", "system"] {
            if let Some(item) = table.get(key).filter(|_| in_rows) {
                item.fail::<()>(format!("a field of a row has no `{key}`"));
            }
        }
        let kind = self.kind_of_field(pack, kind_name, table)?;
        let field = Field {
            name: name.to_owned(),
            title: title(table),
            kind,
            unit: table.text("unit"),
            required: table.bool("required"),
            default: table.text("default"),
            normal: table.text("normal"),
            show: None,
            computed: None,
            by_system: table.bool("system"),
            personal: table.bool("personal"),
            group: table.text("group"),
            help: table.text("help"),
            retired: table.bool("retired"),
            is_added: table.bool("added"),
            by_workflow: false,
        };
        for key in ["default", "normal"] {
            if let Some(item) = table.get(key) {
                check_constant(&field, item, key == "default");
            }
        }
        Some(field)
    }

    fn kind_of_field(&self, pack: &str, name: &str, table: &Table<'_>) -> Option<FieldType> {
        let length = |most: u32| {
            let max = table.get("max").and_then(|item| item.parse("a whole number"));
            max.unwrap_or(most)
        };
        Some(match name {
            "text" => FieldType::Text { max: length(100) },
            "long_text" => FieldType::LongText { max: length(2000) },
            "int" => {
                let (min, max) = range::<i64>(table, "a whole number");
                FieldType::Int { min, max }
            }
            "decimal" => {
                let (min, max) = range::<Decimal>(table, "a number");
                FieldType::Decimal { min, max, decimals: decimals(table) }
            }
            "bool" => FieldType::Bool,
            "date" => FieldType::Date,
            "time" => FieldType::Time,
            "datetime" => FieldType::DateTime,
            "choice" => FieldType::Choice(self.choice(table)?),
            "choices" => FieldType::Choices(self.choice(table)?),
            "person" => {
                let kind = table.get("kind").map_or(Some("child"), |item| item.word(&["child", "staff"]))?;
                FieldType::Person { kind: kind.to_owned() }
            }
            "org_unit" => {
                let kind = table.get("kind").map(|item| self.find_kind(item));
                FieldType::OrgUnit { kind: kind.flatten() }
            }
            "entry" => {
                let Some(item) = table.get("register") else {
                    return table.fail("of type `entry` needs `register`");
                };
                // The register may be read later; the check follows when all are known.
                let register = item.text()?;
                let id =
                    if register.contains('.') { register.to_owned() } else { format!("{pack}.{register}") };
                let same_subject = table.bool("same_subject");
                FieldType::Entry {
                    register: id.as_str().into(),
                    same_subject,
                    offered: None,
                    awaited: None,
                    follows: None,
                }
            }
            "rows" => {
                let Some(item) = table.get("fields") else {
                    return table.fail("of type `rows` needs `fields`");
                };
                FieldType::Rows(self.fields(pack, item, true))
            }
            "photo" => {
                let most = table.get("max").and_then(|item| item.parse("a whole number up to 20"));
                FieldType::Photo { most: most.unwrap_or(6).min(20) }
            }
            "drawing" => FieldType::Drawing,
            _ => FieldType::Signature,
        })
    }

    /// Options of a list, changed and completed by the field's own.
    fn choice(&self, table: &Table<'_>) -> Option<Choice> {
        let own = table.get("options").map(read_options).unwrap_or_default();
        let Some(set) = table.get("set") else {
            if own.is_empty() {
                return table.fail("of type `choice` needs `options` or `set`");
            }
            return Some(Choice { list: None, options: own });
        };
        let name = set.text()?;
        let Some(list) = self.set.lists.get(name) else {
            let help = hygeia_expr::did_you_mean(name, self.set.lists.keys().map(AsRef::as_ref));
            self.log.error_help(&set.node.place, format!("unknown code list `{name}`"), help);
            return None;
        };
        let mut options = list.options.clone();
        for option in own {
            match options.iter_mut().find(|listed| listed.code == option.code) {
                Some(listed) => *listed = option,
                None => options.push(option),
            }
        }
        Some(Choice { list: Some(ListId::new(name)), options })
    }
}

fn range<T: std::str::FromStr + PartialOrd>(table: &Table<'_>, wanted: &str) -> (Option<T>, Option<T>) {
    let bound = |key| table.get(key).and_then(|item: Item<'_>| item.parse::<T>(wanted));
    let (min, max) = (bound("min"), bound("max"));
    if let (Some(least), Some(most), Some(item)) = (&min, &max, table.get("max"))
        && least > most
    {
        item.fail::<()>("`max` is less than `min`");
    }
    (min, max)
}

/// Decimal places: as said, one when not.
fn decimals(table: &Table<'_>) -> u8 {
    let Some(item) = table.get("decimals") else { return 1 };
    match item.parse::<u8>("a whole number from 0 to 6") {
        Some(places @ 0..=6) => places,
        Some(_) => item.fail("at most 6 decimals are kept").unwrap_or(6),
        None => 1,
    }
}

/// A default or normal value must be one the field accepts.
pub(super) fn check_constant(field: &Field, item: Item<'_>, is_default: bool) {
    let Some(text) = item.text() else { return };
    let good = match &field.kind {
        FieldType::Int { .. } => text.parse::<i64>().is_ok(),
        FieldType::Decimal { .. } => text.parse::<Decimal>().is_ok(),
        FieldType::Bool => matches!(text, "true" | "false"),
        FieldType::Date => is_default && matches!(text, "today" | "monday") || text.parse::<Date>().is_ok(),
        FieldType::Time => is_default && text == "now" || text.parse::<Time>().is_ok(),
        FieldType::DateTime => is_default && text == "now" || text.parse::<DateTime>().is_ok(),
        FieldType::Choice(choice) | FieldType::Choices(choice) => {
            if choice.option(text).is_none() {
                let codes = choice.options.iter().map(|option| option.code.as_str());
                let help = hygeia_expr::did_you_mean(text, codes);
                item.log.error_help(
                    &item.node.place,
                    format!("`{text}` is not an option of `{}`", field.name),
                    help,
                );
            }
            true
        }
        FieldType::Text { max } | FieldType::LongText { max } => text.chars().count() <= *max as usize,
        FieldType::Person { .. } | FieldType::OrgUnit { .. } | FieldType::Entry { .. } => false,
        FieldType::Rows(_) | FieldType::Photo { .. } | FieldType::Drawing | FieldType::Signature => false,
    };
    if !good {
        item.fail::<()>(format!("`{text}` is not a value of the field `{}`", field.name));
    }
}
