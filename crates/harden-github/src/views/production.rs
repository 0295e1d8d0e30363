//! The environment of production, and what it asks of a deployment.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{
    Cx, FactError, Kind, Known, Listing, Location, Place, Resource, ResourceId, Subject, Unknown,
};

use crate::GithubPolicy;
use crate::resources::{
    Branch, DeploymentBranches, Environment, EnvironmentBranchPolicies, LocalAction, Workflow,
};
use crate::views::deploy::{Deploy, productions};
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
    /// Whether a branch that is judged is protected.
    pub(crate) protected: Known<bool>,
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
}

impl Listed {
    async fn of(cx: &Cx) -> Result<Self, FactError> {
        Ok(Self {
            environments: cx.list().await?,
            policies: cx.list().await?,
            branches: cx.list().await?,
        })
    }
}

/// The environment of production of a place.
fn rules(listed: &Listed, place: &Place, wanted: &str) -> Known<Rules> {
    let Listed {
        environments,
        policies,
        branches,
    } = listed;
    let own = branches.at(place);
    let protected = Known::any(
        own.map(|(_, branch)| branch.protected.clone())
            .chain([branches.readable(place).map(|()| false)]),
    );
    let mut own = environments.at(place);
    let found = own.find(|(_, environment)| environment.name.eq_ignore_ascii_case(wanted));
    let Some((_, environment)) = found else {
        return environments.readable(place).map(|()| Rules {
            exists: false,
            reviewers: Known::Yes(0),
            branches: Known::Yes(false),
            protected: protected.clone(),
        });
    };
    let branches = environment
        .branches
        .as_ref()
        .and_then(|branches| match branches {
            DeploymentBranches::Any => Known::Yes(false),
            // where no branch is protected, all may deploy: GitHub's page on deployments and
            // environments
            DeploymentBranches::Protected => protected.clone().and_then(|protected| {
                if protected {
                    return Known::Yes(true);
                }
                Unknown::undetermined(
                    "only protected branches may deploy, and where a repository has none, all may: \
                     no branch that was looked at is protected",
                )
                .into()
            }),
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
        protected,
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
}

const KINDS: &[&Kind] = &[
    Workflow::KIND,
    LocalAction::KIND,
    Environment::KIND,
    EnvironmentBranchPolicies::KIND,
    Branch::KIND,
];

#[async_trait]
impl Subject for GatedDeploy {
    const KINDS: &'static [&'static Kind] = KINDS;

    async fn gather(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
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

    async fn gather(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
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
