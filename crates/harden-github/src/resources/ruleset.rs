//! Rulesets, with the actors that may bypass them.

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::{Repository, within};

/// A ruleset for branches, of the repository or of its organization. Sources: GET
/// /repos/{owner}/{repo}/rulesets and GET /repos/{owner}/{repo}/rulesets/{ruleset_id}. With
/// `metadata=read`, everything except [`Ruleset::bypass_actors`] can be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Ruleset {
    /// `owner/repo`.
    pub repository: String,
    /// Its number (id).
    pub number: u64,
    /// `Repository`, `Organization` or `Enterprise` (source_type).
    #[serde(default)]
    pub source_type: Known<String>,
    /// The repository, the organization or the enterprise (source).
    #[serde(default)]
    pub source: Known<String>,
    /// The actors that may bypass it. GitHub returns them only to users who may edit the ruleset: the
    /// token needs `administration=write`, or `organization_administration=write` for a ruleset of
    /// the organization. The token of an audit only reads, so the field is unknown with it, and the
    /// kind does not require the permission to write.
    #[serde(default)]
    pub bypass_actors: Known<Vec<BypassActor>>,
}

/// An actor that may bypass a ruleset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BypassActor {
    /// `OrganizationAdmin`, `RepositoryRole`, `Team`, `Integration`, `DeployKey`, `User`
    /// (actor_type).
    #[serde(default)]
    pub kind: Known<String>,
    /// The number of the role, the team or the App (actor_id).
    #[serde(default)]
    pub id: Known<Option<i64>>,
    /// `always`, `pull_request` (only by a pull request) or `exempt` (bypass_mode).
    #[serde(default)]
    pub mode: Known<String>,
}

impl Resource for Ruleset {
    const KIND: &'static Kind = &Kind::new("github/ruleset")
        .permissions(&["metadata=read"])
        .starts_from(&[Repository::KIND]);

    fn id(&self) -> ResourceId {
        let number = self.number.to_string();
        within(Self::KIND.name, &self.repository, " ruleset ", &number)
    }
}
