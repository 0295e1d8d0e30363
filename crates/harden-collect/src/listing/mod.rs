//! What was collected of a kind, in the form in which it is recorded.

use std::collections::HashSet;

use futures::future::join_all;
use futures::stream::{self, StreamExt as _};
use harden_core::{
    Cause, FactError, Gap, Place, RawGap, RawListing, Resource, Scope, Unknown, catch_panic_of,
};

use crate::Pages;

/// What one part of a listing gave: the resources that were read in one place, and why others could
/// not be read.
#[derive(Debug, Clone)]
#[must_use]
pub struct Portion<R> {
    /// The resources that were read.
    pub resources: Vec<R>,
    /// Why there may be more resources than these.
    pub gaps: Vec<Unknown>,
}

impl<R> Default for Portion<R> {
    fn default() -> Self {
        Self::complete(Vec::new())
    }
}

impl<R> Portion<R> {
    /// Resources, and no gap.
    pub fn complete(resources: Vec<R>) -> Self {
        Self {
            resources,
            gaps: Vec::new(),
        }
    }

    /// One resource, and no gap.
    pub fn one(resource: R) -> Self {
        Self::complete(vec![resource])
    }

    /// No resource, and the reason.
    pub fn gap(unknown: impl Into<Unknown>) -> Self {
        Self {
            resources: Vec::new(),
            gaps: vec![unknown.into()],
        }
    }

    /// The items of pages as resources. An item that cannot be read as a resource is a gap, and so
    /// is the reason why the pages ended before the last one.
    pub fn from_pages<T, E: Into<Unknown>>(
        pages: Pages<T, E>,
        read: impl FnMut(T) -> Result<R, Unknown>,
    ) -> Self {
        let mut portion = Self::default();
        for resource in pages.items.into_iter().map(read) {
            portion.push(resource);
        }
        portion.gaps.extend(pages.failed.map(Into::into));
        portion
    }

    /// Adds a resource, or the reason why it could not be read.
    pub fn push(&mut self, resource: Result<R, impl Into<Unknown>>) {
        match resource {
            Ok(resource) => self.resources.push(resource),
            Err(reason) => self.gaps.push(reason.into()),
        }
    }

    /// The same portion with each resource as another type.
    pub fn map<S>(self, convert: impl FnMut(R) -> S) -> Portion<S> {
        Portion {
            resources: self.resources.into_iter().map(convert).collect(),
            gaps: self.gaps,
        }
    }
}

/// One resource, or a gap.
impl<R, E: Into<Unknown>> From<Result<R, E>> for Portion<R> {
    fn from(result: Result<R, E>) -> Self {
        let mut portion = Self::default();
        portion.push(result);
        portion
    }
}

/// What was collected of a kind in all places.
#[derive(Debug, Clone)]
#[must_use]
pub struct Collected<R> {
    /// The resources that were read.
    pub resources: Vec<R>,
    /// The places that were to be read.
    pub scope: Scope,
    /// What could not be read, and where.
    pub gaps: Vec<RawGap>,
}

impl<R: Resource> Collected<R> {
    /// A collection over these places, of which nothing was read yet.
    pub fn over(scope: Scope) -> Self {
        Self {
            resources: Vec::new(),
            scope,
            gaps: Vec::new(),
        }
    }

    /// Reads from all starting points at the same time: regions, repositories, or the resources of
    /// another kind. The result does not depend on the order in which the answers arrive.
    ///
    /// When the run is cancelled, each unfinished call returns that as its error (see
    /// [`CallLimit::call`](crate::CallLimit::call)). So this returns soon: what was read stays, and
    /// the rest are gaps.
    pub async fn from_each<S, Fut>(
        scope: Scope,
        starts: impl IntoIterator<Item = (Place, S)>,
        read: impl Fn(S) -> Fut,
    ) -> Self
    where
        Fut: Future<Output = Portion<R>>,
    {
        let reads = starts.into_iter().map(|(place, start)| {
            let portion = catch_panic_of("the reading of this place", read(start));
            async move { (place, portion.await.unwrap_or_else(Portion::gap)) }
        });
        let mut collected = Self::over(scope);
        for (place, portion) in join_all(reads).await {
            collected.add(&place, portion);
        }
        collected
    }

    /// Adds what was read in a place.
    pub fn add(&mut self, place: &Place, portion: Portion<R>) {
        self.resources.extend(portion.resources);
        for unknown in portion.gaps {
            self.add_gap(place.clone(), unknown);
        }
    }

    /// Adds a gap.
    pub fn add_gap(&mut self, place: Place, unknown: Unknown) {
        self.gaps.push(RawGap { place, unknown });
    }

    /// Adds the gaps of the kind that this kind starts from. Where its resources could not be
    /// listed, what belongs to them could not be read either.
    pub fn add_gaps_of(&mut self, listed: &[Gap]) {
        for gap in listed {
            self.add_gap(gap.place.clone(), (*gap.unknown).clone());
        }
    }

    /// The listing in a form that is the same for the same estate: resources and gaps are sorted,
    /// and each resource and each gap is in it once.
    ///
    /// # Errors
    /// When a resource cannot be written as JSON.
    pub fn into_listing(mut self) -> Result<RawListing, FactError> {
        self.resources.sort_by_cached_key(Resource::id);
        self.resources.dedup_by(|b, a| a.id() == b.id());
        fold(&mut self.gaps);
        self.gaps.sort_by_cached_key(|gap| {
            let Unknown {
                action, message, ..
            } = &gap.unknown;
            (gap.place.clone(), action.clone(), message.clone())
        });
        RawListing::new(&self.resources, self.scope, self.gaps)
    }
}

/// Keeps the first of the gaps that have the same reason.
///
/// A token without a permission is refused once for each of hundreds of resources. One gap says
/// that as well as hundreds do. Only causes that one change ends (a permission, a plan, a limit)
/// are folded by place and permission alone; of other causes the message is all that tells two
/// gaps apart, so they are folded only when it is the same.
fn fold(gaps: &mut Vec<RawGap>) {
    let mut seen = HashSet::new();
    gaps.retain(|RawGap { place, unknown }| {
        let one_reason = matches!(
            unknown.cause,
            Cause::Denied
                | Cause::Throttled
                | Cause::Plan
                | Cause::Credentials
                | Cause::Deadline
                | Cause::Interrupted
        ) && unknown.action.is_some();
        let message = (!one_reason).then(|| unknown.message.clone());
        seen.insert((
            place.clone(),
            unknown.cause,
            unknown.by,
            unknown.action.clone(),
            message,
        ))
    });
}

/// How many details are read or wait for their turn at the same time. This is more than
/// [`CallLimit`](crate::CallLimit) lets through, so that the details of one region do not keep
/// those of another from their turn. It is bounded because a call that waits takes several
/// kilobytes, and an estate can have thousands of resources.
const MAX_WAITING: usize = 128;

/// Reads a detail of each of many items. The results are in the order of the items.
pub async fn read_each<T, R, Fut>(
    items: impl IntoIterator<Item = T>,
    read: impl FnMut(T) -> Fut,
) -> Vec<R>
where
    Fut: Future<Output = R>,
{
    stream::iter(items.into_iter().map(read))
        .buffered(MAX_WAITING)
        .collect()
        .await
}

#[cfg(test)]
mod tests;
