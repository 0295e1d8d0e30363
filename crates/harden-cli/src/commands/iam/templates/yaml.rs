//! Reads YAML as JSON, with the short forms of CloudFormation's functions.

use serde_json::{Map, Value};
use yaml_serde::Value as Yaml;

/// The value of a document; `None` if it is not YAML, or not a mapping.
pub(super) fn read(text: &str) -> Option<Value> {
    let yaml: Yaml = yaml_serde::from_str(text).ok()?;
    let value = convert(yaml);
    value.is_object().then_some(value)
}

fn convert(yaml: Yaml) -> Value {
    match yaml {
        Yaml::Null => Value::Null,
        Yaml::Bool(flag) => Value::Bool(flag),
        Yaml::Number(number) => serde_json::to_value(number).unwrap_or(Value::Null),
        Yaml::String(text) => Value::String(text),
        Yaml::Sequence(items) => items.into_iter().map(convert).collect(),
        Yaml::Mapping(entries) => {
            let entries = entries.into_iter().filter_map(|(key, value)| {
                let key = match convert(key) {
                    Value::String(key) => key,
                    Value::Null | Value::Array(_) | Value::Object(_) => return None,
                    other => other.to_string(),
                };
                Some((key, convert(value)))
            });
            Value::Object(entries.collect())
        }
        Yaml::Tagged(tagged) => {
            let name = tagged.tag.to_string();
            let name = name.trim_start_matches('!');
            let key = match name {
                "Ref" | "Condition" => name.to_owned(),
                name => format!("Fn::{name}"),
            };
            Value::Object(Map::from_iter([(key, convert(tagged.value))]))
        }
    }
}
