//! What is done to the fields of resources.

use std::fmt;

use serde_json::Value;

/// What is done to a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Edit {
    Drop,
    Null,
    /// Of a number.
    Zero,
    /// Of a number.
    Negative,
}

impl fmt::Display for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Drop => "dropped",
            Self::Null => "null",
            Self::Zero => "0",
            Self::Negative => "-1",
        })
    }
}

pub(super) const ALL_EDITS: &[Edit] = &[Edit::Drop, Edit::Null, Edit::Zero, Edit::Negative];

/// A step into JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Key(String),
    Item(usize),
}

/// The paths of all keys of all objects below the resources of a listing. What a fact that is not
/// known says of itself (`$unknown`) is no field.
pub(super) fn paths(resources: &Value) -> Vec<Vec<Step>> {
    fn walk(value: &Value, at: &mut Vec<Step>, all: &mut Vec<Vec<Step>>) {
        match value {
            Value::Array(items) => {
                for (i, item) in items.iter().enumerate() {
                    at.push(Step::Item(i));
                    walk(item, at, all);
                    at.pop();
                }
            }
            Value::Object(fields) if !fields.contains_key("$unknown") => {
                for (key, inner) in fields {
                    at.push(Step::Key(key.clone()));
                    all.push(at.clone());
                    walk(inner, at, all);
                    at.pop();
                }
            }
            _ => {}
        }
    }
    let mut all = Vec::new();
    walk(resources, &mut Vec::new(), &mut all);
    all
}

/// A path below its resource, without the positions in lists: `rules[].action`.
pub(super) fn shown(path: &[Step]) -> String {
    let mut out = String::new();
    for step in path.iter().skip(1) {
        match step {
            Step::Key(key) if out.is_empty() => out.push_str(key),
            Step::Key(key) => {
                out.push('.');
                out.push_str(key);
            }
            Step::Item(_) => out.push_str("[]"),
        }
    }
    out
}

fn object<'a>(
    resources: &'a mut Value,
    path: &[Step],
) -> Option<(&'a mut serde_json::Map<String, Value>, String)> {
    let Some((Step::Key(last), rest)) = path.split_last() else {
        return None;
    };
    let mut at = resources;
    for step in rest {
        at = match step {
            Step::Key(key) => at.get_mut(key)?,
            Step::Item(i) => at.get_mut(i)?,
        };
    }
    Some((at.as_object_mut()?, last.clone()))
}

/// Edits a field and gives what was there; none where the edit changes nothing.
pub(super) fn apply(resources: &mut Value, path: &[Step], edit: Edit) -> Option<Value> {
    let (fields, key) = object(resources, path)?;
    match edit {
        Edit::Drop => fields.remove(&key),
        Edit::Null if fields.get(&key).is_some_and(Value::is_null) => None,
        Edit::Null => fields.insert(key, Value::Null),
        Edit::Zero | Edit::Negative => {
            let number = if edit == Edit::Zero { 0 } else { -1 };
            let is = fields.get(&key).and_then(Value::as_f64)?;
            (is != f64::from(number)).then(|| fields.insert(key, number.into()))?
        }
    }
}

pub(super) fn restore(resources: &mut Value, path: &[Step], kept: Value) {
    if let Some((fields, key)) = object(resources, path) {
        fields.insert(key, kept);
    }
}
