//! A kind read in all places, as it is recorded.

use harden_core::{FactError, Place, RawGap, RawListing, Resource, Scope, Unknown};

use crate::Pages;

/// What was read of a kind in one place, and what could not be.
#[derive(Debug)]
pub struct Read<R> {
    /// What was read.
    pub resources: Vec<R>,
    /// What could not be.
    pub gaps: Vec<Unknown>,
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
    /// What pages gave, each item as a resource; an item that can't be one is a gap. `action` is the
    /// permission that would have told.
    pub fn of<T>(
        pages: Pages<T>,
        action: &'static str,
        resource: impl Fn(T) -> Result<R, Unknown>,
    ) -> Self {
        let mut read = Self::default();
        for item in pages.items {
            read.push(resource(item));
        }
        let failed = pages.failed.map(|failed| failed.unknown(action));
        read.gaps.extend(failed);
        read
    }

    /// One more resource, or one more gap.
    pub fn push(&mut self, resource: Result<R, Unknown>) {
        match resource {
            Ok(resource) => self.resources.push(resource),
            Err(unknown) => self.gaps.push(unknown),
        }
    }
}

/// One resource, or a gap.
impl<R> From<Result<R, Unknown>> for Read<R> {
    fn from(result: Result<R, Unknown>) -> Self {
        let mut read = Self::default();
        read.push(result);
        read
    }
}

/// What was read of a kind in all places.
#[derive(Debug)]
pub struct Gathered<R> {
    /// What was read.
    pub resources: Vec<R>,
    /// Where.
    pub scope: Scope,
    /// What could not be read.
    pub gaps: Vec<RawGap>,
}

impl<R: Resource> Gathered<R> {
    /// A listing of these places, of which nothing was read yet.
    #[must_use]
    pub fn over(scope: Scope) -> Self {
        Self {
            resources: Vec::new(),
            scope,
            gaps: Vec::new(),
        }
    }

    /// Adds what was read in a place.
    pub fn add(&mut self, place: &Place, read: Read<R>) {
        self.resources.extend(read.resources);
        let gaps = read.gaps.into_iter();
        self.gaps.extend(gaps.map(|unknown| RawGap {
            place: place.clone(),
            unknown,
        }));
    }

    /// The listing in a form that is the same for the same estate: ordered, each resource and each
    /// gap once.
    ///
    /// # Errors
    /// When a resource can't be written as JSON.
    pub fn listing(mut self) -> Result<RawListing, FactError> {
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
