//! What a repository says of its security features.

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::{Repository, of_repository};

/// The security features of a repository. GitHub shows them to administrators and security managers
/// only. Source: GET /repos/{owner}/{repo}, security_and_analysis.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepositorySecurity {
    /// `owner/repo`.
    pub repository: String,
    /// Whether pushed secrets are looked for (secret_scanning.status).
    #[serde(default)]
    pub secret_scanning: Known<bool>,
    /// Whether a push with a secret is refused (secret_scanning_push_protection.status).
    #[serde(default)]
    pub push_protection: Known<bool>,
    /// Whether Dependabot opens pull requests that mend vulnerable dependencies
    /// (dependabot_security_updates.status).
    #[serde(default)]
    pub security_updates: Known<bool>,
}

impl Resource for RepositorySecurity {
    const KIND: &'static Kind = &Kind {
        name: "github/repository-security",
        permissions: &["administration=read"],
        starts_from: &[Repository::KIND],
    };

    fn id(&self) -> ResourceId {
        of_repository(Self::KIND.name, &self.repository)
    }
}
