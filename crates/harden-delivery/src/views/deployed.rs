//! The commits that are deployed to production, as the providers of the run report them.

use harden_core::{Gap, Known, Listing, Scope, Unknown};
use harden_github::GithubPolicy;
use harden_github::resources::{Deployments, WorkflowRuns};
use harden_vercel::resources::ProductionDeployment;
use jiff::Timestamp;

const DEPLOYMENTS: &str = "GET /repos/{owner}/{repo}/deployments";
const RUNS: &str = "GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs";
const VERCEL: &str = "GET /v6/deployments";

/// A repository or a Vercel project that deploys, and its last deployment.
#[derive(Debug, Clone)]
pub(crate) struct Deployed {
    /// Its name: `github:acme/shop`, `vercel:shop`; empty for a part of the estate that could not
    /// be listed.
    pub(crate) by: String,
    /// Its second name: the id of the Vercel project.
    pub(crate) alias: Option<String>,
    /// Its last deployment; `None` where it never deployed.
    pub(crate) last: Known<Option<Commit>>,
}

/// A commit that is deployed.
#[derive(Debug, Clone)]
pub(crate) struct Commit {
    /// The full SHA; `None` where the deployment names no commit.
    pub(crate) sha: Known<Option<String>>,
    /// When it was deployed; `None` where only the commit is known.
    pub(crate) at: Known<Option<Timestamp>>,
    /// The API operation that it was read with.
    pub(crate) source: &'static str,
}

impl Deployed {
    /// Whether a name of the policy (`vercel:shop`) names it.
    pub(crate) fn is_named(&self, name: &str) -> bool {
        self.by == name || self.alias.as_deref() == Some(name)
    }

    /// The last part of its name: the repository or the Vercel project, without owner.
    pub(crate) fn short_name(&self) -> &str {
        self.by.rsplit([':', '/']).next().unwrap_or_default()
    }

    /// A part of the estate that could not be listed. It can have deployed any project.
    fn unlisted(gap: &Gap) -> Self {
        Self {
            by: String::new(),
            alias: None,
            last: gap.unknown.clone().into(),
        }
    }
}

/// Everything that deploys: each GitHub repository, by its deployments or else by its workflow
/// runs, and each Vercel project. A provider that is not part of the run adds nothing.
pub(crate) fn list_deployed(
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
            // a workflow job without an `environment` deploys without creating a GitHub deployment,
            // so the absence of deployments does not show that nothing was deployed
            Known::Yes(None) => last_deployed_by_workflow(runs, &id.place, policy),
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

/// The commit of the last successful run of the workflow that deploys: the policy's file, else the
/// one active workflow whose file name shows that it deploys. `None` where there is no such
/// workflow.
fn last_deployed_by_workflow(
    runs: &Listing<WorkflowRuns>,
    place: &harden_core::Place,
    policy: &GithubPolicy,
) -> Option<Known<Option<Commit>>> {
    let file = policy.workflows.deploy.as_deref();
    let deploys = |workflow: &WorkflowRuns| {
        let name = workflow.path.rsplit('/').next().unwrap_or_default();
        match file {
            Some(file) => workflow.path == file || name == file,
            None => {
                workflow.state.ok().is_none_or(|state| state == "active") && is_deploy_name(name)
            }
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
        let message = "several workflows have `deploy` in their names: set the one that deploys to \
                       production as `deploy` in [github.workflows]";
        return Some(Unknown::undetermined(message).during(RUNS).into());
    }
    found.pop()
}

/// Whether the name of a workflow file shows that it deploys to production: `deploy.yml` and
/// `deploy-prod.yml` do, `deploy-docs.yml` does not.
fn is_deploy_name(name: &str) -> bool {
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

/// The commit of the last completed run of a workflow, if the run succeeded. Runs are listed back
/// to the newest completed one.
fn last_run(workflow: &WorkflowRuns) -> Known<Option<Commit>> {
    workflow.runs.as_ref().and_then(|runs| {
        for run in runs {
            // a run of a pull request does not deploy to production
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
                    let message = "the last run of the workflow that deploys did not succeed, so the deployed \
                                   commit is not known";
                    return Unknown::undetermined(message).during(RUNS).into();
                }
                // in progress: the run before it decides
                Known::Yes(None) => {}
                Known::No(unknown) => return Known::No(unknown),
            }
        }
        let message = "no successful run of the workflow that deploys was found";
        Unknown::undetermined(message).during(RUNS).into()
    })
}

/// The listing of a provider that is not part of the run.
pub(crate) fn empty_listing<R>() -> Listing<R> {
    Listing::new(Vec::new(), Scope::Places(Vec::new()), Vec::new())
}
