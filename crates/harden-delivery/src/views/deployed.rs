//! What is deployed to production, as far as the run's providers tell.

use harden_core::{Gap, Known, Listing, Scope, Unknown};
use harden_github::GithubPolicy;
use harden_github::resources::{Deployments, WorkflowRuns};
use harden_vercel::resources::ProductionDeployment;
use jiff::Timestamp;

const DEPLOYMENTS: &str = "GET /repos/{owner}/{repo}/deployments";
const RUNS: &str = "GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs";
const VERCEL: &str = "GET /v6/deployments";

/// A place that deploys, and what it deployed last.
#[derive(Debug, Clone)]
pub(crate) struct Deployed {
    /// What deploys: `github:acme/shop`, `vercel:shop`; empty for a part of the estate that could not
    /// be listed.
    pub(crate) by: String,
    /// Another name of the same: the id of Vercel's project.
    pub(crate) alias: Option<String>,
    /// What it deployed last; none where it never did.
    pub(crate) last: Known<Option<Commit>>,
}

/// A commit that is deployed.
#[derive(Debug, Clone)]
pub(crate) struct Commit {
    /// The full SHA; none where the deployment names no commit.
    pub(crate) sha: Known<Option<String>>,
    /// When the deployment was made; none where only the commit is told.
    pub(crate) at: Known<Option<Timestamp>>,
    /// The operation that told.
    pub(crate) source: &'static str,
}

impl Deployed {
    /// Whether it is the place that a policy or a person calls so, or has a project's own name.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.by == name || self.alias.as_deref() == Some(name)
    }

    /// The last part of its name: the repository's, the project's.
    pub(crate) fn short_name(&self) -> &str {
        self.by.rsplit([':', '/']).next().unwrap_or_default()
    }

    /// A part of the estate that could not be listed: anything may be deployed by it.
    fn unlisted(gap: &Gap) -> Self {
        Self {
            by: String::new(),
            alias: None,
            last: gap.unknown.clone().into(),
        }
    }
}

/// Everything that deploys, by GitHub's deployments, else its workflows, and by Vercel's. A provider
/// that is not part of the run tells nothing.
pub(crate) fn all(
    deployments: &Listing<Deployments>,
    runs: &Listing<WorkflowRuns>,
    vercel: &Listing<ProductionDeployment>,
    policy: &GithubPolicy,
) -> Vec<Deployed> {
    let mut all: Vec<Deployed> = Vec::new();
    for (id, repository) in deployments.iter() {
        let last = match &repository.latest {
            Known::Yes(Some(latest)) => Some(Known::Yes(Some(Commit {
                sha: Known::Yes(Some(latest.sha.clone())),
                at: latest.created_at.clone().map(Some),
                source: DEPLOYMENTS,
            }))),
            // a workflow that deploys without naming an environment leaves no deployment
            Known::Yes(None) => by_workflow(runs, &id.place, policy),
            Known::No(unknown) => Some((**unknown).clone().into()),
        };
        all.extend(last.map(|last| Deployed {
            by: format!("github:{}", repository.repository),
            alias: None,
            last,
        }));
    }
    all.extend(vercel.iter().map(|(_, project)| Deployed {
        by: format!("vercel:{}", project.name),
        alias: Some(format!("vercel:{}", project.project)),
        last: project.latest.as_ref().map(|latest| {
            latest.as_ref().map(|latest| Commit {
                sha: latest.commit.clone(),
                at: latest.created_at.clone().map(Some),
                source: VERCEL,
            })
        }),
    }));
    let gaps = deployments.gaps.iter().chain(&vercel.gaps);
    all.extend(gaps.map(Deployed::unlisted));
    all
}

/// What the workflow that deploys ran on last. None where no workflow is known to deploy: the policy's
/// file, else those that are active and have `deploy` in their names.
fn by_workflow(
    runs: &Listing<WorkflowRuns>,
    place: &harden_core::Place,
    policy: &GithubPolicy,
) -> Option<Known<Option<Commit>>> {
    let file = policy.workflows.deploy.as_deref();
    let deploys = |workflow: &WorkflowRuns| {
        let name = workflow.path.rsplit('/').next().unwrap_or_default();
        match file {
            Some(file) => workflow.path == file || name == file,
            None => workflow.state.ok().is_none_or(|state| state == "active") && says_deploy(name),
        }
    };
    let mut found: Vec<Known<Option<Commit>>> = runs
        .at(place)
        .filter(|(_, workflow)| deploys(workflow))
        .map(|(_, workflow)| last_run(workflow))
        .collect();
    if let Known::No(unknown) = runs.readable(place) {
        return Some(Known::No(unknown));
    }
    if found.len() > 1 {
        let message = "several workflows have `deploy` in their names: say which one deploys to \
                       production, as `deploy` in [github.workflows]";
        return Some(Unknown::undetermined(message).during(RUNS).into());
    }
    found.pop()
}

/// Whether a file's name says that it deploys to production: `deploy.yml`, `deploy-prod.yml`, and not
/// `deploy-docs.yml`.
fn says_deploy(name: &str) -> bool {
    const OTHERS: [&str; 18] = [
        "demo",
        "dev",
        "development",
        "doc",
        "docs",
        "documentation",
        "pages",
        "preview",
        "previews",
        "qa",
        "review",
        "sandbox",
        "stage",
        "staging",
        "storybook",
        "test",
        "tests",
        "uat",
    ];
    let name = name.to_ascii_lowercase();
    let mut words = name.split(|c: char| !c.is_ascii_alphanumeric());
    name.contains("deploy") && !words.any(|word| OTHERS.contains(&word))
}

/// What a workflow ran on last with success: the listing goes back to the first run that is over.
fn last_run(workflow: &WorkflowRuns) -> Known<Option<Commit>> {
    workflow.runs.as_ref().and_then(|runs| {
        for run in runs {
            // runs under way, and those of pull requests, have deployed nothing
            if run
                .event
                .ok()
                .is_some_and(|event| event.starts_with("pull_request"))
            {
                continue;
            }
            match run.conclusion.as_ref() {
                Known::Yes(Some(conclusion)) if conclusion == "success" => {
                    return Known::Yes(Some(Commit {
                        sha: run.head_sha.clone().map(Some),
                        at: run.created_at.clone().map(Some),
                        source: RUNS,
                    }));
                }
                Known::Yes(Some(conclusion))
                    if conclusion == "skipped" || conclusion == "cancelled" => {}
                Known::Yes(Some(_)) => {
                    let message = "the last run of the workflow that deploys did not succeed";
                    return Unknown::undetermined(message).during(RUNS).into();
                }
                Known::Yes(None) => {}
                Known::No(unknown) => return Known::No(unknown),
            }
        }
        let message = "no run of the workflow that deploys was seen to succeed";
        Unknown::undetermined(message).during(RUNS).into()
    })
}

/// A listing of a provider that the run does not have.
pub(crate) fn nothing<R>() -> Listing<R> {
    Listing::new(Vec::new(), Scope::Places(Vec::new()), Vec::new())
}
