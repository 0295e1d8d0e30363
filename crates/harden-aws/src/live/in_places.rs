//! Reading a kind in all regions, or in all accounts.

use std::sync::Arc;

use aws_config::SdkConfig;
use harden_collect::{Collected, Portion};
use harden_core::{Facts, Place, RawGap, Resource, Scope};

use super::AwsProvider;
use super::place_api::PlaceApi;
use super::session::Session;

impl AwsProvider {
    /// Reads a kind that belongs to regions.
    pub(super) async fn in_regions<R: Resource, Fut>(
        &self,
        facts: &Facts,
        read: impl Fn(PlaceApi) -> Fut,
    ) -> Collected<R>
    where
        Fut: Future<Output = Portion<R>>,
    {
        let places = self.sessions.iter().flat_map(Session::regional);
        let mut collected = self
            .collect_each(facts, self.regional_scope(), places, read)
            .await;
        collected.gaps.extend(self.regional_gaps());
        collected
    }

    /// Reads a kind that is global to an account.
    pub(super) async fn in_accounts<R: Resource, Fut>(
        &self,
        facts: &Facts,
        read: impl Fn(PlaceApi) -> Fut,
    ) -> Collected<R>
    where
        Fut: Future<Output = Portion<R>>,
    {
        let places = self.sessions.iter().filter_map(Session::global);
        let mut collected = self
            .collect_each(facts, self.global_scope(), places, read)
            .await;
        let refusals = self.sessions.iter().filter_map(Session::refusal);
        collected.gaps.extend(refusals);
        collected
    }

    async fn collect_each<R: Resource, Fut>(
        &self,
        facts: &Facts,
        scope: Scope,
        places: impl Iterator<Item = (Place, SdkConfig)>,
        read: impl Fn(PlaceApi) -> Fut,
    ) -> Collected<R>
    where
        Fut: Future<Output = Portion<R>>,
    {
        let apis = places.map(|(place, config)| {
            let api = PlaceApi {
                place: place.clone(),
                config,
                policy: Arc::clone(&self.policy),
                now: self.now,
                facts: facts.clone(),
                limits: Arc::clone(&self.limits),
            };
            (place, api)
        });
        Collected::from_each(scope, apis, read).await
    }

    /// The regions of all accounts.
    pub(super) fn regional_scope(&self) -> Scope {
        let sessions = self.sessions.iter();
        Scope::Places(sessions.flat_map(Session::regions_as_places).collect())
    }

    /// The accounts.
    pub(super) fn global_scope(&self) -> Scope {
        let accounts = self.sessions.iter();
        Scope::Places(accounts.map(|s| Place::global(&*s.account)).collect())
    }

    /// The gaps of every kind that belongs to regions.
    fn regional_gaps(&self) -> impl Iterator<Item = RawGap> {
        let sessions = self.sessions.iter();
        sessions.flat_map(|s| s.refusal().into_iter().chain(s.other_regions()))
    }
}
