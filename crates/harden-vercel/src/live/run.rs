//! A listing under way, and which function lists which kind.

use futures::future::{BoxFuture, join_all};
use harden_collect::{Answer, Gathered, Read, RestError};
use harden_core::{FactError, Facts, Kind, RawGap, RawListing, Resource, Scope, Unknown};
use serde::de::DeserializeOwned;

use super::VercelProvider;
use crate::resources::{ProductionDeployment, Project, ProjectVariables, SharedVariables};

/// How a kind is listed over the API.
pub(super) trait Live: Resource {
    /// Lists it. Fails only when a kind that it starts from can't be had.
    fn gather(run: &Run<'_>) -> impl Future<Output = Result<Gathered<Self>, FactError>> + Send;
}

/// A listing under way.
pub(super) struct Run<'a> {
    pub(super) provider: &'a VercelProvider,
    pub(super) facts: &'a Facts,
}

impl Run<'_> {
    /// The team or the user.
    pub(super) fn account(&self) -> &str {
        self.provider.owner.account()
    }

    /// Makes a call for the team.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        operation: &'static str,
        params: &[&str],
        query: &[(&str, &str)],
    ) -> Result<T, RestError> {
        let mut all = query.to_vec();
        all.extend(self.provider.owner.query());
        let client = &self.provider.client;
        let answer: Answer<T> = client.get(self.facts, operation, params, &all).await?;
        Ok(answer.body)
    }

    /// What was read, all of it in the one account of the run.
    pub(super) fn gathered<R: Resource>(&self, read: Read<R>) -> Gathered<R> {
        let place = self.provider.place();
        let mut gathered = Gathered::over(Scope::Places(vec![place.clone()]));
        gathered.add(&place, read);
        gathered
    }

    /// Reads a kind of which there is one for each project, and takes over the gaps of the projects.
    pub(super) async fn of_projects<R: Resource, Fut>(
        &self,
        read: impl Fn(Project) -> Fut,
    ) -> Result<Gathered<R>, FactError>
    where
        Fut: Future<Output = R>,
    {
        let projects = self.facts.list::<Project>().await?;
        let reads = projects.iter().map(|(_, project)| read(project.clone()));
        let mut gathered = self.gathered(Read {
            resources: join_all(reads).await,
            gaps: Vec::new(),
        });
        gathered.gaps.extend(projects.gaps.iter().map(|gap| RawGap {
            place: gap.place.clone(),
            unknown: (*gap.unknown).clone(),
        }));
        Ok(gathered)
    }
}

/// What a report says of a failed call. Vercel has no permissions, so the operation is named.
pub(super) fn unknown(operation: &'static str) -> impl Fn(RestError) -> Unknown {
    move |error| error.unknown(operation)
}

type Lister = for<'a> fn(&'a Run<'a>) -> BoxFuture<'a, Result<RawListing, FactError>>;

fn list<'a, R: Live>(run: &'a Run<'a>) -> BoxFuture<'a, Result<RawListing, FactError>> {
    Box::pin(async move { R::gather(run).await?.listing() })
}

const fn lister<R: Live>() -> (&'static Kind, Lister) {
    (R::KIND, list::<R>)
}

const LISTERS: &[(&Kind, Lister)] = &[
    lister::<ProductionDeployment>(),
    lister::<Project>(),
    lister::<ProjectVariables>(),
    lister::<SharedVariables>(),
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
