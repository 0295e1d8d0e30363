//! Facts that can be unknown, and why they are.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, LazyLock};

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Who denied a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum DeniedBy {
    /// The caller's own policies do not allow it: grant the action.
    Iam,
    /// An organization's service control policy: the account's own administrators cannot fix it.
    Scp,
    /// The resource's own policy.
    ResourcePolicy,
    /// The caller's permissions boundary.
    PermissionsBoundary,
    /// The session policy of the caller's session.
    SessionPolicy,
    /// The answer did not state it.
    Unstated,
}

/// Why something is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Cause {
    /// The call was denied.
    Denied,
    /// The service throttled the call, and every retry of it.
    Throttled,
    /// The plan or edition does not offer the call.
    Plan,
    /// The snapshot does not hold it.
    NotRecorded,
    /// It is in an account or a region that this run did not read.
    NotRead,
    /// The deadline passed first.
    Deadline,
    /// The run was interrupted first.
    Interrupted,
    /// No usable credentials for this account.
    Credentials,
    /// The call failed in another way, or the answer lacked the field.
    Failed,
    /// Everything was read, and it does not settle the question.
    Undetermined,
}

impl Cause {
    /// Whether a later run can succeed without a change. Such a gap says nothing about the estate,
    /// while a denial stays until somebody changes a permission.
    #[must_use]
    pub fn is_passing(self) -> bool {
        matches!(
            self,
            Self::Throttled | Self::Failed | Self::Deadline | Self::Interrupted | Self::Credentials
        )
    }

    /// Its name in reports and snapshots.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::Throttled => "throttled",
            Self::Plan => "plan",
            Self::NotRecorded => "not-recorded",
            Self::NotRead => "not-read",
            Self::Deadline => "deadline",
            Self::Interrupted => "interrupted",
            Self::Credentials => "credentials",
            Self::Failed => "failed",
            Self::Undetermined => "undetermined",
        }
    }
}

/// Why something is not known: the cause, the action that would have returned it, and a message.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Unknown {
    /// The cause.
    pub cause: Cause,
    /// Who denied it, where the cause is [`Cause::Denied`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<DeniedBy>,
    /// The action, as the provider spells the permission: `rds:DescribeDBInstances`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<Cow<'static, str>>,
    /// What was tried and what the result was: a lower-case fragment without secrets.
    pub message: Cow<'static, str>,
}

impl Unknown {
    /// An unknown of a cause.
    pub fn new(cause: Cause, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            cause,
            by: None,
            action: None,
            message: message.into(),
        }
    }

    /// A denied call.
    pub fn denied(by: DeniedBy, action: impl Into<Cow<'static, str>>) -> Self {
        let action = action.into();
        let message = match by {
            DeniedBy::Iam => format!("the caller's policies do not allow {action}"),
            DeniedBy::Scp => format!("a service control policy denies {action}"),
            DeniedBy::ResourcePolicy => format!("the resource's policy does not allow {action}"),
            DeniedBy::PermissionsBoundary => format!("the permissions boundary denies {action}"),
            DeniedBy::SessionPolicy => format!("the session policy denies {action}"),
            DeniedBy::Unstated => format!("{action} was denied"),
        };
        Self {
            cause: Cause::Denied,
            by: Some(by),
            action: Some(action),
            message: message.into(),
        }
    }

    /// A field that the answer to `action` did not have.
    #[must_use]
    pub fn missing(action: &'static str, field: &str) -> Self {
        Self::new(Cause::Failed, format!("the answer had no {field}")).during(action)
    }

    /// Everything was read, and it does not settle the question.
    pub fn undetermined(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Cause::Undetermined, message)
    }

    /// A fact that the snapshot does not hold.
    #[must_use]
    pub fn not_recorded() -> Self {
        Self::new(Cause::NotRecorded, "the snapshot does not hold it")
    }

    /// The same, with the action that would have returned it.
    #[must_use]
    pub fn during(mut self, action: impl Into<Cow<'static, str>>) -> Self {
        self.action = Some(action.into());
        self
    }
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.action {
            Some(action) if !self.message.contains(&**action) => {
                write!(f, "{} ({action})", self.message)
            }
            _ => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for Unknown {}

impl From<Arc<Self>> for Unknown {
    fn from(unknown: Arc<Self>) -> Self {
        Arc::unwrap_or_clone(unknown)
    }
}

/// A fact, or why it is not known.
///
/// In JSON it is the value itself, or `{"$unknown": {"cause": …}}`. A field that is absent from an
/// older snapshot is unknown: give it `#[serde(default)]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known<T> {
    /// The fact.
    Yes(T),
    /// Why it is not known.
    No(Arc<Unknown>),
}

impl<T> Known<T> {
    /// The fact, for `?` in a judge: an unknown fact ends the judgement as unknown.
    ///
    /// # Errors
    /// The reason, where the fact is not known.
    pub fn get(&self) -> Result<&T, Arc<Unknown>> {
        match self {
            Self::Yes(value) => Ok(value),
            Self::No(unknown) => Err(unknown.clone()),
        }
    }

    /// A fact that the answer to `action` can lack.
    pub fn present(value: Option<T>, action: &'static str, field: &str) -> Self {
        value.map_or_else(|| Unknown::missing(action, field).into(), Self::Yes)
    }

    /// The fact, if it is known.
    pub fn ok(&self) -> Option<&T> {
        match self {
            Self::Yes(value) => Some(value),
            Self::No(_) => None,
        }
    }

    /// Whether the fact is known.
    pub fn is_known(&self) -> bool {
        matches!(self, Self::Yes(_))
    }

    /// The fact as a reference.
    pub fn as_ref(&self) -> Known<&T> {
        match self {
            Self::Yes(value) => Known::Yes(value),
            Self::No(unknown) => Known::No(unknown.clone()),
        }
    }

    /// Another fact that follows from this one.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Known<U> {
        match self {
            Self::Yes(value) => Known::Yes(f(value)),
            Self::No(unknown) => Known::No(unknown),
        }
    }

    /// Another fact that follows from this one and may itself be unknown.
    pub fn and_then<U>(self, f: impl FnOnce(T) -> Known<U>) -> Known<U> {
        match self {
            Self::Yes(value) => f(value),
            Self::No(unknown) => Known::No(unknown),
        }
    }
}

impl Known<bool> {
    /// Kleene's conjunction: a certain `false` beats an unknown, `true` needs every part known.
    pub fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::fold(parts, false)
    }

    /// Kleene's disjunction: a certain `true` beats an unknown, `false` needs every part known.
    pub fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::fold(parts, true)
    }

    fn fold(parts: impl IntoIterator<Item = Self>, decisive: bool) -> Self {
        let mut unknown = None;
        for part in parts {
            match part {
                Self::Yes(value) if value == decisive => return Self::Yes(decisive),
                Self::Yes(_) => {}
                Self::No(reason) => {
                    unknown.get_or_insert(reason);
                }
            }
        }
        unknown.map_or(Self::Yes(!decisive), Self::No)
    }
}

/// Not recorded: what `#[serde(default)]` gives for a field that an older snapshot lacks.
impl<T> Default for Known<T> {
    fn default() -> Self {
        // an old snapshot of a large estate lacks the same field very many times
        static NOT_RECORDED: LazyLock<Arc<Unknown>> =
            LazyLock::new(|| Arc::new(Unknown::not_recorded()));
        Self::No(Arc::clone(&NOT_RECORDED))
    }
}

impl<T> From<Unknown> for Known<T> {
    fn from(unknown: Unknown) -> Self {
        Self::No(Arc::new(unknown))
    }
}

impl<T> From<Arc<Unknown>> for Known<T> {
    fn from(unknown: Arc<Unknown>) -> Self {
        Self::No(unknown)
    }
}

impl<T> From<Result<T, Unknown>> for Known<T> {
    fn from(result: Result<T, Unknown>) -> Self {
        match result {
            Ok(value) => Self::Yes(value),
            Err(unknown) => unknown.into(),
        }
    }
}

const RESERVED: &str = "$unknown";

impl<T: Serialize> Serialize for Known<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Yes(value) => value.serialize(serializer),
            Self::No(unknown) => serializer.collect_map([(RESERVED, &**unknown)]),
        }
    }
}

impl<'de, T: serde::de::DeserializeOwned> Deserialize<'de> for Known<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut value = serde_json::Value::deserialize(deserializer)?;
        if let Some(reason) = value.as_object_mut().and_then(|o| o.remove(RESERVED)) {
            let unknown: Unknown = serde_json::from_value(reason).map_err(D::Error::custom)?;
            return Ok(unknown.into());
        }
        serde_json::from_value(value)
            .map(Self::Yes)
            .map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unknown() -> Known<bool> {
        Unknown::undetermined("not clear").into()
    }

    #[test]
    fn a_certain_failure_beats_an_unknown() {
        assert_eq!(
            Known::all([unknown(), Known::Yes(false)]),
            Known::Yes(false)
        );
        assert_eq!(Known::all([Known::Yes(true), unknown()]), unknown());
        assert_eq!(Known::any([unknown(), Known::Yes(true)]), Known::Yes(true));
        assert_eq!(Known::any([Known::Yes(false), unknown()]), unknown());
        assert_eq!(Known::all([]), Known::Yes(true));
        assert_eq!(Known::any([]), Known::Yes(false));
    }

    #[test]
    fn json_keeps_value_null_and_unknown_apart() {
        let read = |text: &str| serde_json::from_str::<Known<Option<u32>>>(text).unwrap();
        assert_eq!(read("7"), Known::Yes(Some(7)));
        assert_eq!(read("null"), Known::Yes(None));
        let denied: Known<Option<u32>> =
            Unknown::denied(DeniedBy::Scp, "rds:DescribeDBInstances").into();
        let text = serde_json::to_string(&denied).unwrap();
        assert!(text.starts_with(r#"{"$unknown":{"cause":"denied","by":"scp""#));
        assert_eq!(read(&text), denied);
    }

    #[test]
    fn an_absent_field_is_not_recorded() {
        #[derive(Deserialize)]
        struct Old {
            #[serde(default)]
            days: Known<u32>,
        }
        let old: Old = serde_json::from_str("{}").unwrap();
        assert_eq!(old.days.get().unwrap_err().cause, Cause::NotRecorded);
    }
}
