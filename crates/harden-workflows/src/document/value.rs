//! Values of a document.

use std::collections::BTreeMap;

use yaml_serde::Value;

use super::positions::Path;

/// The path of a child.
pub(crate) fn child<'a>(path: &Path<'a>, key: impl Into<yamlpath::Component<'a>>) -> Path<'a> {
    let mut longer = path.clone();
    longer.push(key.into());
    longer
}

/// The entries of a mapping by their keys, in order; empty for anything else.
pub(super) fn entries(value: Option<&Value>) -> impl Iterator<Item = (&str, &Value)> {
    let all = value.and_then(Value::as_mapping).into_iter().flatten();
    all.filter_map(|(key, value)| Some((key.as_str()?, value)))
}

/// A text, a number or a truth value as a text, as GitHub takes it where it wants a text.
pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Null => Some(String::new()),
        Value::Tagged(tagged) => scalar(&tagged.value),
        Value::Sequence(_) | Value::Mapping(_) => None,
    }
}

/// A text, where the value is set.
pub(super) fn text(value: Option<&Value>) -> Option<String> {
    value.filter(|value| !value.is_null()).and_then(scalar)
}

/// One text, or a list of them.
pub(super) fn texts(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::Sequence(all)) => all.iter().filter_map(|one| text(Some(one))).collect(),
        one => text(one).into_iter().collect(),
    }
}

/// The inputs of a `with`, their names in lower case.
pub(super) fn inputs(with: Option<&Value>) -> BTreeMap<String, String> {
    entries(with)
        .filter_map(|(key, value)| Some((key.to_ascii_lowercase(), scalar(value)?)))
        .collect()
}
