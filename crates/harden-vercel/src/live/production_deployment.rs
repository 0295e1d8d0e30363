//! GET /v6/deployments.

use harden_collect::Gathered;
use harden_core::{FactError, Known, Unknown};
use jiff::Timestamp;
use serde::Deserialize;

use super::run::{Live, Run, unknown};
use crate::operation::DEPLOYMENTS;
use crate::resources::{Deployment, ProductionDeployment, Project};

/// How many are read: some of the latest may be staged, and get no traffic.
const READ: &str = "20";

#[derive(Deserialize)]
struct Answer {
    deployments: Option<Vec<Item>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    uid: Option<String>,
    created: Option<i64>,
    ready_substate: Option<String>,
    meta: Option<Meta>,
}

/// Of what Git's host said, the commit: the rest names people and quotes them.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Meta {
    github_commit_sha: Option<String>,
    gitlab_commit_sha: Option<String>,
    bitbucket_commit_sha: Option<String>,
    git_commit_sha: Option<String>,
    git_dirty: Option<String>,
}

impl Live for ProductionDeployment {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        run.of_projects(|project| async {
            let latest = read(run, &project).await.into();
            Self {
                account: project.account,
                project: project.id,
                name: project.name,
                repository: project.repository,
                latest,
            }
        })
        .await
    }
}

async fn read(run: &Run<'_>, project: &Project) -> Result<Option<Deployment>, Unknown> {
    let query = [
        ("projectId", project.id.as_str()),
        ("target", "production"),
        ("state", "READY"),
        ("limit", READ),
    ];
    let answer: Answer = run
        .get(DEPLOYMENTS, &[], &query)
        .await
        .map_err(unknown(DEPLOYMENTS))?;
    let missing = |field| Unknown::missing(DEPLOYMENTS, field);
    let all = answer.deployments.ok_or_else(|| missing("deployments"))?;
    let any = !all.is_empty();
    // a staged one was built for production and never got its traffic
    let mut live: Vec<_> = all
        .into_iter()
        .filter(|item| item.ready_substate.as_deref() != Some("STAGED"))
        .collect();
    if any && live.is_empty() {
        let message =
            "the latest deployments are all staged: which one gets the traffic is not told";
        return Err(Unknown::undetermined(message).during(DEPLOYMENTS));
    }
    // one without a time may be the latest
    live.sort_by_key(|item| std::cmp::Reverse(item.created.unwrap_or(i64::MAX)));
    let Some(latest) = live.into_iter().next() else {
        return Ok(None);
    };
    let created = latest
        .created
        .and_then(|at| Timestamp::from_millisecond(at).ok());
    Ok(Some(Deployment {
        id: latest.uid.ok_or_else(|| missing("uid"))?,
        created_at: Known::present(created, DEPLOYMENTS, "created"),
        commit: Known::present(latest.meta.map(commit), DEPLOYMENTS, "meta"),
    }))
}

fn commit(meta: Meta) -> Option<String> {
    let found = meta
        .github_commit_sha
        .or(meta.gitlab_commit_sha)
        .or(meta.bitbucket_commit_sha)
        .or(meta.git_commit_sha);
    found.filter(|_| meta.git_dirty.as_deref() != Some("1"))
}
