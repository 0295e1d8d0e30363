//! Actions secrets, by name. The API never returns their values.

use harden_core::{Kind, Known, Resource, ResourceId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Environment, Repository, within};

/// A secret of a repository. Source: GET /repos/{owner}/{repo}/actions/secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ActionsSecret {
    /// `owner/repo`.
    pub repository: String,
    /// Its name.
    pub name: String,
    /// The time when it was last set (updated_at).
    #[serde(default)]
    pub updated_at: Known<Timestamp>,
}

/// A secret of the organization that the repository may use. Source: GET
/// /repos/{owner}/{repo}/actions/organization-secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OrganizationSecret {
    /// `owner/repo`.
    pub repository: String,
    /// Its name.
    pub name: String,
    /// The time when it was last set (updated_at).
    #[serde(default)]
    pub updated_at: Known<Timestamp>,
}

/// The secrets of an environment. Source: GET
/// /repos/{owner}/{repo}/environments/{environment_name}/secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EnvironmentSecrets {
    /// `owner/repo`.
    pub repository: String,
    /// The environment.
    pub environment: String,
    /// Its secrets.
    #[serde(default)]
    pub secrets: Known<Vec<SecretEntry>>,
}

/// A secret of an environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SecretEntry {
    /// Its name.
    pub name: String,
    /// The time when it was last set (updated_at).
    #[serde(default)]
    pub updated_at: Known<Timestamp>,
}

impl Resource for ActionsSecret {
    const KIND: &'static Kind = &Kind::new("github/actions-secret")
        .permissions(&["secrets=read"])
        .starts_from(&[Repository::KIND]);

    fn id(&self) -> ResourceId {
        within(Self::KIND.name, &self.repository, " secret ", &self.name)
    }
}

impl Resource for OrganizationSecret {
    const KIND: &'static Kind = &Kind::new("github/organization-secret")
        .permissions(&["secrets=read"])
        .starts_from(&[Repository::KIND]);

    fn id(&self) -> ResourceId {
        let sep = " organization secret ";
        within(Self::KIND.name, &self.repository, sep, &self.name)
    }
}

impl Resource for EnvironmentSecrets {
    const KIND: &'static Kind = &Kind::new("github/environment-secrets")
        .permissions(&["environments=read"])
        .starts_from(&[Environment::KIND]);

    fn id(&self) -> ResourceId {
        let sep = " environment ";
        within(Self::KIND.name, &self.repository, sep, &self.environment)
    }
}
