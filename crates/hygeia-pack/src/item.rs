//! Typed access to the YAML tree: every miss is logged with its place.

use crate::keys::{Keys, Shape};
use crate::problem::{Log, Place};
use crate::yaml::{Data, Key, Node};
use hygeia_expr::did_you_mean;
use jiff::civil::Date;
use std::str::FromStr;

/// A value of a file with the log its problems go to.
#[derive(Clone, Copy)]
pub(crate) struct Item<'a> {
    pub log: &'a Log,
    pub node: &'a Node,
}

/// A table whose keys have been checked.
#[derive(Clone, Copy)]
pub(crate) struct Table<'a> {
    pub log: &'a Log,
    pub place: &'a Place,
    what: &'static str,
    entries: &'a [(Key, Node)],
}

impl<'a> Item<'a> {
    pub(crate) fn fail<T>(&self, message: impl Into<String>) -> Option<T> {
        self.log.error(&self.node.place, message);
        None
    }

    fn misfit<T>(&self, wanted: &str) -> Option<T> {
        let found = match &self.node.data {
            Data::Null => "nothing".to_owned(),
            Data::Scalar { text, .. } => format!("`{text}`"),
            Data::List(_) => "a list".to_owned(),
            Data::Map(_) => "a table".to_owned(),
        };
        self.fail(format!("expected {wanted}, found {found}"))
    }

    pub(crate) fn text(&self) -> Option<&'a str> {
        match &self.node.data {
            Data::Scalar { text, .. } => Some(text),
            _ => self.misfit("a text"),
        }
    }

    /// A text read as something else; `wanted` says what.
    pub(crate) fn parse<T: FromStr>(&self, wanted: &str) -> Option<T> {
        match &self.node.data {
            Data::Scalar { text, .. } => text.parse().ok().or_else(|| self.misfit(wanted)),
            _ => self.misfit(wanted),
        }
    }

    pub(crate) fn date(&self) -> Option<Date> {
        self.parse("a date such as `2026-09-01`")
    }

    pub(crate) fn bool(&self) -> Option<bool> {
        self.parse("`true` or `false`")
    }

    /// Items of a list; a single value stands for a list of one.
    pub(crate) fn items(&self) -> Vec<Item<'a>> {
        match &self.node.data {
            Data::List(nodes) => nodes.iter().map(|node| Item { log: self.log, node }).collect(),
            Data::Null => Vec::new(),
            _ => vec![*self],
        }
    }

    pub(crate) fn texts(&self) -> Vec<String> {
        self.items().iter().filter_map(Item::text).map(str::to_owned).collect()
    }

    /// The word, when it is one of those allowed.
    pub(crate) fn word<'w>(&self, allowed: &[&'w str]) -> Option<&'w str> {
        let text = self.text()?;
        let found = allowed.iter().copied().find(|word| *word == text);
        found.or_else(|| {
            let help = did_you_mean(text, allowed.iter().copied());
            self.log.error_help(&self.node.place, format!("`{text}` is not known here"), help);
            None
        })
    }

    /// Entries by name; the names must be lower_snake.
    pub(crate) fn named(&self) -> Vec<(&'a Key, Item<'a>)> {
        match &self.node.data {
            Data::Map(entries) => {
                let entries = entries.iter().map(|(key, node)| (key, Item { log: self.log, node }));
                entries.inspect(|(key, _)| check_name(self.log, &key.place, &key.text)).collect()
            }
            Data::Null => Vec::new(),
            _ => self.misfit::<()>("a table of names").map(|()| Vec::new()).unwrap_or_default(),
        }
    }

    /// The value of a key of a table whose keys have been checked already.
    pub(crate) fn at(&self, name: &str) -> Option<Item<'a>> {
        let Data::Map(entries) = &self.node.data else { return None };
        let found = entries.iter().find(|(key, _)| key.text == name)?;
        Some(Item { log: self.log, node: &found.1 })
    }

    /// The table, its keys checked against those known.
    pub(crate) fn table(&self, keys: &'static Keys) -> Option<Table<'a>> {
        let Data::Map(entries) = &self.node.data else { return self.misfit("a table") };
        for (key, _) in entries.iter() {
            if !keys.keys.iter().any(|known| known.name == key.text) {
                let message = format!("{} has no key `{}`", keys.what, key.text);
                self.log.error_help(&key.place, message, unknown_key_help(&key.text, keys));
            }
        }
        for (key, node) in entries.iter() {
            let known = keys.keys.iter().find(|known| known.name == key.text);
            if let Some(Shape::OneOf(words)) = known.map(|known| known.shape)
                && !matches!(node.data, Data::Null)
            {
                Item { log: self.log, node }.word(words);
            }
        }
        let table = Table { log: self.log, place: &self.node.place, what: keys.what, entries };
        for key in keys.keys.iter().filter(|key| key.required) {
            if table.get(key.name).is_none() {
                self.log.error(&table.head(), format!("{} needs `{}`", keys.what, key.name));
            }
        }
        Some(table)
    }
}

fn unknown_key_help(key: &str, keys: &Keys) -> Option<String> {
    if key.contains([')', '(', '\'', '=', ' ', ']']) {
        return Some("inside `{ … }` put a text with commas or brackets in double quotes".to_owned());
    }
    let help = hygeia_expr::nearest(key, keys.keys.iter().map(|key| key.name));
    help.map(|near| format!("did you mean `{near}`?"))
}

/// Names are lower_snake ASCII: they become columns and names in expressions.
pub(crate) fn check_name(log: &Log, place: &Place, name: &str) {
    let mut bytes = name.bytes();
    let good = name.len() <= 48
        && bytes.next().is_some_and(|first| first.is_ascii_lowercase())
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if !good {
        let help =
            "a name has lower-case letters, digits and `_`, starts with a letter and has at most 48 of them";
        log.error_help(place, format!("`{name}` is not a name"), Some(help.to_owned()));
    }
}

impl<'a> Table<'a> {
    /// The place of the first key, where a problem of the whole table is shown.
    pub(crate) fn head(&self) -> Place {
        self.entries.first().map_or_else(|| self.place.clone(), |(key, _)| key.place.clone())
    }

    /// The value of a key; a key without a value counts as absent.
    pub(crate) fn get(&self, name: &str) -> Option<Item<'a>> {
        let found = self.entries.iter().find(|(key, _)| key.text == name)?;
        let is_empty = matches!(found.1.data, Data::Null);
        (!is_empty).then_some(Item { log: self.log, node: &found.1 })
    }

    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.get(name)?.text().map(str::to_owned)
    }

    pub(crate) fn bool(&self, name: &str) -> bool {
        self.get(name).and_then(|item| item.bool()).unwrap_or(false)
    }

    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        self.get(name).map(|item| item.texts()).unwrap_or_default()
    }

    pub(crate) fn tables(&self, name: &str, keys: &'static Keys) -> Vec<Table<'a>> {
        let items = self.get(name).map(|item| item.items()).unwrap_or_default();
        items.iter().filter_map(|item| item.table(keys)).collect()
    }

    pub(crate) fn fail<T>(&self, message: impl Into<String>) -> Option<T> {
        self.log.error(&self.head(), format!("{} {}", self.what, message.into()));
        None
    }
}
