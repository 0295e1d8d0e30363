//! The names of secrets: GET /repos/{owner}/{repo}/actions/secrets, …/actions/organization-secrets
//! and …/environments/{environment_name}/secrets.

use std::sync::Arc;

use harden_core::FactError;
use jiff::Timestamp;

use super::answers::{Secret, Secrets};
use super::at::{At, Pages, known, missing, present};
use super::failure::Failure;
use super::gather::{Gathered, Read};
use super::listers::{Live, Run};
use crate::operation::{ENVIRONMENT_SECRETS, ORGANIZATION_SECRETS, Operation, SECRETS};
use crate::path::segment;
use crate::resources::{
    ActionsSecret, Environment, EnvironmentSecrets, OrganizationSecret, SecretEntry,
};

impl Live for ActionsSecret {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        run.in_repositories(async |at| {
            let pages = at
                .pages::<Secrets>(SECRETS, "/actions/secrets?per_page=100")
                .await;
            each(pages, SECRETS, |name, updated_at| Self {
                repository: at.repository.to_string(),
                name,
                updated_at: present(updated_at, SECRETS, "updated_at"),
            })
        })
        .await
    }
}

impl Live for OrganizationSecret {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        run.in_repositories(async |at| {
            let path = "/actions/organization-secrets?per_page=100";
            let pages = at.pages::<Secrets>(ORGANIZATION_SECRETS, path).await;
            each(pages, ORGANIZATION_SECRETS, |name, updated_at| Self {
                repository: at.repository.to_string(),
                name,
                updated_at: present(updated_at, ORGANIZATION_SECRETS, "updated_at"),
            })
        })
        .await
    }
}

impl Live for EnvironmentSecrets {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        run.from(of_environment).await
    }
}

async fn of_environment(at: At, environment: Arc<Environment>) -> Read<EnvironmentSecrets> {
    let name = segment(&environment.name);
    let path = format!("/environments/{name}/secrets?per_page=100");
    let pages = at.pages::<Secrets>(ENVIRONMENT_SECRETS, &path).await;
    let read = each(pages, ENVIRONMENT_SECRETS, |name, updated_at| SecretEntry {
        name,
        updated_at: present(updated_at, ENVIRONMENT_SECRETS, "updated_at"),
    });
    EnvironmentSecrets {
        repository: environment.repository.clone(),
        environment: environment.name.clone(),
        secrets: known(match read.gaps.into_iter().next() {
            None => Ok(read.resources),
            Some(unknown) => Err(Failure {
                said: super::failure::Said::Other,
                unknown,
            }),
        }),
    }
    .into()
}

/// The secrets of a level, each by its name.
fn each<R>(
    pages: Pages<Secret>,
    operation: Operation,
    resource: impl Fn(String, Option<Timestamp>) -> R,
) -> Read<R> {
    let mut read = Read::default();
    for secret in pages.items {
        let name = secret.name.ok_or_else(|| missing(operation, "name"));
        read.push(name.map(|name| resource(name, secret.updated_at)));
    }
    read.gaps.extend(pages.failed.map(|f| f.unknown));
    read
}
