//! Where facts come from.

use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{FactError, Facts, Kind, Place, Resource, Scope, Unknown};

/// A source of facts: lists kinds of resources.
///
/// A kind that can be listed in one account and not in another is listed with a gap. An error is
/// for a fault that makes every answer impossible.
#[async_trait]
pub trait Provider: Send + Sync {
    /// Whether this provider lists the kind.
    fn provides(&self, kind: &str) -> bool;

    /// Lists a kind. Kinds that the listing starts from are taken from `facts`. It should return
    /// soon after [`Facts::cancellation`] is cancelled: finished parts stay, the rest are gaps.
    ///
    /// # Errors
    /// When the kind cannot be listed at all.
    async fn list(&self, kind: &'static Kind, facts: &Facts) -> Result<RawListing, FactError>;
}

/// A listing as it is recorded: the same form for a live answer and a snapshot, so that one reader
/// decodes both.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RawListing {
    /// The places that were read; absent for everything.
    #[serde(default, skip_serializing_if = "is_everything")]
    pub scope: Scope,
    /// The places that could not be read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<RawGap>,
    /// The resources, a JSON array.
    pub resources: Box<RawValue>,
}

fn is_everything(scope: &Scope) -> bool {
    *scope == Scope::Everything
}

/// A gap as it is recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawGap {
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// Why.
    pub unknown: Unknown,
}

impl RawListing {
    /// A listing of typed resources.
    ///
    /// # Errors
    /// When a resource can't be written as JSON.
    pub fn new<R: Resource>(
        resources: &[R],
        scope: Scope,
        gaps: Vec<RawGap>,
    ) -> Result<Self, FactError> {
        let resources =
            serde_json::value::to_raw_value(resources).map_err(|source| FactError::Decode {
                kind: R::KIND.name.to_owned(),
                source: Arc::new(source),
            })?;
        Ok(Self {
            scope,
            gaps,
            resources,
        })
    }

    /// A listing of a kind of which nothing could be read anywhere.
    pub(crate) fn unread(unknown: Unknown) -> Self {
        Self {
            scope: Scope::Everything,
            gaps: vec![RawGap {
                place: Place::anywhere(),
                unknown,
            }],
            resources: Self::none(),
        }
    }

    /// The resources of a kind of which nothing could be listed.
    pub(crate) fn none() -> Box<RawValue> {
        RawValue::NULL.to_owned()
    }
}

/// What an observer can show while facts arrive.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A kind was asked for.
    Asked {
        /// The kind.
        kind: &'a str,
    },
    /// A kind was listed.
    Listed {
        /// The kind.
        kind: &'a str,
        /// How many resources were read.
        resources: usize,
        /// How many places could not be read.
        gaps: usize,
    },
    /// A call was made.
    Called {
        /// The operation: `rds:DescribeDBInstances`.
        operation: &'a str,
    },
}

/// Is notified about the progress of a run.
pub trait Observer: Send + Sync {
    /// Something happened. Called from any task; should return immediately.
    fn event(&self, event: Event<'_>);
}
