//! GET /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies.

use std::sync::Arc;

use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known};

use super::GithubProvider;
use super::answers::BranchPolicies;
use super::repository_api::{RepositoryApi, known, missing};
use crate::operation::ENVIRONMENT_BRANCHES as SOURCE;
use crate::path::segment;
use crate::resources::{DeploymentBranches, Environment, EnvironmentBranchPolicies};

impl Collect<GithubProvider> for EnvironmentBranchPolicies {
    async fn collect(github: &GithubProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        github.for_each(facts, read).await
    }
}

async fn read(
    api: RepositoryApi,
    environment: Arc<Environment>,
) -> Portion<EnvironmentBranchPolicies> {
    if environment.branches != Known::Yes(DeploymentBranches::Custom) {
        return Portion::default();
    }
    let name = segment(&environment.name);
    let path = format!("/environments/{name}/deployment-branch-policies?per_page=100");
    let pages = api.get_pages::<BranchPolicies>(SOURCE, &path).await;
    let patterns = pages.into_result().and_then(|all| {
        let names = all
            .into_iter()
            .map(|policy| policy.name.ok_or_else(|| missing(SOURCE, "name")));
        names.collect()
    });
    Portion::one(EnvironmentBranchPolicies {
        repository: environment.repository.clone(),
        environment: environment.name.clone(),
        patterns: known(patterns),
    })
}
