//! Which function lists which kind.

use std::sync::Arc;

use futures::future::BoxFuture;
use harden_core::{FactError, Facts, Kind, Known, Listing, Place, RawListing, Resource};

use super::GithubProvider;
use super::at::At;
use super::gather::{Gathered, Read, copied};
use crate::path::segment;
use crate::resources::{
    ActionsSecret, ActionsSettings, ActionsVariable, Branch, BranchProtection, BranchRules,
    Deployments, Environment, EnvironmentBranchPolicies, EnvironmentSecrets, EnvironmentVariables,
    LocalAction, OrganizationSecret, OrganizationVariable, PackageScripts, ReportedContexts,
    Repository, RepositorySecurity, Ruleset, VulnerabilityAlerts, Workflow, WorkflowRuns,
};

/// How a kind is listed over the API.
pub(super) trait Live: Resource {
    /// Lists it in all repositories. Fails only when a kind that it starts from can't be had.
    fn gather(run: &Run<'_>) -> impl Future<Output = Result<Gathered<Self>, FactError>> + Send;
}

/// A listing under way.
pub(super) struct Run<'a> {
    pub(super) provider: &'a GithubProvider,
    pub(super) facts: &'a Facts,
}

impl Run<'_> {
    /// Reads a kind of each repository that could be read itself.
    pub(super) async fn in_repositories<R: Resource, Fut>(
        &self,
        read: impl Fn(At) -> Fut,
    ) -> Result<Gathered<R>, FactError>
    where
        Fut: Future<Output = Read<R>>,
    {
        self.from(|at, _: Arc<Repository>| read(at)).await
    }

    /// Reads a kind for each resource of another, in its repository. The gaps of the other are gaps
    /// of this one.
    pub(super) async fn from<S: Resource, R: Resource, Fut>(
        &self,
        read: impl Fn(At, Arc<S>) -> Fut,
    ) -> Result<Gathered<R>, FactError>
    where
        Fut: Future<Output = Read<R>>,
    {
        let repositories = self.facts.list::<Repository>().await?;
        let starts: Arc<Listing<S>> = self.facts.list().await?;
        let each = starts.iter_shared().filter_map(|(id, start)| {
            // what starts from a repository is in one that was listed
            let at = self.in_listed(&repositories, &id.place)?;
            Some((id.place.clone(), (at, Arc::clone(start))))
        });
        let gaps = copied(&starts.gaps);
        let scope = starts.scope.clone();
        Ok(Gathered::each(each, scope, gaps, |(at, start)| read(at, start)).await)
    }

    fn in_listed(&self, repositories: &Listing<Repository>, place: &Place) -> Option<At> {
        match repositories.get(place, &place.account) {
            Known::Yes(Some(repository)) => {
                let renamed = repository.renamed_to.ok().cloned().flatten();
                Some(self.at(&repository.repository, renamed.as_deref()))
            }
            _ => None,
        }
    }

    /// A repository, under the name that it has now.
    pub(super) fn at(&self, repository: &str, renamed: Option<&str>) -> At {
        let (owner, name) = renamed
            .unwrap_or(repository)
            .split_once('/')
            .unwrap_or_default();
        At {
            repository: repository.into(),
            path: format!("/repos/{}/{}", segment(owner), segment(name)).into(),
            api: self.provider.api.clone(),
            policy: Arc::clone(&self.provider.policy),
            checkout: self.provider.checkout_of(repository),
            facts: self.facts.clone(),
        }
    }
}

type Lister = for<'a> fn(&'a Run<'a>) -> BoxFuture<'a, Result<RawListing, FactError>>;

fn list<'a, R: Live>(run: &'a Run<'a>) -> BoxFuture<'a, Result<RawListing, FactError>> {
    Box::pin(async move { R::gather(run).await?.listing() })
}

const fn lister<R: Live>() -> (&'static Kind, Lister) {
    (R::KIND, list::<R>)
}

const LISTERS: &[(&Kind, Lister)] = &[
    lister::<ActionsSecret>(),
    lister::<ActionsSettings>(),
    lister::<ActionsVariable>(),
    lister::<Branch>(),
    lister::<BranchProtection>(),
    lister::<BranchRules>(),
    lister::<Deployments>(),
    lister::<Environment>(),
    lister::<EnvironmentBranchPolicies>(),
    lister::<EnvironmentSecrets>(),
    lister::<EnvironmentVariables>(),
    lister::<LocalAction>(),
    lister::<OrganizationSecret>(),
    lister::<OrganizationVariable>(),
    lister::<PackageScripts>(),
    lister::<ReportedContexts>(),
    lister::<Repository>(),
    lister::<RepositorySecurity>(),
    lister::<Ruleset>(),
    lister::<VulnerabilityAlerts>(),
    lister::<Workflow>(),
    lister::<WorkflowRuns>(),
];

/// The function that lists a kind.
pub(super) fn of(kind: &str) -> Option<Lister> {
    LISTERS
        .iter()
        .find(|(listed, _)| listed.name == kind)
        .map(|(_, lister)| *lister)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::KINDS;

    #[test]
    fn every_kind_has_its_lister() {
        let listed: Vec<_> = LISTERS.iter().map(|(kind, _)| kind.name).collect();
        let kinds: Vec<_> = KINDS.iter().map(|kind| kind.name).collect();
        assert_eq!(listed, kinds);
    }
}
