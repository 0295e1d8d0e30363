//! The production environment and its protection rules.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{
    Cx, FactError, Kind, Known, Listing, Location, Place, Resource, ResourceId, Subject, Unknown,
};

use super::jobs::production_jobs;
use super::workflow::Deploy;
use crate::operation::BRANCH_PROTECTION;
use crate::policy::GithubPolicy;
use crate::resources::{
    Branch, BranchProtection, Classic, DeploymentBranches, Environment, EnvironmentBranchPolicies,
    LocalAction, Workflow,
};
use crate::views::workflow::Plan;

/// The protection rules of an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rules {
    /// Whether the environment exists.
    pub(crate) exists: bool,
    /// The number of required reviewers. One approval is enough, whatever the number.
    pub(crate) reviewers: Known<u32>,
    /// The number of Apps that must approve a deployment.
    pub(crate) app_rules: Known<u32>,
    /// Whether only some branches may deploy.
    pub(crate) branches: Known<bool>,
    /// The branches that may deploy and are known to be unprotected: everyone who can push to one of
    /// them can deploy.
    pub(crate) unprotected: Vec<String>,
}

impl Rules {
    /// Whether a rule protects the environment: a required reviewer, an App that must approve, or
    /// restricted branches.
    pub(crate) fn protect(&self) -> Known<bool> {
        Known::any([self.approved(), self.branches.clone()])
    }

    /// Whether a person or an App must approve each deployment.
    pub(crate) fn approved(&self) -> Known<bool> {
        let some = |count: &Known<u32>| count.as_ref().map(|count| *count > 0);
        Known::any([some(&self.reviewers), some(&self.app_rules)])
    }
}

/// The listings that the rules of an environment are joined from.
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

    /// Whether "protected branches only" restricts the branches. GitHub documents that only branches
    /// with branch protection rules may deploy, and all branches if the repository has no such rule
    /// (<https://docs.github.com/en/actions/reference/workflows-and-actions/deployments-and-environments#deployment-branches-and-tags>).
    /// It does not document whether a ruleset counts, and in a test a ruleset alone allowed every
    /// branch. So a branch must be known to have classic protection. The field `protected` of a branch
    /// is not enough, because a ruleset sets it too.
    fn protected_only(&self, place: &Place) -> Known<bool> {
        let own = self.branches.at(place).map(|(_, branch)| {
            // an unprotected branch has no classic protection, which needs administrator access to read
            if branch.protected == Known::Yes(false) {
                return Known::Yes(false);
            }
            let found = self.classic.get(place, &branch.branch);
            found.and_then(|found| match found {
                Some(found) => found
                    .classic
                    .as_ref()
                    .map(|classic| matches!(classic, Classic::Rules(_))),
                None => Unknown::undetermined("the branch was listed, but its protection was not")
                    .during(BRANCH_PROTECTION.name)
                    .into(),
            })
        });
        // branches that could not be listed may have a rule
        let readable = self.branches.readable(place).map(|()| false);
        Known::any(own.chain([readable])).and_then(|protected| {
            if protected {
                return Known::Yes(true);
            }
            Unknown::undetermined(
                "only protected branches may deploy, but without a branch protection rule in the \
                 repository all branches may: no judged branch has such a rule, and it is not known \
                 whether a ruleset counts; choose selected branches and name them",
            )
            .into()
        })
    }

    /// The judged branches that a pattern of the environment names and that nothing protects.
    fn unprotected(&self, place: &Place, environment: &str) -> Vec<String> {
        let policy = self.policies.get(place, environment);
        let Known::Yes(Some(policy)) = policy else {
            return Vec::new();
        };
        let named = policy.patterns.ok().map_or(&[][..], Vec::as_slice);
        let own = self.branches.at(place).map(|(_, branch)| branch);
        own.filter(|branch| branch.protected == Known::Yes(false))
            .filter(|branch| branch.exists != Known::Yes(false) && named.contains(&branch.branch))
            .map(|branch| branch.branch.clone())
            .collect()
    }

    /// The judged branches, without those that do not exist.
    fn named(&self, place: &Place) -> Vec<String> {
        let own = self.branches.at(place).map(|(_, branch)| branch);
        own.filter(|branch| branch.exists != Known::Yes(false))
            .map(|branch| branch.branch.clone())
            .collect()
    }
}

/// The rules of the production environment of a repository.
fn rules(listed: &Listed, place: &Place, production: &str) -> Known<Rules> {
    let Listed {
        environments,
        policies,
        ..
    } = listed;
    let mut own = environments.at(place);
    // GitHub ignores the case of environment names
    let found = own.find(|(_, environment)| environment.name.eq_ignore_ascii_case(production));
    // an environment that does not exist has no rules: GitHub creates it with the first run
    let Some((_, environment)) = found else {
        return environments.readable(place).map(|()| Rules {
            exists: false,
            reviewers: Known::Yes(0),
            app_rules: Known::Yes(0),
            branches: Known::Yes(false),
            unprotected: Vec::new(),
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
                        Some(policy) => policy
                            .patterns
                            .as_ref()
                            .map(|patterns| patterns.iter().all(|pattern| restricts(pattern))),
                        None => Unknown::undetermined("its branch patterns were not listed").into(),
                    })
            }
        });
    Known::Yes(Rules {
        exists: true,
        reviewers: environment.reviewers.clone(),
        app_rules: environment.app_rules.clone(),
        branches,
        unprotected: listed.unprotected(place, &environment.name),
    })
}

/// Whether a pattern restricts the branches. One without a letter or a digit of its own, such as `*`,
/// `*/*`, `?*` or `[a-z]*`, does not: everyone who can push can create a branch that matches it.
/// Patterns have the syntax of Ruby's `File.fnmatch`.
/// <https://docs.github.com/en/actions/reference/workflows-and-actions/deployments-and-environments#deployment-branches-and-tags>
fn restricts(pattern: &str) -> bool {
    let mut rest = pattern.chars();
    while let Some(c) = rest.next() {
        match c {
            // a set: any of its characters
            '[' => while rest.next().is_some_and(|c| c != ']') {},
            // a character that is meant literally
            '\\' if rest.next().is_some() => return true,
            c if c.is_alphanumeric() => return true,
            _ => {}
        }
    }
    false
}

/// A workflow that deploys, with the rules of the production environment.
#[derive(Debug, Clone)]
pub(crate) struct GatedDeploy {
    pub(crate) deploy: Deploy,
    pub(crate) rules: Known<Rules>,
}

/// The production environment, and whether a workflow deploys to it.
#[derive(Debug, Clone)]
pub(crate) struct ProductionEnvironment {
    pub(crate) repository: String,
    pub(crate) name: String,
    /// The place where a workflow uses it; `None` if no workflow does.
    pub(crate) used: Known<Option<Location>>,
    pub(crate) rules: Known<Rules>,
    /// The judged branches, which the remediation allows to deploy.
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
        let production = &policy.workflows.production_environment;
        let items = deploys.iter().map(|(id, deploy)| {
            let gated = Self {
                deploy: deploy.clone(),
                rules: rules(&listed, &id.place, production),
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
        let production = &policy.workflows.production_environment;
        let mut items: Vec<(Arc<ResourceId>, Self)> = Vec::new();
        for (id, deploy) in deploys.iter() {
            let used = used(deploy, &policy);
            // of several deploy workflows, one that certainly uses the environment is enough
            if let Some((_, before)) = items.last_mut()
                && before.repository == deploy.repository
            {
                // certainly used outweighs unknown, and unknown outweighs not used
                if matches!(used, Known::Yes(Some(_))) || before.used == Known::Yes(None) {
                    before.used = used;
                }
                continue;
            }
            let name = ResourceId::new(Environment::KIND.name, id.place.clone(), production);
            let shown = format!("{} environment {production}", deploy.repository);
            let environment = Self {
                repository: deploy.repository.clone(),
                name: production.clone(),
                used,
                rules: rules(&listed, &id.place, production),
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

/// The place where a deploy workflow uses the production environment.
fn used(deploy: &Deploy, policy: &GithubPolicy) -> Known<Option<Location>> {
    let read = || -> Result<Option<Location>, Unknown> {
        let Some(flow) = deploy.flow()? else {
            return Ok(None);
        };
        let plan = Plan::of(flow, &deploy.by_path())?;
        let production = &policy.workflows.production_environment;
        let mut unclear = None;
        for job in production_jobs(&plan, policy)? {
            let Some(node) = plan.nodes.get(job.node) else {
                continue;
            };
            match node.environments.get() {
                Ok(names)
                    if names
                        .iter()
                        .any(|name| name.eq_ignore_ascii_case(production)) =>
                {
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

#[cfg(test)]
mod tests {
    use super::restricts;

    #[test]
    fn a_pattern_that_every_branch_can_match_restricts_nothing() {
        for pattern in [
            "*", "**", "**/*", "*/*", "?*", "[a-z]*", "[!x]*", "*-*", "", "?", "*/**/*",
        ] {
            assert!(!restricts(pattern), "{pattern}");
        }
        for pattern in ["main", "release/*", "v[0-9]*", "*-prod", "\\*", "größe"] {
            assert!(restricts(pattern), "{pattern}");
        }
    }
}
