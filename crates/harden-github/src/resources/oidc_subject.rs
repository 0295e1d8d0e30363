//! What the subject claim of a repository's OIDC tokens is made of.

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::{Repository, of_repository};

/// The subject claim of a repository's OIDC tokens: what an AWS role's trust policy must match.
/// Source: GET /repos/{owner}/{repo}/actions/oidc/customization/sub.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OidcSubject {
    /// `owner/repo`.
    pub repository: String,
    /// Whether the claim has GitHub's default form, `repo:owner/repo:ref:…` (use_default).
    #[serde(default)]
    pub use_default: Known<bool>,
    /// The claims that it is made of, where it is customized (include_claim_keys).
    #[serde(default)]
    pub include_claim_keys: Known<Vec<String>>,
    /// Whether it names owner and repository by their numbers too (use_immutable_subject); absent
    /// on servers that do not know it.
    #[serde(default)]
    pub use_immutable_subject: Known<Option<bool>>,
}

impl Resource for OidcSubject {
    const KIND: &'static Kind = &Kind {
        name: "github/oidc-subject",
        permissions: &["actions=read"],
        starts_from: &[Repository::KIND],
    };

    fn id(&self) -> ResourceId {
        of_repository(Self::KIND.name, &self.repository)
    }
}
