//! The condition keys of a request, as far as they are known.

use std::collections::BTreeMap;

use super::Principal;

/// The condition keys of a request: known with their values, known to be absent, or not known.
///
/// IAM User Guide, "Components of a request". The case of keys does not matter. Some keys follow from
/// the principal, for example `aws:PrincipalArn`, `aws:PrincipalAccount` and
/// `aws:PrincipalServiceName` ("AWS global condition context keys"). They need not be set; if they are
/// set, that value is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    keys: BTreeMap<String, Option<Vec<String>>>,
    others: Others,
}

/// What is assumed about keys that the context does not mention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Others {
    Unknown,
    Absent,
}

impl Context {
    /// A context in which all keys are unknown until they are set.
    pub const fn unknown_otherwise() -> Self {
        Self {
            keys: BTreeMap::new(),
            others: Others::Unknown,
        }
    }

    /// A context in which all keys are absent until they are set.
    pub const fn absent_otherwise() -> Self {
        Self {
            keys: BTreeMap::new(),
            others: Others::Absent,
        }
    }

    /// Sets a key with one value.
    #[must_use]
    pub fn with(self, key: &str, value: impl Into<String>) -> Self {
        self.with_values(key, [value])
    }

    /// Sets a key with several values. Without values the key is absent.
    #[must_use]
    pub fn with_values<V: Into<String>>(
        self,
        key: &str,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        self.set(key, Some(values.into_iter().map(Into::into).collect()))
    }

    /// Marks a key as absent from the request.
    #[must_use]
    pub fn without(self, key: &str) -> Self {
        self.set(key, Some(Vec::new()))
    }

    /// Marks a key as unknown: it may be in the request with any value.
    #[must_use]
    pub fn with_unknown(self, key: &str) -> Self {
        self.set(key, None)
    }

    fn set(mut self, key: &str, values: Option<Vec<String>>) -> Self {
        self.keys.insert(key.to_lowercase(), values);
        self
    }
}

/// What is known about one key of a request.
pub(crate) enum Lookup<'a> {
    /// At least one value.
    Known(&'a [String]),
    Absent,
    Unknown,
}

/// All condition keys of a request: the context, and the keys that follow from the principal.
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
            Some(set) => set.as_ref(),
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
