//! Overlays: files with `extends:` change a register before it is read, so that the result is checked whole.

use super::Doc;
use crate::item::Item;
use crate::keys::REGISTER;
use crate::problem::Log;
use crate::yaml::{Data, Key, Node};
use hygeia_expr::did_you_mean;

/// Applies the extensions, in order, to the registers they name.
pub(super) fn merge(docs: Vec<Doc>, log: &Log) -> Vec<Doc> {
    let (extensions, mut docs): (Vec<Doc>, Vec<Doc>) =
        docs.into_iter().partition(|doc| doc.kind == "extends");
    let ids: Vec<String> = docs.iter().filter_map(register_id).collect();
    for extension in extensions {
        Item { log, node: &extension.node }.table(extension.keys);
        let Some(name) = get(&extension.node, "extends") else { continue };
        let Data::Scalar { text, .. } = &name.data else {
            log.error(&name.place, "expected the register that is extended, `pack.name`");
            continue;
        };
        match docs.iter_mut().find(|doc| register_id(doc).as_deref() == Some(text)) {
            Some(doc) => extend(&mut doc.node, &extension.node),
            None => {
                let help = did_you_mean(text, ids.iter().map(String::as_str));
                log.error_help(&name.place, format!("unknown register `{text}`"), help);
            }
        }
    }
    docs
}

fn register_id(doc: &Doc) -> Option<String> {
    match &get(&doc.node, "register")?.data {
        Data::Scalar { text, .. } => Some(format!("{}.{text}", doc.pack)),
        _ => None,
    }
}

fn get<'a>(node: &'a Node, name: &str) -> Option<&'a Node> {
    let Data::Map(entries) = &node.data else { return None };
    entries.iter().find(|(key, _)| key.text == name).map(|(_, value)| value)
}

/// The register with the extension's keys: fields, options and roles are merged by name, rules and synonyms
/// added, anything else replaced.
fn extend(register: &mut Node, extension: &Node) {
    let (Data::Map(own), Data::Map(new)) = (&mut register.data, &extension.data) else { return };
    // Keys that no register has were reported with the extension.
    let is_known = |name: &str| REGISTER.keys.iter().any(|known| known.name == name);
    for (key, value) in new.iter().filter(|(key, _)| is_known(&key.text)) {
        if key.text == "fields" {
            let known: Vec<String> = own
                .iter()
                .filter(|(old, _)| old.text == "fields")
                .flat_map(|(_, fields)| names(fields))
                .collect();
            put(own, key, &marked(value, &known), 4);
            continue;
        }
        let depth = match key.text.as_str() {
            "who" | "print" => 1,
            "rules" | "synonyms" => {
                append(own, key, value);
                continue;
            }
            _ => 0,
        };
        put(own, key, value, depth);
    }
}

fn names(node: &Node) -> Vec<String> {
    match &node.data {
        Data::Map(entries) => entries.iter().map(|(key, _)| key.text.clone()).collect(),
        _ => Vec::new(),
    }
}

/// An extension's fields, those that are not `known` marked as added.
fn marked(fields: &Node, known: &[String]) -> Node {
    let mut fields = fields.clone();
    if let Data::Map(entries) = &mut fields.data {
        for (key, field) in entries.iter_mut().filter(|(key, _)| !known.contains(&key.text)) {
            if let Data::Map(keys) = &mut field.data
                && !keys.iter().any(|(key, _)| key.text == "added")
            {
                let place = key.place.clone();
                let yes = Node {
                    place: place.clone(),
                    data: Data::Scalar { text: "true".into(), verbatim: false },
                };
                keys.push((Key { place, text: "added".into() }, yes));
            }
        }
    }
    fields
}

/// Sets a key; tables on both sides are merged down to `depth`.
fn put(own: &mut Vec<(Key, Node)>, key: &Key, value: &Node, depth: u8) {
    let Some((_, existing)) = own.iter_mut().find(|(old, _)| old.text == key.text) else {
        return own.push((key.clone(), value.clone()));
    };
    match (&mut existing.data, &value.data) {
        (Data::Map(old), Data::Map(new)) if depth > 0 => {
            for (key, value) in new {
                put(old, key, value, depth - 1);
            }
        }

        _ => *existing = value.clone(),
    }
}

fn append(own: &mut Vec<(Key, Node)>, key: &Key, value: &Node) {
    let existing = own.iter_mut().find(|(old, _)| old.text == key.text).map(|(_, node)| &mut node.data);
    match (existing, &value.data) {
        (Some(Data::List(old)), Data::List(new)) => old.extend(new.iter().cloned()),
        _ => put(own, key, value, 0),
    }
}
