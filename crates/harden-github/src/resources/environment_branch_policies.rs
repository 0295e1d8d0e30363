//! The patterns of branches that may deploy to an environment.

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::{Environment, within};

/// The branch patterns of an environment with [`super::DeploymentBranches::Custom`]. Other environments
/// have no patterns. Source: GET
/// /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EnvironmentBranchPolicies {
    /// `owner/repo`.
    pub repository: String,
    /// The environment.
    pub environment: String,
    /// The patterns: `main`, `release/*`, `*`.
    #[serde(default)]
    pub patterns: Known<Vec<String>>,
}

impl Resource for EnvironmentBranchPolicies {
    const KIND: &'static Kind = &Kind::new("github/environment-branch-policies")
        .permissions(&["actions=read"])
        .starts_from(&[Environment::KIND]);

    fn id(&self) -> ResourceId {
        let sep = " environment ";
        within(Self::KIND.name, &self.repository, sep, &self.environment)
    }
}
