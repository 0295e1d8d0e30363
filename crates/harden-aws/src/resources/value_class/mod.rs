//! The class of a value: all that is recorded of the value of a variable.
//!
//! Crates that search text for credentials bring a scanner, rules as data and a regular-expression
//! engine. Only a class for one short value is needed here, from the formats that issuers document.

mod formats;
mod opaque;
mod shapes;
mod url;

use harden_core::credential_name::words;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use formats::known_format;
use opaque::is_opaque;
use shapes::{is_reference, is_setting};
use url::{format_in_url, has_password};

/// The class of a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ValueClass {
    /// An empty value.
    Empty,
    /// A credential of a known format (alone, before the host of a URL, or in JSON): its issuer.
    Token(String),
    /// A URL or a connection string with a password in it.
    UrlPassword,
    /// A random text: a key, a hash, a generated password.
    Opaque,
    /// A text of unknown meaning: words, a host, a weak password.
    Word,
    /// A reference to a value: an ARN, a path, a placeholder.
    Reference,
    /// A number of at most three digits, or another text of at most three characters: a weak
    /// password, or a setting.
    Short,
    /// A value that is never a credential: a switch, a duration, a date, a hash with its algorithm, a
    /// URL without a password.
    Setting,
}

impl ValueClass {
    /// The class of a value. Only the class, and the issuer of a known format, are kept.
    #[must_use]
    pub fn of(value: &str) -> Self {
        let value = value.trim().trim_matches(['"', '\'']);
        if value.is_empty() {
            return Self::Empty;
        }
        if let Some(whose) = known_format(value).or_else(|| format_in_url(value)) {
            return Self::Token(whose.to_owned());
        }
        if let Some(members) = json(value) {
            return Self::in_json("", &members).unwrap_or(Self::Setting);
        }
        if has_password(value) {
            return Self::UrlPassword;
        }
        if is_reference(value) {
            return Self::Reference;
        }
        if is_setting(value) {
            return Self::Setting;
        }
        if value.chars().count() < 4 {
            return Self::Short;
        }
        if is_opaque(value) {
            return Self::Opaque;
        }
        Self::Word
    }

    /// The class of a JSON value: of a credential if a member at any depth is one by its own value,
    /// or has the name of a credential and a value of its own.
    fn in_json(name: &str, value: &Value) -> Option<Self> {
        match value {
            Value::String(text) => match Self::of(text) {
                found @ (Self::Token(_) | Self::UrlPassword) => Some(found),
                Self::Opaque | Self::Word | Self::Short if names_credential(name) => {
                    Some(Self::Token("credential in JSON".to_owned()))
                }
                _ => None,
            },
            Value::Array(all) => all.iter().find_map(|value| Self::in_json(name, value)),
            Value::Object(members) => members
                .iter()
                .find_map(|(name, value)| Self::in_json(name, value)),
            Value::Null | Value::Bool(_) | Value::Number(_) => None,
        }
    }
}

/// A JSON object, or a list of them.
fn json(value: &str) -> Option<Value> {
    value
        .starts_with(['{', '['])
        .then(|| serde_json::from_str(value).ok())?
}

/// Whether a JSON member has the name of a password, a secret or a token.
fn names_credential(name: &str) -> bool {
    words(name)
        .last()
        .is_some_and(|last| matches!(&**last, "password" | "passwd" | "secret" | "token"))
}

#[cfg(test)]
mod tests;
