//! Repositories.

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::of_repository;

/// A repository. Source: GET /repos/{owner}/{repo}.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repository {
    /// `owner/repo`, as the policy or the checkout names it. One that was renamed keeps the name it
    /// was asked by; `renamed_to` has the other.
    pub repository: String,
    /// What it is called now, where that is something else: GitHub answered 301.
    #[serde(default)]
    pub renamed_to: Known<Option<String>>,
    /// The default branch. A repository without commits names one too, that does not exist yet.
    #[serde(default)]
    pub default_branch: Known<String>,
    /// Whether it is private or internal.
    #[serde(default)]
    pub private: Known<bool>,
    /// Its security features (security_and_analysis).
    #[serde(default)]
    pub security: Known<SecurityFeatures>,
}

/// The security features of a repository. GitHub shows them to administrators and security managers
/// only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityFeatures {
    /// Whether pushed secrets are looked for (secret_scanning.status).
    #[serde(default)]
    pub secret_scanning: Known<bool>,
    /// Whether a push with a secret is refused (secret_scanning_push_protection.status).
    #[serde(default)]
    pub push_protection: Known<bool>,
}

impl Resource for Repository {
    const KIND: &'static Kind = &Kind::new("github/repository").permissions(&["metadata=read"]);

    fn id(&self) -> ResourceId {
        of_repository(Self::KIND.name, &self.repository)
    }
}
