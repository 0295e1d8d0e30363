//! The rules of active rulesets that are in force on a branch.

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::{Branch, RequiredContext, within};

/// The rules in force on a branch, of all active rulesets of the repository and the organization. Rules
/// of disabled rulesets, and of rulesets that only evaluate, are not included. Source: GET
/// /repos/{owner}/{repo}/rules/branches/{branch}.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BranchRules {
    /// `owner/repo`.
    pub repository: String,
    /// The branch.
    pub branch: String,
    /// The rules.
    #[serde(default)]
    pub rules: Known<Offered<Vec<EffectiveRule>>>,
}

/// A feature that the plan may not offer for a repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Offered<T> {
    /// The plan does not offer it for this repository: 403 "Upgrade to GitHub Pro …".
    NotOffered,
    /// The plan offers it, with this value.
    Is(T),
}

/// A rule in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EffectiveRule {
    /// `pull_request`, `required_status_checks`, `non_fast_forward`, `deletion`, `update`,
    /// `required_signatures`, … (type).
    #[serde(default)]
    pub kind: Known<String>,
    /// The number of its ruleset (ruleset_id).
    #[serde(default)]
    pub ruleset: Known<u64>,
    /// The repository or the organization of the ruleset (ruleset_source).
    #[serde(default)]
    pub source: Known<String>,
    /// For `pull_request`: the number of approvals (required_approving_review_count).
    #[serde(default)]
    pub reviews: Known<Option<u32>>,
    /// For `required_status_checks`: the checks (required_status_checks).
    #[serde(default)]
    pub contexts: Known<Option<Vec<RequiredContext>>>,
    /// For `required_status_checks`: whether the branch must be up to date before merging
    /// (strict_required_status_checks_policy).
    #[serde(default)]
    pub strict: Known<Option<bool>>,
}

impl Resource for BranchRules {
    const KIND: &'static Kind = &Kind::new("github/branch-rules")
        .permissions(&["metadata=read"])
        .starts_from(&[Branch::KIND]);

    fn id(&self) -> ResourceId {
        within(Self::KIND.name, &self.repository, "@", &self.branch)
    }
}
