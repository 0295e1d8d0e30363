//! Rulesets, for who may bypass them.

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::{Repository, within};

/// A ruleset for branches, of the repository or of its organization. Sources: GET
/// /repos/{owner}/{repo}/rulesets and GET /repos/{owner}/{repo}/rulesets/{ruleset_id}. With
/// `metadata=read` all is read but [`Ruleset::bypass_actors`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ruleset {
    /// `owner/repo`.
    pub repository: String,
    /// Its number.
    pub number: u64,
    /// `Repository`, `Organization` or `Enterprise` (source_type).
    #[serde(default)]
    pub source_type: Known<String>,
    /// The repository, the organization or the enterprise (source).
    #[serde(default)]
    pub source: Known<String>,
    /// Who may bypass it. GitHub shows it only to who may edit the ruleset: a token needs
    /// `administration=write`, or `organization_administration=write` for a ruleset of the
    /// organization. An audit's token reads only, so for it this is unknown; the kind does not ask
    /// for the right to write.
    #[serde(default)]
    pub bypass_actors: Known<Vec<BypassActor>>,
}

/// Somebody who may bypass a ruleset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
