//! The JSON Schema of pack files, written from the same key tables the loader checks against.

use crate::keys::{FILES, Keys, OPTION, Shape};
use serde_json::{Map, Value as Json, json};

/// The JSON Schema (2020-12) that any file of a pack meets.
pub fn json_schema() -> Json {
    let mut kinds: Vec<&'static Keys> = Vec::new();
    for (_, keys) in FILES {
        if !kinds.iter().any(|known| known.what == keys.what) {
            kinds.push(keys);
        }
    }
    let mut defs = Map::new();
    for keys in &kinds {
        define(keys, &mut defs);
    }
    define(&OPTION, &mut defs);
    let any: Vec<Json> = kinds.iter().map(|keys| reference(keys)).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Hygeia pack file",
        "anyOf": any,
        "$defs": defs,
    })
}

/// `a register` is `#/$defs/register`.
fn name(keys: &Keys) -> String {
    keys.what.trim_start_matches("a ").trim_start_matches("an ").replace(' ', "_")
}

fn reference(keys: &Keys) -> Json {
    json!({ "$ref": format!("#/$defs/{}", name(keys)) })
}

fn define(keys: &'static Keys, defs: &mut Map<String, Json>) {
    if defs.contains_key(&name(keys)) {
        return;
    }
    // Fields contain fields: the name is taken before the keys are walked.
    defs.insert(name(keys), Json::Null);
    let mut properties = Map::new();
    for key in keys.keys {
        let mut property = shape(key.shape, defs);
        if let Json::Object(property) = &mut property {
            property.insert("description".to_owned(), Json::from(key.doc));
        }
        properties.insert(key.name.to_owned(), property);
    }
    let required: Vec<&str> = keys.keys.iter().filter(|key| key.required).map(|key| key.name).collect();
    let table = json!({
        "type": "object",
        "additionalProperties": false,
        "required": required,
        "properties": properties,
    });
    defs.insert(name(keys), table);
}

fn shape(shape: Shape, defs: &mut Map<String, Json>) -> Json {
    let scalar = json!(["string", "number", "boolean"]);
    match shape {
        Shape::Text => json!({ "type": scalar }),
        Shape::Expression => json!({ "type": ["string", "boolean", "number"] }),
        Shape::Bool => json!({ "type": "boolean" }),
        Shape::Int => json!({ "type": "integer" }),
        Shape::Number => json!({ "type": ["number", "null"] }),
        Shape::Texts => json!({ "type": "array", "items": { "type": scalar } }),
        Shape::OneOf(words) => json!({ "enum": words }),
        Shape::Options => json!({ "type": ["object", "array"], "items": { "type": scalar },
            "additionalProperties": { "anyOf": [{ "type": scalar }, reference(&OPTION)] } }),
        Shape::Table(keys) => {
            define(keys, defs);
            reference(keys)
        }
        Shape::Each(keys) => {
            define(keys, defs);
            json!({ "type": "object", "propertyNames": { "pattern": "^[a-z][a-z0-9_]*$" },
                "additionalProperties": reference(keys) })
        }
        Shape::Tables(keys) => {
            define(keys, defs);
            json!({ "type": "array", "items": reference(keys) })
        }
        Shape::TextsByName => {
            json!({ "type": "object", "additionalProperties": { "type": "array", "items": { "type": "string" } } })
        }
        Shape::Values => json!({ "type": "object" }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_the_loader_accepts_is_in_the_schema() {
        let schema = json_schema();
        for (file, keys) in FILES {
            let table = &schema["$defs"][name(keys)]["properties"];
            assert!(table.get(file).is_some(), "{file}");
            for key in keys.keys {
                assert!(table.get(key.name).is_some(), "{file}: {}", key.name);
            }
        }
        let text = schema.to_string();
        let defs = schema["$defs"].as_object().unwrap();
        assert!(defs.values().all(Json::is_object), "every table is described");
        for reference in text.split("#/$defs/").skip(1) {
            let target = reference.split('"').next().unwrap();
            assert!(defs.contains_key(target), "{target}");
        }
    }
}
