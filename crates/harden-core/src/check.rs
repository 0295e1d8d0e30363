//! What a check is, and what it may see.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use jiff::Timestamp;
use tokio::sync::OnceCell;

use crate::{FactError, Facts, Finding, Kind, Listing, Meta, Policies, Policy, Resource, Subject};

/// A check: what is known of it, and how it judges.
///
/// Most checks are a [`crate::Rule`]. One that is not reads facts through [`Cx`] and gives a
/// finding for each resource.
#[async_trait]
pub trait Check: Send + Sync {
    /// What is known of it before anything runs.
    fn meta(&self) -> &Meta;

    /// The kinds that it reads.
    fn kinds(&self) -> &'static [&'static Kind] {
        &[]
    }

    /// Why the policy leaves it off, for checks that run only when the policy asks for them.
    fn off(&self, _policies: &Policies) -> Option<&'static str> {
        None
    }

    /// The permissions that it needs, as the provider spells them: those of its kinds and of the
    /// kinds that these start from.
    fn permissions(&self) -> Vec<&'static str> {
        permissions_of(self.kinds())
    }

    /// Judges.
    ///
    /// # Errors
    /// When the facts can't be had at all; the report then says that the check could not run.
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
    fn collect(kind: &Kind, into: &mut Vec<&'static str>) {
        into.extend(kind.permissions);
        for base in kind.starts_from {
            collect(base, into);
        }
    }
    let mut all = Vec::new();
    for kind in kinds {
        collect(kind, &mut all);
    }
    all.sort_unstable();
    all.dedup();
    all
}

type View = Arc<OnceCell<Result<Arc<dyn Any + Send + Sync>, FactError>>>;

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
    /// When the kind can't be had at all.
    pub async fn list<R: Resource>(&self) -> Result<Arc<Listing<R>>, FactError> {
        self.facts.list().await
    }

    /// The subjects of a rule, joined once however many rules judge them.
    ///
    /// # Errors
    /// When a kind that they are made from can't be had at all.
    pub async fn subjects<S: Subject>(&self) -> Result<Arc<Listing<S>>, FactError> {
        let cell = {
            let mut views = self.views.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(views.entry(TypeId::of::<S>()).or_default())
        };
        let view = cell
            .get_or_init(|| async {
                let listing = S::gather(self).await?;
                Ok(listing as Arc<dyn Any + Send + Sync>)
            })
            .await
            .clone()?;
        view.downcast()
            .map_err(|_| FactError::TypeMismatch(std::any::type_name::<S>()))
    }
}
