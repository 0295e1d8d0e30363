//! Actions variables, by name. The API returns their values too, but they are not recorded.

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::{Environment, Repository, within};

/// A variable of a repository. Source: GET /repos/{owner}/{repo}/actions/variables.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ActionsVariable {
    /// `owner/repo`.
    pub repository: String,
    /// Its name.
    pub name: String,
}

/// A variable of the organization that the repository may use. Source: GET
/// /repos/{owner}/{repo}/actions/organization-variables.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OrganizationVariable {
    /// `owner/repo`.
    pub repository: String,
    /// Its name.
    pub name: String,
}

/// The variables of an environment. Source: GET
/// /repos/{owner}/{repo}/environments/{environment_name}/variables.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EnvironmentVariables {
    /// `owner/repo`.
    pub repository: String,
    /// The environment.
    pub environment: String,
    /// The names of its variables.
    #[serde(default)]
    pub names: Known<Vec<String>>,
}

impl Resource for ActionsVariable {
    const KIND: &'static Kind = &Kind::new("github/actions-variable")
        .permissions(&["actions_variables=read"])
        .starts_from(&[Repository::KIND]);

    fn id(&self) -> ResourceId {
        within(Self::KIND.name, &self.repository, " variable ", &self.name)
    }
}

impl Resource for OrganizationVariable {
    const KIND: &'static Kind = &Kind::new("github/organization-variable")
        .permissions(&["actions_variables=read"])
        .starts_from(&[Repository::KIND]);

    fn id(&self) -> ResourceId {
        let sep = " organization variable ";
        within(Self::KIND.name, &self.repository, sep, &self.name)
    }
}

impl Resource for EnvironmentVariables {
    const KIND: &'static Kind = &Kind::new("github/environment-variables")
        .permissions(&["environments=read"])
        .starts_from(&[Environment::KIND]);

    fn id(&self) -> ResourceId {
        let sep = " environment ";
        within(Self::KIND.name, &self.repository, sep, &self.environment)
    }
}
