//! What a repository says of its security features.

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::{Repository, SecurityFeatures, of_repository};

/// The security features of a repository, as [`Repository`] was told them: a kind of its own, since
/// it takes a permission that the rest of a repository does not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepositorySecurity {
    /// `owner/repo`.
    pub repository: String,
    /// The features.
    #[serde(default)]
    pub features: Known<SecurityFeatures>,
    /// Whether the repository is private or internal: then the plan decides what there is.
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
