//! What is known of a request's condition keys.

use std::collections::BTreeMap;

use super::Principal;

/// The condition keys of a request: known with their values, known to be absent, or not known.
///
/// IAM User Guide, "Components of a request". Keys are compared without regard to case. Some keys
/// follow from the principal and need not be told (`aws:PrincipalArn`, `aws:PrincipalAccount`,
/// `aws:PrincipalServiceName` and the like; "AWS global condition context keys"); what is told
/// goes before what follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    keys: BTreeMap<String, Option<Vec<String>>>,
    others: Others,
}

/// What holds of the keys that a context does not mention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Others {
    Unknown,
    Absent,
}

impl Context {
    /// Nothing is known of the keys that are not mentioned.
    pub const fn unknown_otherwise() -> Self {
        Self {
            keys: BTreeMap::new(),
            others: Others::Unknown,
        }
    }

    /// The keys that are not mentioned are not in the request.
    pub const fn absent_otherwise() -> Self {
        Self {
            keys: BTreeMap::new(),
            others: Others::Absent,
        }
    }

    /// The key is in the request with this value.
    #[must_use]
    pub fn with(self, key: &str, value: impl Into<String>) -> Self {
        self.with_values(key, [value])
    }

    /// The key is in the request with these values; with none of them it is absent.
    #[must_use]
    pub fn with_values<V: Into<String>>(
        self,
        key: &str,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        self.set(key, Some(values.into_iter().map(Into::into).collect()))
    }

    /// The key is not in the request.
    #[must_use]
    pub fn without(self, key: &str) -> Self {
        self.set(key, Some(Vec::new()))
    }

    /// Whether the key is in the request, and with which value, is not known.
    #[must_use]
    pub fn with_unknown(self, key: &str) -> Self {
        self.set(key, None)
    }

    fn set(mut self, key: &str, values: Option<Vec<String>>) -> Self {
        self.keys.insert(key.to_lowercase(), values);
        self
    }
}

/// One key of a request.
pub(crate) enum Lookup<'a> {
    /// At least one value.
    Known(&'a [String]),
    Absent,
    Unknown,
}

/// A context together with the keys that follow from the principal.
pub(crate) struct RequestKeys<'a> {
    context: &'a Context,
    derived: BTreeMap<&'static str, Vec<String>>,
}

impl<'a> RequestKeys<'a> {
    pub(crate) fn new(context: &'a Context, principal: &Principal) -> Self {
        Self {
            context,
            derived: principal.keys(),
        }
    }

    pub(crate) fn get(&self, key: &str) -> Lookup<'_> {
        let key = key.to_lowercase();
        let values = match self.context.keys.get(&key) {
            Some(told) => told.as_ref(),
            None => match self.derived.get(key.as_str()) {
                None if self.context.others == Others::Absent => return Lookup::Absent,
                derived => derived,
            },
        };
        match values.map(Vec::as_slice) {
            Some([]) => Lookup::Absent,
            Some(values) => Lookup::Known(values),
            None => Lookup::Unknown,
        }
    }
}
