//! What a check is, and what it may see.

use std::any::{Any, TypeId};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use jiff::Timestamp;
use tokio::sync::OnceCell;

use crate::panics::catch_panic_of;
use crate::{
    FactError, Facts, Finding, Kind, Listing, Meta, Policies, Policy, Resource, Subject, with_bases,
};

/// A check: what is known about it, and how it judges.
///
/// Most checks are a [`crate::Rule`]. Any other check reads facts through [`Cx`] and returns a
/// finding for each resource.
#[async_trait]
pub trait Check: Send + Sync {
    /// What is known about it before anything runs.
    fn meta(&self) -> &Meta;

    /// The kinds that it reads. A check that reads another kind gets [`FactError::Released`].
    fn kinds(&self) -> &'static [&'static Kind];

    /// Why the policy leaves it off, for checks that run only when the policy asks for them.
    fn off(&self, _policies: &Policies) -> Option<&'static str> {
        None
    }

    /// The permissions that it needs, as the provider spells them: those of its kinds and of the
    /// kinds that these start from.
    fn permissions(&self) -> Vec<&'static str> {
        permissions_of(self.kinds())
    }

    /// Judges, and returns a finding for each resource.
    ///
    /// # Errors
    /// When the facts are unavailable. The report then says that the check could not run.
    async fn run(&self, cx: &Cx) -> Result<Vec<Finding>, FactError>;
}

#[async_trait]
impl<T: Check + ?Sized> Check for &'static T {
    fn meta(&self) -> &Meta {
        (**self).meta()
    }
    fn kinds(&self) -> &'static [&'static Kind] {
        (**self).kinds()
    }
    fn off(&self, policies: &Policies) -> Option<&'static str> {
        (**self).off(policies)
    }
    fn permissions(&self) -> Vec<&'static str> {
        (**self).permissions()
    }
    async fn run(&self, cx: &Cx) -> Result<Vec<Finding>, FactError> {
        (**self).run(cx).await
    }
}

/// The permissions of kinds and of those that they start from, sorted, each once.
#[must_use]
pub fn permissions_of(kinds: &[&'static Kind]) -> Vec<&'static str> {
    let mut all: Vec<_> = with_bases(kinds.iter().copied())
        .into_iter()
        .flat_map(|kind| kind.permissions)
        .copied()
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

type Joined = Arc<OnceCell<Result<Arc<dyn Any + Send + Sync>, FactError>>>;

/// The subjects of rules, and the kinds that they are made from.
type View = (&'static [&'static Kind], Joined);

/// What a check may see: facts, its policy table, and now.
#[derive(Clone)]
#[non_exhaustive]
pub struct Cx {
    facts: Facts,
    policies: Arc<Policies>,
    now: Timestamp,
    views: Arc<Mutex<HashMap<TypeId, View>>>,
}

impl Cx {
    /// A context over facts. `now` governs ages and the expiry of accepted risks.
    pub fn new(facts: Facts, policies: Policies, now: Timestamp) -> Self {
        Self {
            facts,
            policies: Arc::new(policies),
            now,
            views: Arc::default(),
        }
    }

    /// The facts.
    #[must_use]
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The moment of the judgement.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// A provider's policy table.
    #[must_use]
    pub fn policy<P: Policy>(&self) -> Arc<P> {
        self.policies.get()
    }

    /// All policy tables.
    #[must_use]
    pub fn policies(&self) -> &Policies {
        &self.policies
    }

    /// The resources of a kind.
    ///
    /// # Errors
    /// When the kind is unavailable.
    pub async fn list<R: Resource>(&self) -> Result<Arc<Listing<R>>, FactError> {
        self.facts.list().await
    }

    /// The subjects of a rule, joined once however many rules judge them.
    ///
    /// # Errors
    /// When a kind that they are made from is unavailable.
    pub async fn subjects<S: Subject>(&self) -> Result<Arc<Listing<S>>, FactError> {
        let cell = {
            let mut views = self.views.lock().unwrap_or_else(PoisonError::into_inner);
            let (_, cell) = views
                .entry(TypeId::of::<S>())
                .or_insert_with(|| (S::KINDS, Joined::default()));
            Arc::clone(cell)
        };
        let view = cell
            .get_or_init(|| async {
                let joined = catch_panic_of("the join of facts", S::collect(self)).await;
                let listing = joined.map_err(FactError::Internal)??;
                Ok(listing as Arc<dyn Any + Send + Sync>)
            })
            .await
            .clone()?;
        view.downcast()
            .map_err(|_| FactError::TypeMismatch(std::any::type_name::<S>()))
    }

    /// Releases the kinds and the joined subjects that none of these checks declares, so that a run
    /// over a large estate does not hold all of it until the end. A check that asks for another kind
    /// from now on gets [`FactError::Released`].
    pub fn keep_for<'a>(&self, checks: impl IntoIterator<Item = &'a dyn Check>) {
        let read: Vec<_> = checks.into_iter().map(Check::kinds).collect();
        let mut views = self.views.lock().unwrap_or_else(PoisonError::into_inner);
        views.retain(|_, (kinds, _)| {
            let reads = |of_check: &&[&Kind]| {
                let has = |kind: &&Kind| of_check.iter().any(|one| one.name == kind.name);
                kinds.iter().all(has)
            };
            read.iter().any(reads)
        });
        let wanted: HashSet<&'static str> = with_bases(read.into_iter().flatten().copied())
            .into_iter()
            .map(|kind| kind.name)
            .collect();
        self.facts.keep(wanted);
    }
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;

    use super::*;
    use crate::{Attestation, Snapshot};

    struct Reads(Meta, &'static [&'static Kind]);

    #[async_trait]
    impl Check for Reads {
        fn meta(&self) -> &Meta {
            &self.0
        }
        fn kinds(&self) -> &'static [&'static Kind] {
            self.1
        }
        async fn run(&self, cx: &Cx) -> Result<Vec<Finding>, FactError> {
            cx.list::<Attestation>().await.map(|_| Vec::new())
        }
    }

    /// Lists a kind that starts from [`Attestation`], which the kind does not declare.
    struct Lists;

    #[derive(Debug, serde::Serialize, serde::Deserialize)]
    struct Started {
        of: usize,
    }

    impl Resource for Started {
        const KIND: &'static Kind = &Kind::new("house/started");
        fn id(&self) -> crate::ResourceId {
            crate::ResourceId::new("house/started", crate::Place::global("home"), "one")
        }
    }

    #[async_trait]
    impl crate::Provider for Lists {
        fn provides(&self, _: &str) -> bool {
            true
        }
        async fn list(
            &self,
            kind: &'static Kind,
            facts: &Facts,
        ) -> Result<crate::RawListing, FactError> {
            let scope = crate::Scope::Everything;
            if *kind == *Attestation::KIND {
                return crate::RawListing::new::<Attestation>(&[], scope, Vec::new());
            }
            let of = facts.list::<Attestation>().await?.len();
            crate::RawListing::new(&[Started { of }], scope, Vec::new())
        }
    }

    #[test]
    fn what_a_listing_starts_from_is_answered_although_no_check_declares_it() {
        let facts = Facts::new(vec![Arc::new(Lists)]);
        let cx = Cx::new(facts, Policies::default(), Timestamp::UNIX_EPOCH);
        let meta = || Meta::new("house/any", "Any", crate::Severity::Low);
        let check = Reads(meta(), &[Started::KIND]);
        cx.keep_for([&check as &dyn Check]);
        assert_eq!(block_on(cx.list::<Started>()).unwrap().len(), 1);
        // the check itself does not declare it
        assert!(block_on(check.run(&cx)).is_err());
        // another listing can start from it after that
        cx.keep_for([&check as &dyn Check]);
        let facts = cx.facts().for_listing(Started::KIND);
        assert!(block_on(facts.list::<Attestation>()).is_ok());
    }

    #[test]
    fn what_no_check_declares_is_let_go_and_refused() {
        let meta = || Meta::new("house/any", "Any", crate::Severity::Low);
        let now = Timestamp::UNIX_EPOCH;
        let snapshot = Snapshot::from_fragment(r#"{"ops/attestation": []}"#, now).unwrap();
        let cx = Cx::new(Facts::recorded(snapshot), Policies::default(), now);
        let declares = Reads(meta(), &[Attestation::KIND]);
        let silent = Reads(meta(), &[]);

        cx.keep_for([&declares as &dyn Check, &silent]);
        let listing = Arc::downgrade(&block_on(cx.subjects::<Attestation>()).unwrap());
        cx.keep_for([&declares as &dyn Check]);
        assert!(listing.upgrade().is_some(), "one check still reads it");

        cx.keep_for([&silent as &dyn Check]);
        assert!(listing.upgrade().is_none(), "no check reads it any more");
        let refused = block_on(silent.run(&cx)).unwrap_err();
        assert!(
            matches!(refused, FactError::Released("ops/attestation")),
            "{refused}"
        );
    }
}
