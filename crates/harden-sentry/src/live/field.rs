//! A field of an answer: absent, null, or there.

use harden_collect::Operation;
use harden_core::Known;
use serde::{Deserialize, Deserializer};

/// A field of an answer. Give it `#[serde(default)]`.
#[derive(Debug, Clone, Default)]
pub(super) enum Field<T> {
    /// The answer does not have it.
    #[default]
    Absent,
    /// It is null.
    Null,
    /// It is there.
    Given(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Field<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Option::deserialize(deserializer)? {
            Some(value) => Self::Given(value),
            None => Self::Null,
        })
    }
}

impl<T> Field<T> {
    /// A field that must be there.
    pub(super) fn required(self, operation: Operation, name: &str) -> Known<T> {
        match self {
            Self::Given(value) => Known::Yes(value),
            Self::Absent | Self::Null => operation.missing_field(name).into(),
        }
    }

    /// A field that may be null, and must be there.
    pub(super) fn nullable(self, operation: Operation, name: &str) -> Known<Option<T>> {
        match self {
            Self::Given(value) => Known::Yes(Some(value)),
            Self::Null => Known::Yes(None),
            Self::Absent => operation.missing_field(name).into(),
        }
    }

    /// The value, if there is one.
    pub(super) fn ok(self) -> Option<T> {
        match self {
            Self::Given(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }
}

/// A number or a text that names something: Sentry has ids as both.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum Id {
    Text(String),
    Number(u64),
}

impl Id {
    /// None for the empty text.
    pub(super) fn text(self) -> Option<String> {
        match self {
            Self::Text(text) if text.is_empty() => None,
            Self::Text(text) => Some(text),
            Self::Number(number) => Some(number.to_string()),
        }
    }
}
