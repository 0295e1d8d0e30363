//! The names of secrets: GET /repos/{owner}/{repo}/actions/secrets, …/actions/organization-secrets
//! and …/environments/{environment_name}/secrets.

use std::sync::Arc;

use harden_collect::{Collect, Collected, Pages, Portion};
use harden_core::{FactError, Facts, Known};
use jiff::Timestamp;

use super::GithubProvider;
use super::answers::{Secret, Secrets};
use super::failure::Failure;
use super::repository_api::{RepositoryApi, missing, present};
use crate::operation::{ENVIRONMENT_SECRETS, ORGANIZATION_SECRETS, Operation, SECRETS};
use crate::path::segment;
use crate::resources::{
    ActionsSecret, Environment, EnvironmentSecrets, OrganizationSecret, SecretEntry,
};

impl Collect<GithubProvider> for ActionsSecret {
    async fn collect(github: &GithubProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        github
            .in_repositories(facts, async |api| {
                let pages = api
                    .get_pages::<Secrets>(SECRETS, "/actions/secrets?per_page=100")
                    .await;
                each(pages, SECRETS, |name, updated_at| Self {
                    repository: api.repository.to_string(),
                    name,
                    updated_at: present(updated_at, SECRETS, "updated_at"),
                })
            })
            .await
    }
}

impl Collect<GithubProvider> for OrganizationSecret {
    async fn collect(github: &GithubProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        github
            .in_repositories(facts, async |api| {
                let path = "/actions/organization-secrets?per_page=100";
                let pages = api.get_pages::<Secrets>(ORGANIZATION_SECRETS, path).await;
                each(pages, ORGANIZATION_SECRETS, |name, updated_at| Self {
                    repository: api.repository.to_string(),
                    name,
                    updated_at: present(updated_at, ORGANIZATION_SECRETS, "updated_at"),
                })
            })
            .await
    }
}

impl Collect<GithubProvider> for EnvironmentSecrets {
    async fn collect(github: &GithubProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        github.for_each(facts, of_environment).await
    }
}

async fn of_environment(
    api: RepositoryApi,
    environment: Arc<Environment>,
) -> Portion<EnvironmentSecrets> {
    let name = segment(&environment.name);
    let path = format!("/environments/{name}/secrets?per_page=100");
    let pages = api.get_pages::<Secrets>(ENVIRONMENT_SECRETS, &path).await;
    let read = each(pages, ENVIRONMENT_SECRETS, |name, updated_at| SecretEntry {
        name,
        updated_at: present(updated_at, ENVIRONMENT_SECRETS, "updated_at"),
    });
    Portion::one(EnvironmentSecrets {
        repository: environment.repository.clone(),
        environment: environment.name.clone(),
        secrets: match read.gaps.into_iter().next() {
            None => Known::Yes(read.resources),
            Some(unknown) => unknown.into(),
        },
    })
}

/// The secrets of a level, each by its name.
fn each<R>(
    pages: Pages<Secret, Failure>,
    operation: Operation,
    resource: impl Fn(String, Option<Timestamp>) -> R,
) -> Portion<R> {
    let mut read = Portion::default();
    for secret in pages.items {
        let name = secret.name.ok_or_else(|| missing(operation, "name"));
        read.push(name.map(|name| resource(name, secret.updated_at)));
    }
    read.gaps.extend(pages.failed.map(|f| f.unknown));
    read
}
