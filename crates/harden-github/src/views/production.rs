//! The environment of production, and what it asks of a deployment.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{
    Cx, FactError, Kind, Known, Listing, Location, Place, Resource, ResourceId, Subject, Unknown,
};

use crate::GithubPolicy;
use crate::operation::BRANCH_PROTECTION;
use crate::resources::{
    Branch, BranchProtection, Classic, DeploymentBranches, Environment, EnvironmentBranchPolicies,
    LocalAction, Workflow,
};
use crate::views::deploy::Deploy;
use crate::views::deploy_jobs::productions;
use crate::views::plan::Plan;

/// What an environment asks before a deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rules {
    /// Whether the environment exists.
    pub(crate) exists: bool,
    /// How many people or teams one of whom must approve.
    pub(crate) reviewers: Known<u32>,
    /// Whether not every branch may deploy.
    pub(crate) branches: Known<bool>,
}

impl Rules {
    /// Whether it asks for anything.
    pub(crate) fn protect(&self) -> Known<bool> {
        let reviewed = self.reviewers.as_ref().map(|reviewers| *reviewers > 0);
        Known::any([reviewed, self.branches.clone()])
    }
}

/// What is listed of environments.
struct Listed {
    environments: Arc<Listing<Environment>>,
    policies: Arc<Listing<EnvironmentBranchPolicies>>,
    branches: Arc<Listing<Branch>>,
    classic: Arc<Listing<BranchProtection>>,
}

impl Listed {
    async fn of(cx: &Cx) -> Result<Self, FactError> {
        Ok(Self {
            environments: cx.list().await?,
            policies: cx.list().await?,
            branches: cx.list().await?,
            classic: cx.list().await?,
        })
    }

    /// Whether "protected branches only" keeps any branch out. GitHub's page on deployments and
    /// environments: only branches with branch protection rules, and all where no such rule is
    /// defined. Whether a ruleset counts it does not say, and one alone has let every branch through;
    /// so a branch must be known to have classic protection, and `protected` of a branch, which a
    /// ruleset sets as well, is not enough.
    fn protected_only(&self, place: &Place) -> Known<bool> {
        let own = self.branches.at(place).map(|(_, branch)| {
            if branch.protected == Known::Yes(false) {
                return Known::Yes(false);
            }
            let found = self.classic.get(place, &branch.branch);
            found.and_then(|found| match found {
                Some(found) => found
                    .classic
                    .as_ref()
                    .map(|classic| matches!(classic, Classic::Rules(_))),
                None => Unknown::undetermined("the branch was listed, and its protection was not")
                    .during(BRANCH_PROTECTION.name)
                    .into(),
            })
        });
        let readable = self.branches.readable(place).map(|()| false);
        Known::any(own.chain([readable])).and_then(|protected| {
            if protected {
                return Known::Yes(true);
            }
            Unknown::undetermined(
                "only protected branches may deploy, and where a repository has no branch protection \
                 rule, all may: no branch that was looked at has one, and a ruleset is not known to \
                 count; choose selected branches, and name them",
            )
            .into()
        })
    }

    /// The branches that are judged, those that do not exist left out.
    fn named(&self, place: &Place) -> Vec<String> {
        let own = self.branches.at(place).map(|(_, branch)| branch);
        own.filter(|branch| branch.exists != Known::Yes(false))
            .map(|branch| branch.branch.clone())
            .collect()
    }
}

/// The environment of production of a place.
fn rules(listed: &Listed, place: &Place, wanted: &str) -> Known<Rules> {
    let Listed {
        environments,
        policies,
        ..
    } = listed;
    let mut own = environments.at(place);
    let found = own.find(|(_, environment)| environment.name.eq_ignore_ascii_case(wanted));
    let Some((_, environment)) = found else {
        return environments.readable(place).map(|()| Rules {
            exists: false,
            reviewers: Known::Yes(0),
            branches: Known::Yes(false),
        });
    };
    let branches = environment
        .branches
        .as_ref()
        .and_then(|branches| match branches {
            DeploymentBranches::Any => Known::Yes(false),
            DeploymentBranches::Protected => listed.protected_only(place),
            DeploymentBranches::Custom => {
                policies
                    .get(place, &environment.name)
                    .and_then(|policy| match policy {
                        // `*` is every branch without a slash in its name
                        Some(policy) => policy.patterns.as_ref().map(|patterns| {
                            !patterns
                                .iter()
                                .any(|pattern| matches!(&**pattern, "*" | "**" | "**/*"))
                        }),
                        None => Unknown::undetermined("the patterns of its branches were not read")
                            .into(),
                    })
            }
        });
    Known::Yes(Rules {
        exists: true,
        reviewers: environment.reviewers.clone(),
        branches,
    })
}

/// A workflow that deploys, with the rules of production's environment.
#[derive(Debug, Clone)]
pub(crate) struct GatedDeploy {
    pub(crate) deploy: Deploy,
    pub(crate) rules: Known<Rules>,
}

/// The environment of production, and whether a workflow deploys to it.
#[derive(Debug, Clone)]
pub(crate) struct ProductionEnvironment {
    pub(crate) repository: String,
    pub(crate) name: String,
    /// Where a workflow uses it; none where none does.
    pub(crate) used: Known<Option<Location>>,
    pub(crate) rules: Known<Rules>,
    /// The branches that may deploy to it, as far as they are known.
    pub(crate) branches: Vec<String>,
}

const KINDS: &[&Kind] = &[
    Workflow::KIND,
    LocalAction::KIND,
    Environment::KIND,
    EnvironmentBranchPolicies::KIND,
    Branch::KIND,
    BranchProtection::KIND,
];

#[async_trait]
impl Subject for GatedDeploy {
    const KINDS: &'static [&'static Kind] = KINDS;

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let policy = cx.policy::<GithubPolicy>();
        let deploys = cx.subjects::<Deploy>().await?;
        let listed = Listed::of(cx).await?;
        let wanted = &policy.workflows.production_environment;
        let items = deploys.iter().map(|(id, deploy)| {
            let gated = Self {
                deploy: deploy.clone(),
                rules: rules(&listed, &id.place, wanted),
            };
            (Arc::clone(id), gated)
        });
        Ok(Arc::new(Listing::new(
            items.collect(),
            deploys.scope.clone(),
            deploys.gaps.clone(),
        )))
    }

    fn location(&self) -> Option<Location> {
        self.deploy.location()
    }
}

#[async_trait]
impl Subject for ProductionEnvironment {
    const KINDS: &'static [&'static Kind] = KINDS;

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let policy = cx.policy::<GithubPolicy>();
        let deploys = cx.subjects::<Deploy>().await?;
        let listed = Listed::of(cx).await?;
        let wanted = &policy.workflows.production_environment;
        let mut items: Vec<(Arc<ResourceId>, Self)> = Vec::new();
        for (id, deploy) in deploys.iter() {
            let used = used(deploy, &policy);
            // one of several workflows that certainly uses it is enough
            if let Some((_, before)) = items.last_mut()
                && before.repository == deploy.repository
            {
                if matches!(used, Known::Yes(Some(_))) || before.used == Known::Yes(None) {
                    before.used = used;
                }
                continue;
            }
            let name = ResourceId::new(Environment::KIND.name, id.place.clone(), wanted);
            let shown = format!("{} environment {wanted}", deploy.repository);
            let environment = Self {
                repository: deploy.repository.clone(),
                name: wanted.clone(),
                used,
                rules: rules(&listed, &id.place, wanted),
                branches: listed.named(&id.place),
            };
            items.push((Arc::new(name.shown_as(&shown)), environment));
        }
        Ok(Arc::new(Listing::new(
            items,
            deploys.scope.clone(),
            deploys.gaps.clone(),
        )))
    }

    fn location(&self) -> Option<Location> {
        self.used.ok()?.clone()
    }
}

/// Where a deploy workflow uses the environment of production.
fn used(deploy: &Deploy, policy: &GithubPolicy) -> Known<Option<Location>> {
    let read = || -> Result<Option<Location>, Unknown> {
        let Some(flow) = deploy.flow()? else {
            return Ok(None);
        };
        let plan = Plan::of(flow, &deploy.by_path())?;
        let wanted = &policy.workflows.production_environment;
        let mut unclear = None;
        for production in productions(&plan, policy)? {
            let Some(node) = plan.nodes.get(production.node) else {
                continue;
            };
            match node.environments.get() {
                Ok(names) if names.iter().any(|name| name.eq_ignore_ascii_case(wanted)) => {
                    let at = node.job.environment.as_ref().map_or(node.job.at, |e| e.at);
                    return Ok(Some(node.flow.workflow.at(at)));
                }
                Ok(_) => {}
                Err(unknown) => unclear = Some(unknown.into()),
            }
        }
        unclear.map_or(Ok(None), Err)
    };
    read().into()
}
