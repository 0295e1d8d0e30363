//! The checks and statuses of the last pull requests into a branch, and of its last commits.

use std::sync::Arc;

use futures::future::{join, join_all};
use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known, Listing};

use super::GithubProvider;
use super::answers::{CheckRuns, CombinedStatus, Commit, PullRequest};
use super::failure::{Failure, Said};
use super::repository_api::{RepositoryApi, known, missing, present};
use crate::operation::{CHECK_RUNS, COMMIT_STATUS, COMMITS, PULL_REQUESTS};
use crate::path::segment;
use crate::resources::{
    Branch, BranchProtection, BranchRules, Classic, CommitContexts, Offered, Report,
    ReportedContexts,
};

impl Collect<GithubProvider> for ReportedContexts {
    async fn collect(github: &GithubProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        let rules = facts.list::<BranchRules>().await?;
        let classic = facts.list::<BranchProtection>().await?;
        github
            .for_each(facts, |api, branch: Arc<Branch>| {
                let required = requires_checks(&api, &branch, &rules, &classic);
                read(api, branch, required)
            })
            .await
    }
}

/// Whether the branch may require a check: only then is it worth the calls.
fn requires_checks(
    api: &RepositoryApi,
    branch: &Branch,
    rules: &Listing<BranchRules>,
    classic: &Listing<BranchProtection>,
) -> bool {
    let place = api.place();
    let by_rules = match rules.get(&place, &branch.branch).ok() {
        Some(Some(found)) => match &found.rules {
            Known::Yes(Offered::NotOffered) => false,
            Known::Yes(Offered::Is(rules)) => {
                let may = |kind: &Known<String>| {
                    kind.ok()
                        .is_none_or(|kind| kind == "required_status_checks")
                };
                rules.iter().any(|rule| may(&rule.kind))
            }
            Known::No(_) => true,
        },
        Some(None) => false,
        None => true,
    };
    let by_classic = match classic.get(&place, &branch.branch).ok() {
        Some(Some(found)) => match &found.classic {
            Known::Yes(Classic::None | Classic::NotOffered) => false,
            Known::Yes(Classic::Rules(rules)) => !matches!(rules.checks, Known::Yes(None)),
            // what protects nothing requires nothing
            Known::No(_) => branch.protected != Known::Yes(false),
        },
        Some(None) => false,
        None => true,
    };
    by_rules || by_classic
}

async fn read(
    api: RepositoryApi,
    branch: Arc<Branch>,
    required: bool,
) -> Portion<ReportedContexts> {
    if branch.exists == Known::Yes(false) {
        return Portion::default();
    }
    let commits = if required {
        known(commits(&api, &branch.branch).await)
    } else {
        Known::Yes(Vec::new())
    };
    Portion::one(ReportedContexts {
        repository: branch.repository.clone(),
        branch: branch.branch.clone(),
        commits,
    })
}

async fn commits(api: &RepositoryApi, branch: &str) -> Result<Vec<CommitContexts>, Failure> {
    let wanted = api.policy.protection.reported_within as usize;
    let name = segment(branch);
    let path =
        format!("/pulls?state=all&base={name}&sort=updated&direction=desc&per_page={wanted}");
    let pages = api
        .get_pages_until::<Vec<PullRequest>>(PULL_REQUESTS, &path, |all| all.len() >= wanted)
        .await;
    let mut heads: Vec<(String, Option<u64>)> = Vec::new();
    for pull in pages.into_result()? {
        let number = pull
            .number
            .ok_or_else(|| missing(PULL_REQUESTS, "number"))?;
        let sha = pull.head.and_then(|head| head.sha);
        let sha = sha.ok_or_else(|| missing(PULL_REQUESTS, "head.sha"))?;
        heads.push((sha, Some(number)));
    }
    heads.truncate(wanted);
    if heads.len() < wanted {
        let more = wanted - heads.len();
        let path = format!("/commits?sha={name}&per_page={more}");
        let pages = api
            .get_pages_until::<Vec<Commit>>(COMMITS, &path, |all| all.len() >= more)
            .await;
        let commits = match pages.into_result() {
            Err(failure) if failure.said == Said::Empty => Vec::new(),
            result => result?,
        };
        for commit in commits.into_iter().take(more) {
            let sha = commit.sha.ok_or_else(|| missing(COMMITS, "sha"))?;
            heads.push((sha, None));
        }
    }
    // a merged pull request's head may be the commit of the branch too
    let mut seen = std::collections::HashSet::new();
    heads.retain(|(sha, _)| seen.insert(sha.clone()));
    let each = heads.into_iter().map(|(sha, pull_request)| async move {
        let contexts = known(contexts(api, &sha).await);
        CommitContexts {
            sha,
            pull_request,
            contexts,
        }
    });
    Ok(join_all(each).await)
}

async fn contexts(api: &RepositoryApi, sha: &str) -> Result<Vec<Report>, Failure> {
    let sha = segment(sha);
    let runs = format!("/commits/{sha}/check-runs?per_page=100");
    let status = format!("/commits/{sha}/status?per_page=100");
    let (runs, status) = join(
        api.get_pages::<CheckRuns>(CHECK_RUNS, &runs),
        api.get::<CombinedStatus>(COMMIT_STATUS, &status),
    )
    .await;
    let mut all = Vec::new();
    for run in runs.into_result()? {
        let conclusion = present(run.conclusion, CHECK_RUNS, "conclusion");
        let app = present(run.app, CHECK_RUNS, "app");
        all.push(Report {
            name: run.name.ok_or_else(|| missing(CHECK_RUNS, "name"))?,
            app: app.map(|app| app.and_then(|app| app.id)),
            skipped: conclusion.map(|conclusion| conclusion.as_deref() == Some("skipped")),
        });
    }
    let status = status?;
    let statuses = status
        .statuses
        .ok_or_else(|| missing(COMMIT_STATUS, "statuses"))?;
    // a commit with more statuses than a page holds is not expected, so only one page is read
    let total = status
        .total_count
        .ok_or_else(|| missing(COMMIT_STATUS, "total_count"))?;
    if u64::try_from(statuses.len()).is_ok_and(|read| read < total) {
        return Err(missing(COMMIT_STATUS, "status beyond the first hundred"));
    }
    for status in statuses {
        let context = status
            .context
            .ok_or_else(|| missing(COMMIT_STATUS, "context"))?;
        all.push(Report {
            name: context,
            app: Known::Yes(None),
            skipped: Known::Yes(false),
        });
    }
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all.dedup();
    Ok(all)
}
