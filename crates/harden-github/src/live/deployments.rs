//! GET /repos/{owner}/{repo}/deployments, and of each GET
//! /repos/{owner}/{repo}/deployments/{deployment_id}/statuses until one succeeded.

use harden_core::{FactError, Known, Unknown};

use super::answers::{DeploymentAnswer, DeploymentStatus};
use super::at::{At, known, missing, present};
use super::failure::Failure;
use super::gather::{Gathered, Read};
use super::listers::{Live, Run};
use crate::operation::{DEPLOYMENT_STATUSES, DEPLOYMENTS};
use crate::path::segment;
use crate::resources::{Deployment, Deployments};

/// How many deployments are looked at for one that succeeded.
const LOOKED_AT: usize = 10;

impl Live for Deployments {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        run.in_repositories(read).await
    }
}

async fn read(at: At) -> Read<Deployments> {
    let environment = at.policy.workflows.production_environment.clone();
    Deployments {
        repository: at.repository.to_string(),
        latest: known(latest(&at, &environment).await).and_then(|latest| latest),
        environment,
    }
    .into()
}

/// The latest that succeeded. One that a later one replaced is `inactive` today, and had succeeded;
/// its own statuses say so. Where those that are looked at all wait for an approval or failed, an
/// older one is what is deployed.
async fn latest(at: &At, environment: &str) -> Result<Known<Option<Deployment>>, Failure> {
    let environment = segment(environment);
    let path = format!("/deployments?environment={environment}&per_page={LOOKED_AT}");
    let pages = at
        .pages_until::<Vec<DeploymentAnswer>>(DEPLOYMENTS, &path, |all| all.len() >= LOOKED_AT)
        .await;
    let mut all = pages.complete()?;
    all.truncate(LOOKED_AT);
    let more = all.len() == LOOKED_AT;
    for deployment in all {
        let id = deployment.id.ok_or_else(|| missing(DEPLOYMENTS, "id"))?;
        let path = format!("/deployments/{id}/statuses?per_page=100");
        let statuses = at
            .pages::<Vec<DeploymentStatus>>(DEPLOYMENT_STATUSES, &path)
            .await
            .complete()?;
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
            "none of the last {LOOKED_AT} deployments to it succeeded, and older ones are not looked \
             at: say what is deployed with --deployed-sha"
        );
        return Ok(Unknown::undetermined(message)
            .during(DEPLOYMENT_STATUSES.name)
            .into());
    }
    Ok(Known::Yes(None))
}
