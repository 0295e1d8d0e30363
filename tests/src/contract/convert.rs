//! OpenAPI 3.0 schemas as JSON Schema 2020-12.
//!
//! Our own, since it is a page: `nullable`, examples, boolean limits, and what stands beside a `$ref`,
//! which OpenAPI 3.0 ignores and 2020-12 does not.

use serde_json::{Map, Value, json};

/// How `oneOf` is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unions {
    /// As the standard says: exactly one alternative holds.
    Exact,
    /// As a union of a programming language: any alternative holds. Vercel's description is written
    /// so: `{envs, pagination}` is one alternative, `{envs}`, open for more, is another.
    Loose,
}

/// The schema at a place of a document, with the document's components, so that references work.
pub(super) fn schema_at(document: &Value, pointer: &str, unions: Unions) -> Value {
    let schema = document.pointer(pointer).cloned().unwrap_or(json!(true));
    let components = document["components"]["schemas"].as_object();
    let components: Map<String, Value> = components
        .into_iter()
        .flatten()
        .map(|(name, schema)| (name.clone(), schema_2020_12(schema, unions)))
        .collect();
    // a reference within a path of the document would not be found, and building says so
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "allOf": [schema_2020_12(&schema, unions)],
        "components": {"schemas": components},
    })
}

/// A schema of OpenAPI 3.0 as one of JSON Schema 2020-12. References stay as they are.
#[must_use]
pub fn schema_2020_12(schema: &Value, unions: Unions) -> Value {
    let Value::Object(old) = schema else {
        return schema.clone();
    };
    let nullable = old.get("nullable") == Some(&Value::Bool(true));
    let mut new = Map::new();
    match old.get("$ref") {
        Some(to) => {
            new.insert("$ref".to_owned(), to.clone());
        }
        None => {
            for (key, value) in old {
                keyword(key, value, old, unions, &mut new);
            }
        }
    }
    if !nullable {
        return Value::Object(new);
    }
    json!({"anyOf": [new, {"type": "null"}]})
}

fn keyword(
    key: &str,
    value: &Value,
    old: &Map<String, Value>,
    unions: Unions,
    new: &mut Map<String, Value>,
) {
    let convert = |schema: &Value| schema_2020_12(schema, unions);
    let list = |value: &Value| {
        value
            .as_array()
            .into_iter()
            .flatten()
            .map(convert)
            .collect()
    };
    let (key, value) = match (key, value) {
        // what documents, and what validates nothing
        (
            "nullable" | "example" | "examples" | "discriminator" | "xml" | "externalDocs"
            | "description" | "title" | "default" | "deprecated" | "readOnly" | "writeOnly",
            _,
        ) => return,
        ("properties" | "patternProperties", Value::Object(properties)) => {
            let all = properties
                .iter()
                .map(|(name, p)| (name.clone(), convert(p)));
            (key, Value::Object(all.collect()))
        }
        ("items" | "additionalProperties" | "not", schema) => (key, convert(schema)),
        // Vercel's has one: no value is one of none
        ("anyOf" | "oneOf", Value::Array(none)) if none.is_empty() => ("not", json!({})),
        ("oneOf", _) if unions == Unions::Loose => ("anyOf", Value::Array(list(value))),
        ("allOf" | "anyOf" | "oneOf", _) => (key, Value::Array(list(value))),
        ("exclusiveMinimum", Value::Bool(yes)) => match old.get("minimum") {
            Some(limit) if *yes => (key, limit.clone()),
            _ => return,
        },
        ("exclusiveMaximum", Value::Bool(yes)) => match old.get("maximum") {
            Some(limit) if *yes => (key, limit.clone()),
            _ => return,
        },
        _ => (key, value.clone()),
    };
    new.insert(key.to_owned(), value);
}
