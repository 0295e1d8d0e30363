//! GET /v6/deployments.

use harden_collect::{Collect, Collected};
use harden_core::{FactError, Facts, Known, Unknown};
use jiff::Timestamp;
use serde::Deserialize;

use super::VercelProvider;
use crate::operation::DEPLOYMENTS;
use crate::resources::{Deployment, ProductionDeployment, Project};

/// How many are read. Some of the latest may be staged, and get no traffic.
const LIMIT: &str = "20";

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

/// Of what the Git host reported only the commit. The rest names people and quotes them.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Meta {
    github_commit_sha: Option<String>,
    gitlab_commit_sha: Option<String>,
    bitbucket_commit_sha: Option<String>,
    git_commit_sha: Option<String>,
    git_dirty: Option<String>,
}

impl Collect<VercelProvider> for ProductionDeployment {
    async fn collect(vercel: &VercelProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        let read = |project: Project| async {
            let latest = read_latest(vercel, facts, &project).await.into();
            Self {
                account: project.account,
                project: project.id,
                name: project.name,
                repository: project.repository,
                latest,
            }
        };
        vercel.for_each_project(facts, read).await
    }
}

/// The deployment that gets the traffic; none where nothing was deployed yet.
async fn read_latest(
    vercel: &VercelProvider,
    facts: &Facts,
    project: &Project,
) -> Result<Option<Deployment>, Unknown> {
    let query = [
        ("projectId", project.id.as_str()),
        ("target", "production"),
        ("state", "READY"),
        ("limit", LIMIT),
    ];
    let answer: Answer = vercel.get(facts, DEPLOYMENTS, &[], &query).await?;
    let missing = |field| Unknown::missing(DEPLOYMENTS, field);
    let all = answer.deployments.ok_or_else(|| missing("deployments"))?;
    let any = !all.is_empty();
    // a staged deployment was built for production and never got its traffic
    let mut live: Vec<_> = all
        .into_iter()
        .filter(|item| item.ready_substate.as_deref() != Some("STAGED"))
        .collect();
    if any && live.is_empty() {
        let message =
            "the latest deployments are all staged: it is not known which one gets the traffic";
        return Err(Unknown::undetermined(message).during(DEPLOYMENTS));
    }
    // one without a time may be the latest, so it sorts first
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

/// The commit of a deployment; none where uncommitted changes were deployed with it.
fn commit(meta: Meta) -> Option<String> {
    let found = meta
        .github_commit_sha
        .or(meta.gitlab_commit_sha)
        .or(meta.bitbucket_commit_sha)
        .or(meta.git_commit_sha);
    found.filter(|_| meta.git_dirty.as_deref() != Some("1"))
}
