//! Reading a kind in all repositories at once.

use futures::future::join_all;
use harden_core::{FactError, Gap, Place, RawGap, RawListing, Resource, Scope, Unknown};

/// What was read of a kind in one repository, and what could not be.
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
    pub(super) fn push(&mut self, resource: Result<R, impl Into<Unknown>>) {
        match resource {
            Ok(resource) => self.resources.push(resource),
            Err(unknown) => self.gaps.push(unknown.into()),
        }
    }
}

/// One resource.
impl<R> From<R> for Read<R> {
    fn from(resource: R) -> Self {
        Self {
            resources: vec![resource],
            gaps: Vec::new(),
        }
    }
}

/// What was read of a kind in all repositories.
#[derive(Debug)]
pub(super) struct Gathered<R> {
    pub(super) resources: Vec<R>,
    pub(super) scope: Scope,
    pub(super) gaps: Vec<RawGap>,
}

impl<R: Resource> Gathered<R> {
    /// Reads from each start at the same time; the order of the answers does not show.
    pub(super) async fn each<S, Fut>(
        starts: impl IntoIterator<Item = (Place, S)>,
        scope: Scope,
        gaps: Vec<RawGap>,
        read: impl Fn(S) -> Fut,
    ) -> Self
    where
        Fut: Future<Output = Read<R>>,
    {
        let reads = starts.into_iter().map(|(place, start)| {
            let read = read(start);
            async move { (place, read.await) }
        });
        let mut gathered = Self {
            resources: Vec::new(),
            scope,
            gaps,
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

/// The gaps of a kind that is listed from another: where the other has one.
pub(super) fn copied(gaps: &[Gap]) -> Vec<RawGap> {
    let gap = |gap: &Gap| RawGap {
        place: gap.place.clone(),
        unknown: (*gap.unknown).clone(),
    };
    gaps.iter().map(gap).collect()
}
