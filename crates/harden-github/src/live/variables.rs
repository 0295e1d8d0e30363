//! The names of variables: GET /repos/{owner}/{repo}/actions/variables,
//! …/actions/organization-variables and …/environments/{environment_name}/variables. Their values
//! come along, and are dropped as the answer is read.

use std::sync::Arc;

use harden_collect::{Collect, Collected, Pages, Portion};
use harden_core::{FactError, Facts};

use super::GithubProvider;
use super::answers::{Named, Variables};
use super::failure::Failure;
use super::repository_api::{RepositoryApi, known, missing};
use crate::operation::{ENVIRONMENT_VARIABLES, ORGANIZATION_VARIABLES, Operation, VARIABLES};
use crate::path::segment;
use crate::resources::{ActionsVariable, Environment, EnvironmentVariables, OrganizationVariable};

impl Collect<GithubProvider> for ActionsVariable {
    async fn collect(github: &GithubProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        github
            .in_repositories(facts, async |api| {
                let path = "/actions/variables?per_page=30";
                let pages = api.get_pages::<Variables>(VARIABLES, path).await;
                each(pages, VARIABLES, |name| Self {
                    repository: api.repository.to_string(),
                    name,
                })
            })
            .await
    }
}

impl Collect<GithubProvider> for OrganizationVariable {
    async fn collect(github: &GithubProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        github
            .in_repositories(facts, async |api| {
                let path = "/actions/organization-variables?per_page=30";
                let pages = api
                    .get_pages::<Variables>(ORGANIZATION_VARIABLES, path)
                    .await;
                each(pages, ORGANIZATION_VARIABLES, |name| Self {
                    repository: api.repository.to_string(),
                    name,
                })
            })
            .await
    }
}

impl Collect<GithubProvider> for EnvironmentVariables {
    async fn collect(github: &GithubProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        github.for_each(facts, of_environment).await
    }
}

async fn of_environment(
    api: RepositoryApi,
    environment: Arc<Environment>,
) -> Portion<EnvironmentVariables> {
    let name = segment(&environment.name);
    let path = format!("/environments/{name}/variables?per_page=30");
    let pages = api
        .get_pages::<Variables>(ENVIRONMENT_VARIABLES, &path)
        .await;
    let names = pages.into_result().and_then(|all| {
        let names = all.into_iter().map(|variable| {
            variable
                .name
                .ok_or_else(|| missing(ENVIRONMENT_VARIABLES, "name"))
        });
        names.collect()
    });
    Portion::one(EnvironmentVariables {
        repository: environment.repository.clone(),
        environment: environment.name.clone(),
        names: known(names),
    })
}

fn each<R>(
    pages: Pages<Named, Failure>,
    operation: Operation,
    resource: impl Fn(String) -> R,
) -> Portion<R> {
    let mut read = Portion::default();
    for variable in pages.items {
        let name = variable.name.ok_or_else(|| missing(operation, "name"));
        read.push(name.map(&resource));
    }
    read.gaps.extend(pages.failed.map(|f| f.unknown));
    read
}
