//! Parameters of the path and of the query.

use serde_json::Value;

use super::find::{self, Found};
use super::{Contract, Otherwise};

/// A described parameter, and where its schema is.
pub(super) struct Parameter<'a> {
    name: &'a str,
    place: &'a str,
    required: bool,
    schema: String,
    kind: Vec<&'a str>,
}

impl Parameter<'_> {
    pub(super) fn is(&self, place: &str, name: &str) -> bool {
        self.place == place && self.name == name
    }
}

impl Contract {
    /// The parameters of an operation, its path's included.
    pub(super) fn parameters(&self, found: &Found<'_>) -> Vec<Parameter<'_>> {
        let path = found.path_pointer();
        let places = [found.pointer(), path];
        let count = |pointer: &str| {
            let list = self.resolve(&format!("{pointer}/parameters")).1;
            list.as_array().map_or(0, Vec::len)
        };
        let all = places
            .iter()
            .flat_map(|place| (0..count(place)).map(move |i| format!("{place}/parameters/{i}")));
        all.map(|pointer| {
            let (pointer, parameter) = self.resolve(&pointer);
            let schema = format!("{pointer}/schema");
            let kind = kinds(self.resolve(&schema).1);
            Parameter {
                name: parameter["name"].as_str().unwrap_or_default(),
                place: parameter["in"].as_str().unwrap_or_default(),
                required: parameter["required"] == true,
                schema,
                kind,
            }
        })
        .collect()
    }

    /// What is wrong with a query.
    pub(super) fn query(
        &self,
        found: &Found<'_>,
        parameters: &[Parameter<'_>],
        query: &str,
    ) -> Vec<String> {
        let mut given: Vec<(String, Vec<String>)> = Vec::new();
        for (name, value) in pairs(query) {
            match given.iter_mut().find(|(n, _)| *n == name) {
                Some((_, values)) => values.push(value),
                None => given.push((name, vec![value])),
            }
        }
        let mut wrong = Vec::new();
        for (name, values) in &given {
            let extra = self.deviations(found).any(|d| match d.what {
                Otherwise::Query(names) => names.contains(&name.as_str()),
                _ => false,
            });
            match parameters.iter().find(|p| p.is("query", name)) {
                Some(p) => wrong.extend(self.parameter(p, values)),
                None if extra => {}
                None => wrong.push(format!("the query's {name} is not described")),
            }
        }
        let needed = parameters
            .iter()
            .filter(|p| p.place == "query" && p.required);
        let missing = needed.filter(|p| given.iter().all(|(name, _)| name != p.name));
        wrong.extend(missing.map(|p| format!("the query's {} is missing", p.name)));
        wrong
    }

    /// What is wrong with the values of a parameter.
    pub(super) fn parameter(&self, parameter: &Parameter<'_>, values: &[String]) -> Vec<String> {
        let of = |value: &String| typed(value, &parameter.kind);
        // an array is written as several values, or with commas
        let value = match values {
            [one] if !parameter.kind.contains(&"array") => of(one),
            [one] => Value::Array(one.split(',').map(|v| of(&v.to_owned())).collect()),
            many => Value::Array(many.iter().map(of).collect()),
        };
        let wrong = self.validate(&parameter.schema, &value).into_iter();
        wrong
            .map(|w| format!("the {}'s {}: {w}", parameter.place, parameter.name))
            .collect()
    }
}

/// The types that a parameter's schema allows, those of an array's items and of a union included.
fn kinds(schema: &Value) -> Vec<&str> {
    let mut all: Vec<&str> = schema["type"].as_str().into_iter().collect();
    for union in ["oneOf", "anyOf", "allOf"] {
        let parts = schema[union].as_array().into_iter().flatten();
        all.extend(parts.flat_map(kinds));
    }
    if schema["items"].is_object() {
        all.extend(kinds(&schema["items"]));
    }
    all
}

/// A text as the type that the schema wants, where it is one.
fn typed(text: &str, kinds: &[&str]) -> Value {
    let wants = |kind: &str| kinds.contains(&kind);
    let number = || text.parse::<serde_json::Number>().ok().map(Value::Number);
    let truth = || text.parse::<bool>().ok().map(Value::Bool);
    let found = if wants("integer") || wants("number") {
        number()
    } else if wants("boolean") {
        truth()
    } else {
        None
    };
    found.unwrap_or_else(|| Value::String(text.to_owned()))
}

/// The pairs of a query.
fn pairs(query: &str) -> Vec<(String, String)> {
    let parts = query.split('&').filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let plain = |text: &str| find::unescaped(&text.replace('+', " "));
            (plain(name), plain(value))
        })
        .collect()
}
