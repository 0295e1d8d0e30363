//! The names of variables: GET /repos/{owner}/{repo}/actions/variables,
//! …/actions/organization-variables and …/environments/{environment_name}/variables. Their values
//! come along, and are dropped as the answer is read.

use std::sync::Arc;

use harden_core::FactError;

use super::answers::{Named, Variables};
use super::at::{At, Pages, known, missing};
use super::gather::{Gathered, Read};
use super::listers::{Live, Run};
use crate::operation::{ENVIRONMENT_VARIABLES, ORGANIZATION_VARIABLES, Operation, VARIABLES};
use crate::path::segment;
use crate::resources::{ActionsVariable, Environment, EnvironmentVariables, OrganizationVariable};

impl Live for ActionsVariable {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        run.in_repositories(async |at| {
            let path = "/actions/variables?per_page=30";
            let pages = at.pages::<Variables>(VARIABLES, path).await;
            each(pages, VARIABLES, |name| Self {
                repository: at.repository.to_string(),
                name,
            })
        })
        .await
    }
}

impl Live for OrganizationVariable {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        run.in_repositories(async |at| {
            let path = "/actions/organization-variables?per_page=30";
            let pages = at.pages::<Variables>(ORGANIZATION_VARIABLES, path).await;
            each(pages, ORGANIZATION_VARIABLES, |name| Self {
                repository: at.repository.to_string(),
                name,
            })
        })
        .await
    }
}

impl Live for EnvironmentVariables {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        run.from(of_environment).await
    }
}

async fn of_environment(at: At, environment: Arc<Environment>) -> Read<EnvironmentVariables> {
    let name = segment(&environment.name);
    let path = format!("/environments/{name}/variables?per_page=30");
    let pages = at.pages::<Variables>(ENVIRONMENT_VARIABLES, &path).await;
    let names = pages.complete().and_then(|all| {
        let names = all.into_iter().map(|variable| {
            variable
                .name
                .ok_or_else(|| missing(ENVIRONMENT_VARIABLES, "name"))
        });
        names.collect()
    });
    EnvironmentVariables {
        repository: environment.repository.clone(),
        environment: environment.name.clone(),
        names: known(names),
    }
    .into()
}

fn each<R>(pages: Pages<Named>, operation: Operation, resource: impl Fn(String) -> R) -> Read<R> {
    let mut read = Read::default();
    for variable in pages.items {
        let name = variable.name.ok_or_else(|| missing(operation, "name"));
        read.push(name.map(&resource));
    }
    read.gaps.extend(pages.failed.map(|f| f.unknown));
    read
}
