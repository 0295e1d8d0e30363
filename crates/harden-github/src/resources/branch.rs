//! The branches that are judged.

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::{Repository, within};

/// A branch that is judged: the default branch, or those that the policy names. Source: GET
/// /repos/{owner}/{repo}/branches/{branch}.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branch {
    /// `owner/repo`.
    pub repository: String,
    /// The branch.
    pub branch: String,
    /// Whether it is the default branch.
    #[serde(default)]
    pub is_default: Known<bool>,
    /// Whether it exists: a repository without commits has none.
    #[serde(default)]
    pub exists: Known<bool>,
    /// Whether anything protects it (protected): said to everybody who may read it, of classic
    /// protection and of rulesets alike. False where it does not exist.
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
