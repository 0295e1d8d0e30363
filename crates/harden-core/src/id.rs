//! The identity of a resource, and where it is.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Where resources are: an account (an AWS account id, a GitHub repository, a Sentry organization)
/// and a region of it. The region is empty for what is global to the account.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The account, `*` for any.
    pub account: Arc<str>,
    /// The region, empty for what is global, `*` for any.
    #[serde(default)]
    pub region: Arc<str>,
}

impl Place {
    /// A region of an account.
    pub fn new(account: impl Into<Arc<str>>, region: impl Into<Arc<str>>) -> Self {
        Self {
            account: account.into(),
            region: region.into(),
        }
    }

    /// What is global to an account.
    pub fn global(account: impl Into<Arc<str>>) -> Self {
        Self::new(account, "")
    }

    /// Every account and region: what a gap covers when nothing of a kind was recorded.
    #[must_use]
    pub fn anywhere() -> Self {
        Self::new("*", "*")
    }

    /// Whether this place is the other, or includes it as a wildcard.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        (&*self.account == "*" || self.account == other.account)
            && (&*self.region == "*" || self.region == other.region)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&*self.account, &*self.region) {
            ("*", _) => write!(f, "any account"),
            (account, "other regions") => write!(f, "other regions of {account}"),
            (account, "") => write!(f, "{account}"),
            (account, "*") => write!(f, "{account} in any region"),
            (account, region) => write!(f, "{account} in {region}"),
        }
    }
}

/// The identity of a resource, stable over deployments: no revision, no run, no version.
///
/// Two ids are equal when their kinds, places and names are. How an id is shown does not count, nor
/// whether it is collective.
#[derive(Debug, Clone)]
pub struct ResourceId {
    /// The kind, `provider/kind`: `aws/db-instance`.
    pub kind: &'static str,
    /// Where it is.
    pub place: Place,
    /// The name, unique for its kind and place.
    pub name: Box<str>,
    shown: Option<Box<str>>,
    collective: bool,
}

impl ResourceId {
    /// An id that is shown as its name.
    #[must_use]
    pub fn new(kind: &'static str, place: Place, name: &str) -> Self {
        Self {
            kind,
            place,
            name: name.into(),
            shown: None,
            collective: false,
        }
    }

    /// The same id, shown as the provider's users know it: an ARN, `owner/repo`, a URL.
    #[must_use]
    pub fn shown_as(mut self, shown: &str) -> Self {
        self.shown = Some(shown.into());
        self
    }

    /// The same id, for resources that were not read one by one: all of a kind in a place, the
    /// subscriptions of a topic.
    #[must_use]
    pub fn collective(mut self) -> Self {
        self.collective = true;
        self
    }

    /// Whether it is for resources that were not read one by one.
    #[must_use]
    pub fn is_collective(&self) -> bool {
        self.collective
    }

    /// The provider: the part of the kind before the slash.
    #[must_use]
    pub fn provider(&self) -> &'static str {
        self.kind.split_once('/').map_or(self.kind, |(p, _)| p)
    }

    /// How its provider's users know it: an ARN, `owner/repo`, a URL; else the name.
    #[must_use]
    pub fn shown(&self) -> &str {
        self.shown.as_deref().unwrap_or(&self.name)
    }

    /// A key that is the same over runs and machines:
    /// `aws/db-instance:392853978631:us-east-2:saaspe-production-postgres`.
    #[must_use]
    pub fn key(&self) -> String {
        format!(
            "{}:{}:{}:{}",
            self.kind, self.place.account, self.place.region, self.name
        )
    }

    fn identity(&self) -> (&str, &Place, &str) {
        (self.kind, &self.place, &self.name)
    }
}

impl PartialEq for ResourceId {
    fn eq(&self, other: &Self) -> bool {
        self.identity() == other.identity()
    }
}

impl Eq for ResourceId {}

impl PartialOrd for ResourceId {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ResourceId {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.identity().cmp(&other.identity())
    }
}

impl std::hash::Hash for ResourceId {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.identity().hash(state);
    }
}

impl fmt::Display for ResourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.shown())
    }
}
