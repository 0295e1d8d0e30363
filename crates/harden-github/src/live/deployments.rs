//! GET /repos/{owner}/{repo}/deployments, and of each GET
//! /repos/{owner}/{repo}/deployments/{deployment_id}/statuses until one succeeded.

use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known, Unknown};

use super::GithubProvider;
use super::answers::{DeploymentAnswer, DeploymentStatus};
use super::failure::Failure;
use super::repository_api::{RepositoryApi, known, missing, present};
use crate::operation::{DEPLOYMENT_STATUSES, DEPLOYMENTS};
use crate::path::segment;
use crate::resources::{Deployment, Deployments};

/// How many deployments are searched for one that succeeded.
const MAX_DEPLOYMENTS: usize = 10;

impl Collect<GithubProvider> for Deployments {
    async fn collect(github: &GithubProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        github.in_repositories(facts, read).await
    }
}

async fn read(api: RepositoryApi) -> Portion<Deployments> {
    let environment = api.policy.workflows.production_environment.clone();
    Portion::one(Deployments {
        repository: api.repository.to_string(),
        latest: known(latest(&api, &environment).await).and_then(|latest| latest),
        environment,
    })
}

/// The latest deployment that succeeded. One that a later deployment replaced is `inactive` now, but
/// has a status of success as well. If all that are searched failed or wait for an approval, an older
/// one is deployed.
async fn latest(
    api: &RepositoryApi,
    environment: &str,
) -> Result<Known<Option<Deployment>>, Failure> {
    let environment = segment(environment);
    let path = format!("/deployments?environment={environment}&per_page={MAX_DEPLOYMENTS}");
    let pages = api
        .get_pages_until::<Vec<DeploymentAnswer>>(DEPLOYMENTS, &path, |all| {
            all.len() >= MAX_DEPLOYMENTS
        })
        .await;
    let mut all = pages.into_result()?;
    all.truncate(MAX_DEPLOYMENTS);
    let more = all.len() == MAX_DEPLOYMENTS;
    for deployment in all {
        let id = deployment.id.ok_or_else(|| missing(DEPLOYMENTS, "id"))?;
        let path = format!("/deployments/{id}/statuses?per_page=100");
        let statuses = api
            .get_pages::<Vec<DeploymentStatus>>(DEPLOYMENT_STATUSES, &path)
            .await
            .into_result()?;
        for status in statuses {
            let state = status
                .state
                .ok_or_else(|| missing(DEPLOYMENT_STATUSES, "state"))?;
            if state == "success" {
                return Ok(Known::Yes(Some(Deployment {
                    sha: deployment.sha.ok_or_else(|| missing(DEPLOYMENTS, "sha"))?,
                    git_ref: present(deployment.git_ref, DEPLOYMENTS, "ref"),
                    created_at: present(deployment.created_at, DEPLOYMENTS, "created_at"),
                })));
            }
        }
    }
    if more {
        let message = format!(
            "none of the last {MAX_DEPLOYMENTS} deployments to it succeeded, and older ones were not \
             read: name the deployed commit with --deployed-sha"
        );
        return Ok(Unknown::undetermined(message)
            .during(DEPLOYMENT_STATUSES.name)
            .into());
    }
    Ok(Known::Yes(None))
}
