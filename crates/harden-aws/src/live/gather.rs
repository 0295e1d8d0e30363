//! Reading a kind in all places at once.

use futures::future::join_all;
use futures::stream::{self, StreamExt as _};
use harden_core::{FactError, Place, RawGap, RawListing, Resource, Scope, Unknown};

use super::at::At;
use super::failure::Failure;
use super::paging::Pages;

/// What was read of a kind in one place, and what could not be.
#[derive(Debug)]
pub(super) struct Read<R> {
    pub(super) resources: Vec<R>,
    pub(super) gaps: Vec<Unknown>,
}

impl<R> Default for Read<R> {
    fn default() -> Self {
        Self {
            resources: Vec::new(),
            gaps: Vec::new(),
        }
    }
}

impl<R> Read<R> {
    /// Resources, and nothing that could not be read.
    pub(super) fn full(resources: Vec<R>) -> Self {
        Self {
            resources,
            gaps: Vec::new(),
        }
    }

    /// Nothing, and why.
    pub(super) fn gap(unknown: Unknown) -> Self {
        Self {
            resources: Vec::new(),
            gaps: vec![unknown],
        }
    }

    /// What pages gave, each item as a resource; an item that can't be one is a gap.
    pub(super) fn of<T>(pages: Pages<T>, resource: impl Fn(T) -> Result<R, Unknown>) -> Self {
        let mut read = Self::default();
        for item in pages.items {
            read.push(resource(item));
        }
        read.gaps.extend(pages.failed.map(Unknown::from));
        read
    }

    /// The same, each resource as another type.
    pub(super) fn map<S>(self, as_other: impl FnMut(R) -> S) -> Read<S> {
        Read {
            resources: self.resources.into_iter().map(as_other).collect(),
            gaps: self.gaps,
        }
    }

    pub(super) fn push(&mut self, resource: Result<R, impl Into<Unknown>>) {
        match resource {
            Ok(resource) => self.resources.push(resource),
            Err(unknown) => self.gaps.push(unknown.into()),
        }
    }
}

/// One resource, or a gap: for a place's whole history, which is wrong when it lacks a part.
impl<R> From<Result<R, Failure>> for Read<R> {
    fn from(result: Result<R, Failure>) -> Self {
        let mut read = Self::default();
        read.push(result);
        read
    }
}

/// What was read of a kind in all places.
#[derive(Debug)]
pub(super) struct Gathered<R> {
    pub(super) resources: Vec<R>,
    pub(super) scope: Scope,
    pub(super) gaps: Vec<RawGap>,
}

impl<R: Resource> Gathered<R> {
    /// Reads the places at the same time; the order of the answers does not show.
    pub(super) async fn each<Fut>(places: Vec<At>, scope: Scope, read: impl Fn(At) -> Fut) -> Self
    where
        Fut: Future<Output = Read<R>>,
    {
        let reads = places.into_iter().map(|at| {
            let place = at.place.clone();
            let read = read(at);
            async move { (place, read.await) }
        });
        let mut gathered = Self {
            resources: Vec::new(),
            scope,
            gaps: Vec::new(),
        };
        for (place, read) in join_all(reads).await {
            gathered.resources.extend(read.resources);
            let gap = |unknown| RawGap {
                place: place.clone(),
                unknown,
            };
            gathered.gaps.extend(read.gaps.into_iter().map(gap));
        }
        gathered
    }

    /// The listing in a form that is the same for the same estate: ordered, each resource and each
    /// gap once.
    pub(super) fn listing(mut self) -> Result<RawListing, FactError> {
        self.resources.sort_by_cached_key(Resource::id);
        self.resources.dedup_by(|b, a| a.id() == b.id());
        let key = |gap: &RawGap| {
            let Unknown {
                action, message, ..
            } = &gap.unknown;
            (gap.place.clone(), action.clone(), message.clone())
        };
        self.gaps.sort_by_cached_key(key);
        self.gaps.dedup();
        RawListing::new(&self.resources, self.scope, self.gaps)
    }
}

/// How many calls for details are under way or wait for their turn. Some more than the gates let
/// through, so that one region's do not keep another's from theirs; a call that waits takes
/// several kilobytes, and an estate may have thousands of buckets.
const WAITING: usize = 128;

/// What a call for each of many things gives, in their order; a call is made up only when it is
/// soon its turn.
pub(super) async fn some_at_a_time<T, R, Fut>(
    things: impl IntoIterator<Item = T>,
    call: impl FnMut(T) -> Fut,
) -> Vec<R>
where
    Fut: Future<Output = R>,
{
    stream::iter(things.into_iter().map(call))
        .buffered(WAITING)
        .collect()
        .await
}

/// The gap of a kind that is listed from another, where the other has one.
pub(super) fn copied(gaps: &[harden_core::Gap]) -> impl Iterator<Item = RawGap> {
    gaps.iter()
        .map(|gap| gap_at(gap.place.clone(), &gap.unknown))
}

pub(super) fn gap_at(place: Place, unknown: &Unknown) -> RawGap {
    RawGap {
        place,
        unknown: unknown.clone(),
    }
}
