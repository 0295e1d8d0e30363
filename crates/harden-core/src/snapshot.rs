//! Recorded facts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use jiff::Timestamp;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use crate::{
    FactError, Facts, Kind, Missing, Place, Provider, RawGap, RawListing, Resource, Scope, Unknown,
};

/// The version of the snapshot format that this crate writes, and the newest it reads.
pub const SNAPSHOT_VERSION: u32 = 1;

/// What was read of an estate at one time. It is a provider of the same facts later.
///
/// A kind that it does not hold is not recorded, which is unknown, not absent.
#[derive(Debug, Serialize, Deserialize)]
pub struct Snapshot {
    /// The version of the format.
    #[serde(rename = "harden_snapshot")]
    version: u32,
    /// The program that recorded it.
    tool: String,
    /// When it was recorded.
    taken_at: Timestamp,
    /// The providers that were not part of the audit, each with the reason.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    not_audited: BTreeMap<String, String>,
    #[serde(deserialize_with = "each_once")]
    kinds: BTreeMap<String, RawListing>,
}

/// An object of kinds. A kind that is in it twice is an error, since either could be meant.
fn each_once<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, RawListing>, D::Error> {
    struct Kinds;
    impl<'de> Visitor<'de> for Kinds {
        type Value = BTreeMap<String, RawListing>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object of kinds")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut all = BTreeMap::new();
            while let Some(kind) = map.next_key::<String>()? {
                let listing = map.next_value()?;
                if all.contains_key(&kind) {
                    let message = format!("it has the kind {kind} twice");
                    return Err(serde::de::Error::custom(message));
                }
                all.insert(kind, listing);
            }
            Ok(all)
        }
    }
    deserializer.deserialize_map(Kinds)
}

/// Why a snapshot cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// The text ends before the snapshot does.
    #[error("the snapshot is truncated: it ends at line {line}, column {column}")]
    Truncated {
        /// The line of the end.
        line: usize,
        /// The column of the end.
        column: usize,
    },
    /// It is not a harden snapshot.
    #[error("not a harden snapshot: {0}")]
    NotOurs(String),
    /// It was written by a newer version.
    #[error(
        "the snapshot has format version {found}, this program reads up to {SNAPSHOT_VERSION}: \
         update harden"
    )]
    Newer {
        /// The version found.
        found: u64,
    },
    /// It is damaged.
    #[error("the snapshot is damaged")]
    Damaged(#[source] serde_json::Error),
}

impl Snapshot {
    /// A snapshot of listings.
    #[must_use]
    pub fn new(tool: &str, taken_at: Timestamp, kinds: BTreeMap<String, RawListing>) -> Self {
        Self {
            version: SNAPSHOT_VERSION,
            tool: tool.to_owned(),
            taken_at,
            not_audited: BTreeMap::new(),
            kinds,
        }
    }

    /// The same, with the providers that were not part of the audit, each with the reason.
    #[must_use]
    pub fn without(mut self, not_audited: BTreeMap<String, String>) -> Self {
        self.not_audited = not_audited;
        self
    }

    /// Why a provider was not part of the audit that recorded this; `None` if it was.
    #[must_use]
    pub fn not_audited(&self, provider: &str) -> Option<&str> {
        if let Some(reason) = self.not_audited.get(provider) {
            return Some(reason);
        }
        let holds = self.kinds.keys().any(|kind| is_of(kind, provider));
        (!holds).then_some("the snapshot holds nothing of it")
    }

    /// The accounts of a provider that its listings were read over.
    #[must_use]
    pub fn accounts(&self, provider: &str) -> BTreeSet<Arc<str>> {
        let places = self.places(provider).into_iter();
        places.map(|place| place.account).collect()
    }

    /// Records what a provider's policy names and this snapshot does not hold: every listing of the
    /// provider gets a gap there, so that its checks say unknown instead of nothing.
    pub fn mark_missing(&mut self, provider: &str, missing: &[Missing]) {
        let read = self.places(provider);
        let accounts: BTreeSet<_> = read.iter().map(|place| &place.account).collect();
        for (_, listing) in self.kinds.iter_mut().filter(|(k, _)| is_of(k, provider)) {
            let Scope::Places(scope) = &listing.scope else {
                continue;
            };
            let has_regions = scope.iter().any(|place| !place.region.is_empty());
            let of_kind = missing.iter().filter_map(|missing| match missing {
                Missing::Part { account, name } => Some(Place::new(account.clone(), name.clone())),
                Missing::Place(place) => match (has_regions, &*place.region) {
                    (true, "") => Some(Place::new(place.account.clone(), "*")),
                    (true, _) => Some(place.clone()),
                    // an account that was read is read for what has no region
                    (false, _) if accounts.contains(&place.account) => None,
                    (false, _) => Some(Place::global(place.account.clone())),
                },
            });
            let mut gaps: Vec<RawGap> = of_kind
                .map(|place| RawGap {
                    place,
                    unknown: Unknown::not_recorded(),
                })
                .collect();
            gaps.dedup();
            listing.gaps.append(&mut gaps);
        }
    }

    /// Whether listings of a provider were read over a place. A place without a region is an
    /// account with whatever regions it has.
    #[must_use]
    pub fn holds(&self, provider: &str, place: &Place) -> bool {
        let same = |one: &Place| {
            one.account.eq_ignore_ascii_case(&place.account)
                && (place.region.is_empty() || one.region == place.region)
        };
        self.places(provider).iter().any(same)
    }

    /// The resources of a kind; none where the kind was not recorded or cannot be read as its type.
    #[must_use]
    pub fn resources<R: Resource>(&self) -> Vec<R> {
        let listing = self.kinds.get(R::KIND.name);
        let read = listing.and_then(|listing| serde_json::from_str(listing.resources.get()).ok());
        read.unwrap_or_default()
    }

    /// Whether a place could not be read when a kind was listed.
    #[must_use]
    pub fn has_gap<R: Resource>(&self, place: &Place) -> bool {
        let listing = self.kinds.get(R::KIND.name);
        listing.is_some_and(|listing| listing.gaps.iter().any(|gap| gap.place.covers(place)))
    }

    /// The places that listings of a provider were to be read over.
    #[must_use]
    pub fn places(&self, provider: &str) -> BTreeSet<Place> {
        let kinds = self.kinds.iter().filter(|(kind, _)| is_of(kind, provider));
        let places = kinds.flat_map(|(_, listing)| match &listing.scope {
            Scope::Places(places) => places.as_slice(),
            Scope::Everything => &[],
        });
        places.cloned().collect()
    }

    /// Reads a snapshot.
    ///
    /// # Errors
    /// When the text is truncated, of a newer version, or not a snapshot.
    pub fn parse(text: &str) -> Result<Self, SnapshotError> {
        #[derive(Deserialize)]
        struct Head {
            harden_snapshot: Option<serde_json::Value>,
        }
        let broken = |error: serde_json::Error| {
            if error.is_eof() && text.trim_start().starts_with('{') {
                SnapshotError::Truncated {
                    line: error.line(),
                    column: error.column(),
                }
            } else if error.is_eof() || error.is_syntax() {
                SnapshotError::NotOurs(format!("not valid JSON: {error}"))
            } else {
                SnapshotError::Damaged(error)
            }
        };
        // one pass in the common case; a second look only to name what is wrong
        match serde_json::from_str::<Self>(text) {
            Ok(snapshot) if snapshot.version == SNAPSHOT_VERSION => Ok(snapshot),
            result => {
                let head = serde_json::from_str::<Head>(text).map_err(broken)?;
                let version = head
                    .harden_snapshot
                    .ok_or_else(|| SnapshotError::NotOurs("no `harden_snapshot` key".to_owned()))?;
                match (version.as_u64(), result) {
                    (Some(found), _) if found > u64::from(SNAPSHOT_VERSION) => {
                        Err(SnapshotError::Newer { found })
                    }
                    (Some(1), Err(error)) => Err(broken(error)),
                    _ => Err(SnapshotError::NotOurs(format!(
                        "`harden_snapshot` is {version}"
                    ))),
                }
            }
        }
    }

    /// Reads a fragment, as the pages of checks write it: an object of kinds, each an array of
    /// resources, or an object with `resources`, `scope` and `gaps`. The scope is everything
    /// unless it is given.
    ///
    /// # Errors
    /// When the text is not such an object.
    pub fn from_fragment(text: &str, taken_at: Timestamp) -> Result<Self, SnapshotError> {
        let kinds: BTreeMap<String, Box<RawValue>> =
            serde_json::from_str(text).map_err(SnapshotError::Damaged)?;
        let kinds = kinds
            .into_iter()
            .map(|(kind, raw)| {
                let listing = if raw.get().starts_with('[') {
                    RawListing {
                        scope: Scope::Everything,
                        gaps: Vec::new(),
                        resources: raw,
                    }
                } else {
                    serde_json::from_str(raw.get()).map_err(SnapshotError::Damaged)?
                };
                Ok((kind, listing))
            })
            .collect::<Result<_, SnapshotError>>()?;
        Ok(Self::new("fragment", taken_at, kinds))
    }

    /// When it was recorded. A judgement over it uses this as now.
    #[must_use]
    pub fn taken_at(&self) -> Timestamp {
        self.taken_at
    }

    /// The program that recorded it.
    #[must_use]
    pub fn tool(&self) -> &str {
        &self.tool
    }

    /// The kinds that it holds.
    pub fn kinds(&self) -> impl Iterator<Item = &str> {
        self.kinds.keys().map(String::as_str)
    }

    /// The listing of a kind as recorded.
    #[must_use]
    pub fn listing(&self, kind: &str) -> Option<&RawListing> {
        self.kinds.get(kind)
    }
}

fn is_of(kind: &str, provider: &str) -> bool {
    kind.strip_prefix(provider)
        .is_some_and(|rest| rest.starts_with('/'))
}

#[async_trait]
impl Provider for Snapshot {
    fn provides(&self, _kind: &str) -> bool {
        true
    }

    async fn list(&self, kind: &'static Kind, _facts: &Facts) -> Result<RawListing, FactError> {
        Ok(or_not_recorded(self.kinds.get(kind.name).cloned()))
    }
}

/// A snapshot that is read once: each listing is moved out, so that its memory can be freed.
pub struct Replay(Mutex<BTreeMap<String, RawListing>>);

impl From<Snapshot> for Replay {
    fn from(snapshot: Snapshot) -> Self {
        Self(Mutex::new(snapshot.kinds))
    }
}

#[async_trait]
impl Provider for Replay {
    fn provides(&self, _kind: &str) -> bool {
        true
    }

    async fn list(&self, kind: &'static Kind, _facts: &Facts) -> Result<RawListing, FactError> {
        let mut kinds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(or_not_recorded(kinds.remove(kind.name)))
    }
}

/// What was recorded of a kind, or a gap that says that nothing was.
fn or_not_recorded(listing: Option<RawListing>) -> RawListing {
    listing.unwrap_or_else(|| RawListing::unread(Unknown::not_recorded()))
}
