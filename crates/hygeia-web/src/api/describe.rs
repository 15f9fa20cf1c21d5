//! Pieces of the description of the API.

use serde_json::{Value, json};

/// A part of the path.
pub(super) fn path(name: &str, kind: &str) -> Value {
    json!({ "name": name, "in": "path", "required": true, "schema": { "type": kind } })
}

/// A question behind the path.
pub(super) fn query(name: &str, required: bool, about: &str) -> Value {
    json!({ "name": name, "in": "query", "required": required, "schema": { "type": "string" }, "description": about })
}

/// What every refusal looks like.
pub(super) fn error() -> Value {
    json!({ "description": "出错：说明和所涉字段 / Error: what is wrong, and with which fields", "content": { "application/json": {
        "schema": { "$ref": "#/components/schemas/Error" } } } })
}

/// A route that reads.
pub(super) fn get(summary: &str, parameters: &[Value], about: &str) -> Value {
    json!({ "get": { "summary": summary, "parameters": parameters,
        "responses": { "200": { "description": about }, "default": error() } } })
}

/// A route that acts on a JSON body with these properties.
pub(super) fn post(
    summary: &str,
    parameters: &[Value],
    (properties, required): (Value, &[&str]),
    about: &str,
) -> Value {
    let schema = json!({ "type": "object", "properties": properties, "required": required });
    json!({ "post": { "summary": summary, "parameters": parameters,
        "requestBody": { "required": !required.is_empty(), "content": { "application/json": { "schema": schema } } },
        "responses": { "200": { "description": about }, "default": error() } } })
}
