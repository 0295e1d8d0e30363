//! What was listed of a kind of resource, and what could not be listed.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{Cause, Known, Location, Place, ResourceId, Unknown};

/// A kind of resource: its name, and the permissions and the other kinds that listing it needs.
///
/// It is built in a `const` or `static`:
///
/// ```
/// use harden_core::Kind;
///
/// const DOOR: &Kind = &Kind::new("house/door").permissions(&["house:ListDoors"]);
/// const LOCK: &Kind = &Kind::new("house/lock").starts_from(&[DOOR]);
/// assert_eq!(LOCK.with_bases(), [DOOR, LOCK]);
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Kind {
    /// The name, `provider/kind`: `aws/db-instance`.
    pub name: &'static str,
    /// The permissions that its own listing needs, as the provider spells them.
    pub permissions: &'static [&'static str],
    /// The kinds that its listing starts from: a topic's subscriptions start from the alarms that
    /// notify it. Their permissions are needed too. The graph has no cycles.
    pub starts_from: &'static [&'static Self],
}

/// A kind is its name.
impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Kind {}

impl Kind {
    /// A kind by its name, `provider/kind`.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            permissions: &[],
            starts_from: &[],
        }
    }

    /// Sets the permissions that its own listing needs, as the provider spells them.
    #[must_use]
    pub const fn permissions(mut self, permissions: &'static [&'static str]) -> Self {
        self.permissions = permissions;
        self
    }

    /// Sets the kinds that its listing starts from.
    #[must_use]
    pub const fn starts_from(mut self, kinds: &'static [&'static Self]) -> Self {
        self.starts_from = kinds;
        self
    }

    /// The provider: the part of the name before the slash.
    #[must_use]
    pub fn provider(&self) -> &'static str {
        crate::provider_of(self.name)
    }

    /// The kind and all kinds that its listing starts from, directly or not, each once and ordered
    /// by name.
    #[must_use]
    pub fn with_bases(&'static self) -> Vec<&'static Self> {
        with_bases([self])
    }
}

/// Kinds and all kinds that their listings start from, directly or not, each once and ordered by
/// name.
#[must_use]
pub fn with_bases(kinds: impl IntoIterator<Item = &'static Kind>) -> Vec<&'static Kind> {
    fn add(kind: &'static Kind, all: &mut BTreeMap<&'static str, &'static Kind>) {
        if all.insert(kind.name, kind).is_none() {
            kind.starts_from.iter().for_each(|base| add(base, all));
        }
    }
    let mut all = BTreeMap::new();
    kinds.into_iter().for_each(|kind| add(kind, &mut all));
    all.into_values().collect()
}

/// A kind of resource as a type. Only declared fields are recorded: a snapshot is an allow-list.
///
/// Fields that a judge reads are [`Known`] with `#[serde(default)]`, so that a field that an older
/// snapshot lacks is unknown; fields that make the identity are plain.
pub trait Resource: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The kind.
    const KIND: &'static Kind;

    /// The identity.
    fn id(&self) -> ResourceId;

    /// Where it is in the checkout, for resources that are read from files.
    fn location(&self) -> Option<Location> {
        None
    }
}

/// The places that a listing was read over.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Scope {
    /// These accounts and regions.
    Places(Vec<Place>),
    /// Everything: what is not listed does not exist. The scope of examples in pages, and of kinds
    /// without accounts and regions.
    #[default]
    Everything,
}

impl Scope {
    /// Whether it includes any place.
    pub(crate) fn is_of_anything(&self) -> bool {
        !matches!(self, Self::Places(places) if places.is_empty())
    }

    /// Whether a place was read.
    #[must_use]
    pub fn covers(&self, place: &Place) -> bool {
        match self {
            Self::Everything => true,
            Self::Places(places) => places.iter().any(|p| p.covers(place)),
        }
    }
}

/// A place where a kind could not be listed, in full or in part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// The kind that could not be listed.
    pub kind: &'static str,
    /// Where.
    pub place: Place,
    /// Why. Shared, since many facts of a large listing can be unknown for one reason.
    pub unknown: Arc<Unknown>,
}

/// What was read of a kind, over which scope, and what could not be read.
///
/// A view that is joined from several kinds is a listing too. Its gaps are those of the kinds that
/// its subjects come from.
#[derive(Debug)]
pub struct Listing<R> {
    // ordered by place, then name; shared, so that views can keep a resource without a copy
    items: Vec<(Arc<ResourceId>, Arc<R>)>,
    /// The places that were read.
    pub scope: Scope,
    /// The places, among those, that could not be read.
    pub gaps: Vec<Gap>,
}

impl<R> Listing<R> {
    /// A listing, ordered by place and name, so that reports do not depend on the order of
    /// answers. Of two resources with the same identity the first is kept.
    pub fn new(items: Vec<(Arc<ResourceId>, R)>, scope: Scope, mut gaps: Vec<Gap>) -> Self {
        let mut items: Vec<_> = items
            .into_iter()
            .map(|(id, resource)| (id, Arc::new(resource)))
            .collect();
        // collecting in place would keep the capacity of the resources themselves
        items.shrink_to_fit();
        items.sort_by(|(a, _), (b, _)| {
            (&a.place, &a.name, a.kind).cmp(&(&b.place, &b.name, b.kind))
        });
        items.dedup_by(|b, a| a.0 == b.0);
        gaps.sort_by(|a, b| (a.kind, &a.place).cmp(&(b.kind, &b.place)));
        Self { items, scope, gaps }
    }

    /// What was read, in the order of place and name.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Arc<ResourceId>, &R)> {
        self.items.iter().map(|(id, resource)| (id, &**resource))
    }

    /// The same, each resource shared: for views that keep it.
    pub fn iter_shared(&self) -> impl ExactSizeIterator<Item = (&Arc<ResourceId>, &Arc<R>)> {
        self.items.iter().map(|(id, resource)| (id, resource))
    }

    /// How many were read.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether none was read. That does not mean that none exists: see [`Listing::get`] and the gaps.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The resource of a place and a name. It is known not to exist only where the place was read
    /// without a gap. Inside a gap, or outside the scope, the answer is unknown.
    pub fn get(&self, place: &Place, name: &str) -> Known<Option<&R>> {
        self.get_shared(place, name)
            .map(|found| found.map(|resource| &**resource))
    }

    /// The same, shared: for views that keep it.
    pub fn get_shared(&self, place: &Place, name: &str) -> Known<Option<&Arc<R>>> {
        let found = self
            .items
            .binary_search_by(|(id, _)| (&id.place, &*id.name).cmp(&(place, name)));
        if let Ok(i) = found {
            return Known::Yes(self.items.get(i).map(|(_, resource)| resource));
        }
        self.readable(place).map(|()| None)
    }

    /// Whether a place was read completely. Only then does an absent resource not exist.
    pub fn readable(&self, place: &Place) -> Known<()> {
        if let Some(gap) = self.gaps.iter().find(|gap| gap.place.covers(place)) {
            return gap.unknown.clone().into();
        }
        if !self.scope.covers(place) {
            let message = format!("this run did not read {place}");
            return Unknown::new(Cause::NotRead, message).into();
        }
        Known::Yes(())
    }

    /// What was read in a place. [`Listing::readable`] returns whether that is everything.
    pub fn at(&self, place: &Place) -> impl Iterator<Item = (&Arc<ResourceId>, &R)> {
        let start = self.items.partition_point(|(id, _)| id.place < *place);
        let end = self.items.partition_point(|(id, _)| id.place <= *place);
        self.items
            .get(start..end)
            .unwrap_or_default()
            .iter()
            .map(|(id, resource)| (id, &**resource))
    }
}
