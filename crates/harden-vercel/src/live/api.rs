//! Calls for one team or user, and what listings of it have in common.

use futures::future::join_all;
use harden_collect::rest::{Answer, RestError};
use harden_collect::{Collected, Portion};
use harden_core::{FactError, Facts, Resource, Scope};
use serde::de::DeserializeOwned;

use super::VercelProvider;
use crate::resources::Project;

impl VercelProvider {
    /// The name of the team or the user.
    pub(super) fn account(&self) -> &str {
        self.owner.account()
    }

    /// Makes a call for the team.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        facts: &Facts,
        operation: &'static str,
        params: &[&str],
        query: &[(&str, &str)],
    ) -> Result<T, RestError> {
        let mut all = query.to_vec();
        all.extend(self.owner.query());
        let answer: Answer<T> = self.client.get(facts, operation, params, &all).await?;
        Ok(answer.body)
    }

    /// What was read, all of it in the one account of the run.
    pub(super) fn collected<R: Resource>(&self, portion: Portion<R>) -> Collected<R> {
        let place = self.place();
        let mut collected = Collected::over(Scope::Places(vec![place.clone()]));
        collected.add(&place, portion);
        collected
    }

    /// Reads a kind of which each project has one. The gaps of the projects are gaps of it.
    pub(super) async fn for_each_project<R: Resource, Fut>(
        &self,
        facts: &Facts,
        read: impl Fn(Project) -> Fut,
    ) -> Result<Collected<R>, FactError>
    where
        Fut: Future<Output = R>,
    {
        let projects = facts.list::<Project>().await?;
        let reads = projects.iter().map(|(_, project)| read(project.clone()));
        let mut collected = self.collected(Portion::complete(join_all(reads).await));
        collected.add_gaps_of(&projects.gaps);
        Ok(collected)
    }
}
