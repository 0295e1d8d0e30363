//! The security features of a repository.

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::{Repository, SecurityFeatures, of_repository};

/// The security features of a repository, from the same answer as [`Repository`]. It is a separate
/// kind because it needs a permission that the rest of a repository does not need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RepositorySecurity {
    /// `owner/repo`.
    pub repository: String,
    /// The features.
    #[serde(default)]
    pub features: Known<SecurityFeatures>,
    /// Whether the repository is private or internal. Then its features depend on the plan.
    #[serde(default)]
    pub private: Known<bool>,
}

impl Resource for RepositorySecurity {
    const KIND: &'static Kind = &Kind::new("github/repository-security")
        .permissions(&["administration=read"])
        .starts_from(&[Repository::KIND]);

    fn id(&self) -> ResourceId {
        of_repository(Self::KIND.name, &self.repository)
    }
}
