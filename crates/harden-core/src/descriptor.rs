//! What a provider is, before anything runs.

use std::fmt;
use std::sync::Arc;

use crate::{Check, Kind, Place, Policies, Snapshot};

/// What a provider is, before anything runs: the one place from which a program learns its name,
/// its checks, its kinds, and what a snapshot of it must hold.
///
/// A provider crate has one `static` of this type, built with [`Descriptor::new`].
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Descriptor {
    /// The name: the part before the slash in its checks' ids and its kinds' names, and the name of
    /// its table in the policy file.
    pub name: &'static str,
    /// The name for people: `GitHub`.
    pub title: &'static str,
    /// What it reads, as a noun phrase: `GitHub repositories`.
    pub reads: &'static str,
    /// Its checks.
    pub checks: fn() -> Vec<Arc<dyn Check>>,
    /// The kinds that it lists, ordered by name. A crate of checks over other providers' kinds has
    /// none.
    pub kinds: &'static [&'static Kind],
    /// Which credentials it reads, as advice: `set GH_TOKEN or GITHUB_TOKEN`.
    pub credentials: &'static str,
    /// The checks that earlier versions had.
    pub removed: &'static [RemovedCheck],
    /// What a policy names and a snapshot does not hold.
    pub missing: fn(&Policies, &Snapshot) -> Vec<Missing>,
}

/// A check that earlier versions had. Its id is never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RemovedCheck {
    /// Its id.
    pub id: &'static str,
    /// The version that removed it.
    pub since: &'static str,
    /// What took its place, or why nothing did: a full sentence.
    pub instead: &'static str,
}

impl RemovedCheck {
    /// A check that a version removed.
    #[must_use]
    pub const fn new(id: &'static str, since: &'static str, instead: &'static str) -> Self {
        Self { id, since, instead }
    }
}

/// Something that a policy names and that a snapshot does not hold. What it would have said is
/// unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Missing {
    /// An account or a region of one.
    Place(Place),
    /// A part of an account that is not a region: a project of an organization.
    Part {
        /// The account.
        account: Arc<str>,
        /// The part, as the policy names it.
        name: Arc<str>,
    },
}

impl Descriptor {
    /// A provider by its name, its name for people, what it reads, its checks and its kinds.
    #[must_use]
    pub const fn new(
        name: &'static str,
        title: &'static str,
        reads: &'static str,
        checks: fn() -> Vec<Arc<dyn Check>>,
        kinds: &'static [&'static Kind],
    ) -> Self {
        Self {
            name,
            title,
            reads,
            checks,
            kinds,
            credentials: "",
            removed: &[],
            missing: |_, _| Vec::new(),
        }
    }

    /// Sets which credentials it reads, as advice: `set GH_TOKEN or GITHUB_TOKEN`.
    #[must_use]
    pub const fn credentials(mut self, advice: &'static str) -> Self {
        self.credentials = advice;
        self
    }

    /// Sets the checks that earlier versions had.
    #[must_use]
    pub const fn removed(mut self, removed: &'static [RemovedCheck]) -> Self {
        self.removed = removed;
        self
    }

    /// Sets how to find what a policy names and a snapshot does not hold.
    #[must_use]
    pub const fn missing(mut self, missing: fn(&Policies, &Snapshot) -> Vec<Missing>) -> Self {
        self.missing = missing;
        self
    }
}

impl fmt::Debug for Descriptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Descriptor")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
