//! Deployment environments.

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::{Repository, within};

/// An environment and its protection rules. Source: GET /repos/{owner}/{repo}/environments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Environment {
    /// `owner/repo`.
    pub repository: String,
    /// Its name.
    pub name: String,
    /// The number of required reviewers, one of whom must approve a deployment; 0 without the rule
    /// (protection_rules, `required_reviewers`).
    #[serde(default)]
    pub reviewers: Known<u32>,
    /// The number of custom deployment protection rules that are enabled: an App must approve a
    /// deployment (protection_rules, `custom_deployment_protection_rule`).
    #[serde(default)]
    pub app_rules: Known<u32>,
    /// Which branches may deploy to it (deployment_branch_policy).
    #[serde(default)]
    pub branches: Known<DeploymentBranches>,
}

/// The branches that may deploy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum DeploymentBranches {
    /// All branches.
    Any,
    /// Branches with a branch protection rule.
    Protected,
    /// Branches that match the patterns of [`super::EnvironmentBranchPolicies`].
    Custom,
}

impl Resource for Environment {
    const KIND: &'static Kind = &Kind::new("github/environment")
        .permissions(&["actions=read"])
        .starts_from(&[Repository::KIND]);

    fn id(&self) -> ResourceId {
        within(
            Self::KIND.name,
            &self.repository,
            " environment ",
            &self.name,
        )
    }
}
