//! Reading a kind in all repositories.

use std::sync::Arc;

use harden_collect::{Collected, Portion};
use harden_core::{FactError, Facts, Known, Listing, Place, Resource};

use super::GithubProvider;
use super::repository_api::RepositoryApi;
use crate::path::segment;
use crate::resources::Repository;

impl GithubProvider {
    /// Reads a kind of each repository that could be read itself.
    pub(super) async fn in_repositories<R: Resource, Fut>(
        &self,
        facts: &Facts,
        read: impl Fn(RepositoryApi) -> Fut,
    ) -> Result<Collected<R>, FactError>
    where
        Fut: Future<Output = Portion<R>>,
    {
        self.for_each(facts, |api, _: Arc<Repository>| read(api))
            .await
    }

    /// Reads a kind for each resource of another, in its repository. The gaps of the other kind are
    /// gaps of this one.
    pub(super) async fn for_each<S: Resource, R: Resource, Fut>(
        &self,
        facts: &Facts,
        read: impl Fn(RepositoryApi, Arc<S>) -> Fut,
    ) -> Result<Collected<R>, FactError>
    where
        Fut: Future<Output = Portion<R>>,
    {
        let repositories = facts.list::<Repository>().await?;
        let starts: Arc<Listing<S>> = facts.list().await?;
        let each = starts.iter_shared().filter_map(|(id, start)| {
            // what starts from a repository is in one that was listed
            let api = self.listed_api(facts, &repositories, &id.place)?;
            Some((id.place.clone(), (api, Arc::clone(start))))
        });
        let scope = starts.scope.clone();
        let mut collected =
            Collected::from_each(scope, each, |(api, start)| read(api, start)).await;
        collected.add_gaps_of(&starts.gaps);
        Ok(collected)
    }

    /// The API of each repository that was listed.
    pub(super) fn listed_apis<'a>(
        &'a self,
        facts: &'a Facts,
        repositories: &'a Listing<Repository>,
    ) -> impl Iterator<Item = (Place, RepositoryApi)> {
        repositories.iter().filter_map(|(id, _)| {
            let api = self.listed_api(facts, repositories, &id.place)?;
            Some((id.place.clone(), api))
        })
    }

    fn listed_api(
        &self,
        facts: &Facts,
        repositories: &Listing<Repository>,
        place: &Place,
    ) -> Option<RepositoryApi> {
        match repositories.get(place, &place.account) {
            Known::Yes(Some(repository)) => {
                let renamed = repository.renamed_to.ok().cloned().flatten();
                Some(self.repository_api(facts, &repository.repository, renamed.as_deref()))
            }
            _ => None,
        }
    }

    /// The API of a repository, under its present name.
    pub(super) fn repository_api(
        &self,
        facts: &Facts,
        repository: &str,
        renamed: Option<&str>,
    ) -> RepositoryApi {
        let (owner, name) = renamed
            .unwrap_or(repository)
            .split_once('/')
            .unwrap_or_default();
        RepositoryApi {
            repository: repository.into(),
            path: format!("/repos/{}/{}", segment(owner), segment(name)).into(),
            server: self.api.clone(),
            policy: Arc::clone(&self.policy),
            checkout: self.checkout_of(repository),
            facts: facts.clone(),
        }
    }
}
