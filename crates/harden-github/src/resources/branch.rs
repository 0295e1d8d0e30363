//! The branches that are judged.

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::{Repository, within};

/// A branch that is judged: the default branch, or those that the policy names. Source: GET
/// /repos/{owner}/{repo}/branches/{branch}.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Branch {
    /// `owner/repo`.
    pub repository: String,
    /// The branch.
    pub branch: String,
    /// Whether it is the default branch.
    #[serde(default)]
    pub is_default: Known<bool>,
    /// Whether it exists: a repository without commits has no branches.
    #[serde(default)]
    pub exists: Known<bool>,
    /// Whether classic protection or a ruleset protects it (protected). Everyone who may read the
    /// repository can read this field. False if the branch does not exist.
    #[serde(default)]
    pub protected: Known<bool>,
}

impl Resource for Branch {
    const KIND: &'static Kind = &Kind::new("github/branch")
        .permissions(&["contents=read"])
        .starts_from(&[Repository::KIND]);

    fn id(&self) -> ResourceId {
        within(Self::KIND.name, &self.repository, "@", &self.branch)
    }
}
