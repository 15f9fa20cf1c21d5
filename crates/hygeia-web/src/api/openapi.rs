//! The OpenAPI 3.1 document, made from the installed packs.

use hygeia_pack::model::{Choice, Field, FieldType, PackSet, Register, Transition};
use serde_json::{Map, Value, json};

/// Describes every route of the API with the fields of every register.
pub(super) fn document(packs: &PackSet) -> Value {
    let mut paths = Map::new();
    let mut schemas = common_schemas();
    for register in packs.registers.values() {
        let name = register.id.as_str().replace('.', "_");
        schemas.insert(format!("{name}_values"), values_schema(register));
        paths.insert(format!("/registers/{}/entries", register.id), entries_path(register, &name));
        paths.insert(format!("/registers/{}/entries/{{id}}", register.id), entry_path(register));
        for transition in register.workflow.iter().flat_map(|workflow| workflow.transitions.values()) {
            let path = format!("/registers/{}/entries/{{id}}/transitions/{}", register.id, transition.name);
            paths.insert(path, transition_path(register, transition));
        }
    }
    let indicators: Vec<&str> = packs.indicators.keys().map(|id| id.as_str()).collect();
    paths.insert("/clocks".into(), clocks_path());
    paths.insert("/indicators/{indicator}".into(), indicator_path(&indicators));
    paths.extend(super::alarms::paths());
    paths.extend(super::incidents::paths());
    paths.extend(super::rules::paths(packs));
    paths.extend(super::inspections::paths(packs));
    paths.extend(super::rounds::paths());
    paths.extend(super::ledgers::paths(packs));
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Hygeia 卫生工作平台", "version": env!("CARGO_PKG_VERSION") },
        "servers": [{ "url": "/api/v1" }],
        "security": [{ "token": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
            "schemas": schemas
        }
    })
}

fn common_schemas() -> Map<String, Value> {
    let problem = json!({ "type": "object", "required": ["field", "message", "warning"], "properties": {
        "field": { "type": "string" }, "message": { "type": "string" }, "warning": { "type": "boolean" } } });
    let error = json!({ "type": "object", "required": ["error", "problems"], "properties": {
        "error": { "type": "string", "description": "给人看的说明（中文） / For people, in Chinese" },
        "problems": { "type": "array", "items": { "$ref": "#/components/schemas/Problem" } } } });
    let receipt = json!({ "type": "object", "required": ["id", "version", "outcome", "warnings"], "properties": {
        "id": { "type": "string", "format": "uuid" }, "version": { "type": "integer" },
        "outcome": { "enum": ["created", "updated", "unchanged"] },
        "warnings": { "type": "array", "items": { "$ref": "#/components/schemas/Problem" } } } });
    let refused = json!({ "type": "object", "required": ["outcome", "status", "message"], "properties": {
        "id": { "type": ["string", "null"], "format": "uuid" }, "outcome": { "const": "refused" },
        "status": { "type": "integer" }, "message": { "type": "string" },
        "problems": { "type": "array", "items": { "$ref": "#/components/schemas/Problem" } } } });
    let figure = json!({ "type": "object", "required": ["org", "period", "value"], "properties": {
        "org": { "type": "string" }, "period": { "type": "string" },
        "from": { "type": "string", "format": "date" }, "to": { "type": "string", "format": "date" },
        "value": { "type": ["number", "null"], "description": "数值；null 表示缺数据 / The value; null where there are no data" }, "unit": { "type": "string" },
        "measures": { "type": "object", "additionalProperties": { "type": ["number", "null"] } },
        "target": { "type": ["object", "null"] }, "reached": { "type": ["boolean", "null"] } } });
    let clock = json!({ "type": "object", "required": ["register", "entry", "clock", "due_at", "outcome"], "properties": {
        "register": { "type": "string" }, "entry": { "type": "string", "format": "uuid" },
        "clock": { "type": "string" }, "title": { "type": "string" }, "org_unit": { "type": ["string", "null"] },
        "started_at": { "type": "string", "format": "date-time" }, "due_at": { "type": "string", "format": "date-time" },
        "ended_at": { "type": ["string", "null"], "format": "date-time" },
        "outcome": { "enum": ["running", "paused", "met", "late", "void"] },
        "level": { "type": "integer", "description": "已升级到第几级 / Steps of the escalation that have been reached" } } });
    let named = [
        ("Clock", clock),
        ("Problem", problem),
        ("Error", error),
        ("Receipt", receipt),
        ("Refused", refused),
        ("Figure", figure),
    ];
    named.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()
}

fn entries_path(register: &Register, name: &str) -> Value {
    let submission = json!({
        "type": "object",
        "required": ["values"],
        "properties": {
            "id": { "type": "string", "format": "uuid", "description": "由调用方生成；同一个发两次只算一次 / Made by the client; the same twice is once" },
            "org_unit": { "type": "string", "description": "机构代码 / Code of the org unit" },
            "person": { "type": "string", "description": "登记所关于的人员的编号 / Code of the person the entry is about" },
            "values": { "$ref": format!("#/components/schemas/{name}_values") },
            "version": { "type": "integer", "description": "修改前读到的版本 / Version read before changing" },
            "reason": { "type": "string" }
        }
    });
    let text = |name: &str, description: &str| json!({ "name": name, "in": "query", "schema": { "type": "string" }, "description": description });
    json!({
        "get": {
            "summary": format!("{}：查询 / Lists entries", register.title.zh),
            "parameters": [text("org", "机构代码，含下级 / Code of the org unit; its subtree is searched"), text("from", "起始日期 / First day"),
                text("to", "截止日期 / Last day"), text("measure", "只要这项计数计入的记录 / Only entries this measure counts"), text("text", "要查找的文字 / Text to search for"),
                text("offset", "跳过的行数 / Rows to skip"), text("limit", "行数，最多 1000；不填为 100 / Rows, at most 1000; 100 when absent")],
            "responses": { "200": { "description": "记录及总数 / Entries and their number" }, "default": error_response() }
        },
        "post": {
            "summary": format!("{}：登记一条或一组 / Creates one entry or an array", register.title.zh),
            "requestBody": { "required": true, "content": { "application/json": { "schema": { "oneOf": [
                submission, { "type": "array", "maxItems": 1000, "items": submission }
            ] } } } },
            "responses": {
                "200": { "description": "没有变化、已修改，或一组全部写入 / Unchanged, updated, or all of an array stored" },
                "201": { "description": "已登记 / Created", "content": { "application/json": {
                    "schema": { "$ref": "#/components/schemas/Receipt" } } } },
                "207": { "description": "一组中有的未被接受，其余已写入 / Some of an array refused, the others stored", "content": { "application/json": { "schema": {
                    "type": "array", "items": { "oneOf": [ { "$ref": "#/components/schemas/Receipt" },
                        { "$ref": "#/components/schemas/Refused" } ] } } } } },
                "default": error_response()
            }
        }
    })
}

fn entry_path(register: &Register) -> Value {
    json!({ "get": {
        "summary": format!("{}：一条记录 / One entry", register.title.zh),
        "parameters": [{ "name": "id", "in": "path", "required": true, "schema": { "type": "string", "format": "uuid" } }],
        "responses": { "200": { "description": "该记录 / The entry" }, "default": error_response() }
    } })
}

fn transition_path(register: &Register, transition: &Transition) -> Value {
    let asked = transition.requires.iter().chain(&transition.asks);
    let properties: Map<String, Value> = asked
        .filter_map(|name| register.fields.get(name))
        .map(|field| (field.name.clone(), field_schema(field)))
        .collect();
    json!({ "post": {
        "summary": format!("{}：{} / Takes the step {}", register.title.zh, transition.title.zh, transition.name),
        "parameters": [{ "name": "id", "in": "path", "required": true, "schema": { "type": "string", "format": "uuid" } }],
        "requestBody": { "required": transition.reason || !transition.requires.is_empty(),
            "content": { "application/json": { "schema": { "type": "object", "properties": {
                "id": { "type": "string", "format": "uuid", "description": "由调用方生成；同一个发两次只算一次 / Made by the client; the same twice is once" },
                "values": { "type": "object", "properties": properties, "additionalProperties": false },
                "reason": { "type": "string" },
                "version": { "type": "integer", "description": "办理前读到的版本 / Version read before the step" }
            } } } } },
        "responses": {
            "200": { "description": "已办理，或先前已办理 / Taken, or taken before", "content": { "application/json": {
                "schema": { "$ref": "#/components/schemas/Receipt" } } } },
            "default": error_response()
        }
    } })
}

fn clocks_path() -> Value {
    let text = |name: &str, description: &str| json!({ "name": name, "in": "query", "schema": { "type": "string" }, "description": description });
    json!({ "get": {
        "summary": "时限 / Clocks",
        "parameters": [text("org", "机构代码，含下级 / Code of the org unit; its subtree is read"), text("register", "登记表 / Register"),
            text("state", "填 all 时包括已结束的 / `all` for those that have ended as well")],
        "responses": { "200": { "description": "最先到期的在前 / The earliest due first", "content": { "application/json": { "schema": {
            "type": "object", "properties": { "clocks": { "type": "array",
                "items": { "$ref": "#/components/schemas/Clock" } } } } } } },
            "default": error_response() }
    } })
}

fn indicator_path(indicators: &[&str]) -> Value {
    let text = |name: &str, required: bool, description: &str| {
        json!({ "name": name, "in": "query", "required": required, "schema": { "type": "string" },
            "description": description })
    };
    json!({ "get": {
        "summary": "指标 / An indicator",
        "parameters": [
            { "name": "indicator", "in": "path", "required": true, "schema": { "type": "string", "examples": indicators } },
            text("org", true, "机构代码 / Code of the org unit"),
            text("period", false, "周期，如 2026-11-24、2026-W48、2026-11、2026-Q4、2026-T1、2026-SY、2026；不填为本月 / 2026-11-24, 2026-W48, 2026-11, 2026-Q4, 2026-T1, 2026-SY, 2026; this month when absent"),
            text("by", false, "分到下级机构（unit）或日、周、月、学期 / By unit, day, week, month or term")
        ],
        "responses": { "200": { "description": "数值 / Figures", "content": { "application/json": { "schema": {
            "type": "object", "properties": { "indicator": { "type": "string" },
                "figures": { "type": "array", "items": { "$ref": "#/components/schemas/Figure" } } } } } } },
            "default": error_response() }
    } })
}

fn error_response() -> Value {
    json!({ "description": "出错：说明和所涉字段 / Error: what is wrong, and with which fields", "content": { "application/json": {
        "schema": { "$ref": "#/components/schemas/Error" } } } })
}

fn values_schema(register: &Register) -> Value {
    let asked = || register.fields.values().filter(|field| field.is_typed() && !field.retired);
    let properties: Map<String, Value> =
        asked().map(|field| (field.name.clone(), field_schema(field))).collect();
    let required: Vec<&str> = asked()
        .filter(|field| field.required && field.show.is_none() && field.default.is_none())
        .map(|field| field.name.as_str())
        .collect();
    json!({ "type": "object", "title": register.title.zh, "properties": properties, "required": required,
        "additionalProperties": false })
}

fn field_schema(field: &Field) -> Value {
    let mut schema = match &field.kind {
        FieldType::Text { max } | FieldType::LongText { max } => {
            json!({ "type": "string", "maxLength": max })
        }
        FieldType::Int { min, max } => {
            let mut schema = json!({ "type": "integer" });
            set(&mut schema, "minimum", min.map(Value::from));
            set(&mut schema, "maximum", max.map(Value::from));
            schema
        }
        FieldType::Decimal { min, max, .. } => {
            let number = |value: Option<rust_decimal::Decimal>| {
                value.and_then(|value| serde_json::from_str(&value.normalize().to_string()).ok())
            };
            let mut schema = json!({ "type": "number" });
            set(&mut schema, "minimum", number(*min));
            set(&mut schema, "maximum", number(*max));
            schema
        }
        FieldType::Bool => json!({ "type": "boolean" }),
        FieldType::Date => json!({ "type": "string", "format": "date" }),
        FieldType::Time => json!({ "type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]$" }),
        FieldType::DateTime => json!({ "type": "string", "examples": ["2026-11-24T08:30"] }),
        FieldType::Choice(choice) => json!({ "enum": codes(choice) }),
        FieldType::Choices(choice) => json!({ "type": "array", "items": { "enum": codes(choice) } }),
        FieldType::Person { .. } | FieldType::OrgUnit { .. } => json!({ "type": "integer" }),
        FieldType::Entry { .. } => json!({ "type": "string", "format": "uuid" }),
        FieldType::Rows(fields) => {
            let cells: Map<String, Value> =
                fields.iter().map(|(name, field)| (name.clone(), field_schema(field))).collect();
            json!({ "type": "array", "items": { "type": "object", "properties": cells } })
        }
        FieldType::Photo { most } => {
            json!({ "type": "array", "items": { "type": "string", "format": "uuid" }, "maxItems": most })
        }
        FieldType::Drawing => json!({ "type": "string", "format": "uuid" }),
        FieldType::Signature => json!({ "type": "string", "readOnly": true }),
    };
    set(&mut schema, "title", Some(field.title.zh.clone().into()));
    set(&mut schema, "x-unit", field.unit.clone().map(Value::from));
    schema
}

fn codes(choice: &Choice) -> Vec<&str> {
    choice.options.iter().filter(|option| !option.retired).map(|option| option.code.as_str()).collect()
}

fn set(schema: &mut Value, key: &str, value: Option<Value>) {
    if let (Value::Object(schema), Some(value)) = (schema, value) {
        schema.insert(key.to_owned(), value);
    }
}
