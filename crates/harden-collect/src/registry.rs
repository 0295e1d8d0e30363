//! Which function lists which kind.

use futures::future::BoxFuture;
use harden_core::{FactError, Facts, Kind, Place, RawListing, Resource, Scope, Unknown};

use crate::{Collected, EarlyCalls, Portion};

/// A kind that a provider `P` can list.
pub trait Collect<P>: Resource {
    /// Lists the kind in all places of the run. The kinds that it starts from come from `facts`.
    ///
    /// What cannot be read in one place is a gap, and the listing goes on.
    ///
    /// # Errors
    /// When a kind that this one starts from cannot be listed at all.
    fn collect(
        provider: &P,
        facts: &Facts,
    ) -> impl Future<Output = Result<Collected<Self>, FactError>> + Send;
}

/// What the listings of all kinds of a provider have in common.
pub trait Collector: Send + Sync + Sized + 'static {
    /// The calls that were made while connecting.
    fn early_calls(&self) -> Option<&EarlyCalls> {
        None
    }

    /// Why no kind can be read, where that is known since connecting. Then each listing is this one
    /// gap, and no call is made.
    fn refusal(&self) -> Option<(Place, Unknown)> {
        None
    }
}

type ListFn<P> = for<'a> fn(&'a P, &'a Facts) -> BoxFuture<'a, Result<RawListing, FactError>>;

/// A kind, and the function that lists it.
#[doc(hidden)]
#[derive(Debug)]
pub struct Lister<P: 'static> {
    kind: &'static Kind,
    list: ListFn<P>,
}

impl<P: Collector> Lister<P> {
    /// The lister of a kind.
    #[must_use]
    pub const fn of<R: Collect<P>>() -> Self {
        Self {
            kind: R::KIND,
            list: list::<P, R>,
        }
    }
}

fn list<'a, P: Collector, R: Collect<P>>(
    provider: &'a P,
    facts: &'a Facts,
) -> BoxFuture<'a, Result<RawListing, FactError>> {
    Box::pin(async move {
        if let Some(early) = provider.early_calls() {
            early.hand_over(facts);
        }
        let collected = match provider.refusal() {
            None => R::collect(provider, facts).await?,
            Some((place, reason)) => {
                let mut nothing = Collected::<R>::over(Scope::Places(vec![place.clone()]));
                nothing.add(&place, Portion::gap(reason));
                nothing
            }
        };
        collected.into_listing()
    })
}

/// The listers of a provider.
#[doc(hidden)]
#[derive(Debug)]
pub struct Registry<P: 'static>(&'static [Lister<P>]);

impl<P: Collector> Registry<P> {
    /// The listers.
    #[must_use]
    pub const fn new(listers: &'static [Lister<P>]) -> Self {
        Self(listers)
    }

    /// Whether the listers are those of these kinds, in the same order. For an assertion while
    /// compiling: a kind without a lister would be noticed by nothing else before an audit reads it.
    #[must_use]
    pub const fn lists_exactly(&self, kinds: &[&Kind]) -> bool {
        if self.0.len() != kinds.len() {
            return false;
        }
        let mut i = 0;
        while i < kinds.len() {
            if !is_same(self.0[i].kind.name.as_bytes(), kinds[i].name.as_bytes()) {
                return false;
            }
            i += 1;
        }
        true
    }

    /// Whether there is a lister for the kind.
    #[must_use]
    pub fn provides(&self, kind: &str) -> bool {
        self.0.iter().any(|lister| lister.kind.name == kind)
    }

    /// Lists a kind.
    ///
    /// # Errors
    /// When there is no lister for the kind, or the lister fails.
    pub async fn list(
        &self,
        provider: &P,
        kind: &'static Kind,
        facts: &Facts,
    ) -> Result<RawListing, FactError> {
        let mut listers = self.0.iter();
        let lister = listers.find(|lister| lister.kind.name == kind.name);
        let lister = lister.ok_or(FactError::NoProvider(kind.name))?;
        (lister.list)(provider, facts).await
    }
}

/// `==` of strings cannot be called in a constant.
const fn is_same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// Implements [`harden_core::Provider`] for a [`Collector`], from the kinds that it lists.
///
/// With `all of KINDS` the compiler checks that these are all kinds of a list, in its order.
///
/// ```ignore
/// harden_collect::provide_kinds!(VercelProvider: [Project, ProjectVariables], all of KINDS);
/// ```
#[macro_export]
macro_rules! provide_kinds {
    ($provider:ty: [$($kind:ty),+ $(,)?] $(, all of $kinds:expr)?) => {
        const _: () = {
            const LISTERS: &[$crate::Lister<$provider>] = &[$($crate::Lister::of::<$kind>()),+];
            const REGISTRY: $crate::Registry<$provider> = $crate::Registry::new(LISTERS);

            $(assert!(
                REGISTRY.lists_exactly($kinds),
                "each kind needs a lister, in the order of the list of kinds"
            );)?

            #[$crate::__private::async_trait]
            impl $crate::__private::Provider for $provider {
                fn provides(&self, kind: &str) -> bool {
                    REGISTRY.provides(kind)
                }

                async fn list(
                    &self,
                    kind: &'static $crate::__private::Kind,
                    facts: &$crate::__private::Facts,
                ) -> ::core::result::Result<
                    $crate::__private::RawListing,
                    $crate::__private::FactError,
                > {
                    REGISTRY.list(self, kind, facts).await
                }
            }
        };
    };
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use futures::executor::block_on;
    use harden_core::{Cause, ResourceId};
    use serde::{Deserialize, Serialize};

    use super::*;

    #[derive(Debug, Serialize, Deserialize)]
    struct Door;

    impl Resource for Door {
        const KIND: &'static Kind = &Kind::new("house/door");

        fn id(&self) -> ResourceId {
            ResourceId::new("house/door", Place::global("home"), "front")
        }
    }

    #[derive(Default)]
    struct House {
        early: EarlyCalls,
        refused: Option<Unknown>,
    }

    impl Collector for House {
        fn early_calls(&self) -> Option<&EarlyCalls> {
            Some(&self.early)
        }

        fn refusal(&self) -> Option<(Place, Unknown)> {
            Some((Place::global("home"), self.refused.clone()?))
        }
    }

    impl Collect<House> for Door {
        async fn collect(_: &House, facts: &Facts) -> Result<Collected<Self>, FactError> {
            facts.called("ListDoors");
            let mut doors = Collected::over(Scope::Everything);
            doors.resources.push(Self);
            Ok(doors)
        }
    }

    crate::provide_kinds!(House: [Door], all of &[Door::KIND]);

    #[test]
    fn a_kind_is_listed_and_early_calls_are_counted_once() {
        let house = House::default();
        house.early.count("Knock");
        let facts = Facts::new(vec![Arc::new(house)]);
        assert_eq!(block_on(facts.list::<Door>()).unwrap().len(), 1);
        let calls: Vec<_> = facts.calls().into_iter().collect();
        assert_eq!(
            calls,
            [("Knock".to_owned(), 1), ("ListDoors".to_owned(), 1)]
        );
    }

    #[test]
    fn a_refusal_is_the_gap_of_each_kind_and_no_call_is_made() {
        let house = House {
            refused: Some(Unknown::new(Cause::Denied, "no key")),
            ..House::default()
        };
        let facts = Facts::new(vec![Arc::new(house)]);
        let doors = block_on(facts.list::<Door>()).unwrap();
        assert!(doors.is_empty());
        assert_eq!(doors.gaps.len(), 1);
        assert!(!doors.scope.covers(&Place::global("elsewhere")));
        assert!(facts.calls().is_empty());
    }

    #[test]
    fn a_list_of_kinds_that_differs_is_noticed() {
        let registry = Registry::new(const { &[Lister::<House>::of::<Door>()] });
        assert!(registry.lists_exactly(&[Door::KIND]));
        assert!(!registry.lists_exactly(&[]));
        assert!(!registry.lists_exactly(&[Door::KIND, Door::KIND]));
        let window = Kind::new("house/windo");
        assert!(!registry.lists_exactly(&[&window]));
    }
}
