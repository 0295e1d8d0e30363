//! The condition keys of a request, as `--context` gives them.

use std::collections::BTreeMap;

use harden_iam::Context;
use serde_json::Value;

/// The condition keys of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Keys(BTreeMap<String, Vec<String>>);

/// Why a text is not the condition keys of a request.
#[derive(Debug, thiserror::Error)]
pub(super) enum KeysError {
    #[error("context is not valid JSON")]
    Json(#[source] serde_json::Error),
    #[error("context is not a JSON object of condition keys")]
    NotAnObject,
    #[error("context key `{0}` is not a string, a number, a boolean or a list of them")]
    Value(String),
}

/// The keys that follow from the caller.
const CALLER_KEYS: [&str; 4] = [
    "aws:PrincipalArn",
    "aws:PrincipalAccount",
    "aws:userid",
    "aws:username",
];

impl Keys {
    /// Parses a JSON object of keys, each with one value or a list of values.
    pub(super) fn parse(text: &str) -> Result<Self, KeysError> {
        let Value::Object(object) = serde_json::from_str(text).map_err(KeysError::Json)? else {
            return Err(KeysError::NotAnObject);
        };
        let mut keys = Self::default();
        for (key, value) in object {
            let values = match &value {
                Value::Array(items) => items.iter().map(scalar_text).collect(),
                one => scalar_text(one).map(|one| vec![one]),
            };
            let values = values.ok_or_else(|| KeysError::Value(key.clone()))?;
            keys.0.insert(key, values);
        }
        Ok(keys)
    }

    pub(super) fn get(&self, key: &str) -> Option<&[String]> {
        let mut all = self.0.iter();
        let found = all.find(|(name, _)| name.eq_ignore_ascii_case(key))?;
        Some(found.1)
    }

    /// The context of a request with these keys and no others.
    ///
    /// Without `aws:PrincipalArn` the caller is only an assumed role of the account. The keys that
    /// the evaluation would derive from that role are absent, because the user did not give them.
    pub(super) fn context(&self) -> Context {
        let mut context = Context::absent_otherwise();
        if self.get("aws:PrincipalArn").is_none() {
            for key in CALLER_KEYS {
                context = context.without(key);
            }
        }
        for (key, values) in &self.0 {
            context = context.with_values(key, values.iter().cloned());
        }
        context
    }
}

fn scalar_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
