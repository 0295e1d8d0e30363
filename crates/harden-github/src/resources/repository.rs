//! Repositories.

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::of_repository;

/// A repository. Source: GET /repos/{owner}/{repo}.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Repository {
    /// `owner/repo`, as the policy or the checkout names it. A renamed repository keeps this name here;
    /// `renamed_to` has the new name.
    pub repository: String,
    /// The new name of a renamed repository: GitHub answered 301.
    #[serde(default)]
    pub renamed_to: Known<Option<String>>,
    /// The default branch. In a repository without commits, that branch does not exist yet.
    #[serde(default)]
    pub default_branch: Known<String>,
    /// Whether it is private or internal.
    #[serde(default)]
    pub private: Known<bool>,
    /// Its security features (security_and_analysis).
    #[serde(default)]
    pub security: Known<SecurityFeatures>,
}

/// The security features of a repository. GitHub shows them only to administrators and security
/// managers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SecurityFeatures {
    /// Whether GitHub scans the repository for secrets (secret_scanning.status).
    #[serde(default)]
    pub secret_scanning: Known<bool>,
    /// Whether GitHub refuses a push with a secret (secret_scanning_push_protection.status).
    #[serde(default)]
    pub push_protection: Known<bool>,
}

impl Resource for Repository {
    const KIND: &'static Kind = &Kind::new("github/repository").permissions(&["metadata=read"]);

    fn id(&self) -> ResourceId {
        of_repository(Self::KIND.name, &self.repository)
    }
}
