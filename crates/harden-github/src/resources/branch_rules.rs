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
    /// For `pull_request`: whether changed files with a code owner need an approval of that owner
    /// (require_code_owner_review).
    #[serde(default)]
    pub code_owners: Known<Option<bool>>,
    /// For `pull_request`: whether someone other than the last pusher must approve the last push
    /// (require_last_push_approval).
    #[serde(default)]
    pub last_push: Known<Option<bool>>,
    /// For `pull_request`: the teams that must approve changes of some files (required_reviewers,
    /// which GitHub omits if there are none).
    #[serde(default)]
    pub reviewers: Known<Option<Vec<RequiredReviewers>>>,
    /// For `required_status_checks`: the checks (required_status_checks).
    #[serde(default)]
    pub contexts: Known<Option<Vec<RequiredContext>>>,
    /// For `required_status_checks`: whether the branch must be up to date before merging
    /// (strict_required_status_checks_policy).
    #[serde(default)]
    pub strict: Known<Option<bool>>,
}

/// A team that must approve changes of some files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RequiredReviewers {
    /// The number of approvals; with 0 the team is asked, and its approval is optional
    /// (minimum_approvals).
    #[serde(default)]
    pub approvals: Known<u32>,
    /// The patterns of the files, in fnmatch syntax (file_patterns).
    #[serde(default)]
    pub patterns: Known<Vec<String>>,
}

impl Resource for BranchRules {
    const KIND: &'static Kind = &Kind::new("github/branch-rules")
        .permissions(&["metadata=read"])
        .starts_from(&[Branch::KIND]);

    fn id(&self) -> ResourceId {
        within(Self::KIND.name, &self.repository, "@", &self.branch)
    }
}
