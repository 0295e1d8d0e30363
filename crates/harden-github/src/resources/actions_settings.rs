//! The GitHub Actions settings of a repository.

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::{Repository, of_repository};

/// The Actions settings of a repository. Sources: GET /repos/{owner}/{repo}/actions/permissions and
/// GET /repos/{owner}/{repo}/actions/permissions/workflow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ActionsSettings {
    /// `owner/repo`.
    pub repository: String,
    /// Whether Actions is enabled (enabled).
    #[serde(default)]
    pub enabled: Known<bool>,
    /// The permissions of GITHUB_TOKEN in a workflow that does not set `permissions`: `read` or `write`
    /// (default_workflow_permissions).
    #[serde(default)]
    pub default_token: Known<String>,
    /// Whether workflows may create and approve pull requests (can_approve_pull_request_reviews).
    #[serde(default)]
    pub approves_pull_requests: Known<bool>,
}

impl Resource for ActionsSettings {
    const KIND: &'static Kind = &Kind::new("github/actions-settings")
        .permissions(&["administration=read"])
        .starts_from(&[Repository::KIND]);

    fn id(&self) -> ResourceId {
        of_repository(Self::KIND.name, &self.repository)
    }
}
