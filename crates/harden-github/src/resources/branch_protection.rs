//! Classic branch protection.

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::{Branch, within};

/// The classic protection of a branch, which only administrators can read. Source: GET
/// /repos/{owner}/{repo}/branches/{branch}/protection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BranchProtection {
    /// `owner/repo`.
    pub repository: String,
    /// The branch.
    pub branch: String,
    /// The protection in force.
    #[serde(default)]
    pub classic: Known<Classic>,
}

/// The classic protection in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Classic {
    /// The branch has no classic protection: 404 "Branch not protected".
    None,
    /// The plan does not offer it for this repository: 403 "Upgrade to GitHub Pro …".
    NotOffered,
    /// These rules.
    Rules(Box<ClassicRules>),
}

/// The rules of classic protection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ClassicRules {
    /// The required status checks (required_status_checks); null if it requires no checks.
    #[serde(default)]
    pub checks: Known<Option<RequiredChecks>>,
    /// The required reviews (required_pull_request_reviews); null if it does not require a pull
    /// request.
    #[serde(default)]
    pub reviews: Known<Option<RequiredReviews>>,
    /// Whether only some users may push (restrictions). The API omits the field if everyone with write
    /// access may push.
    #[serde(default)]
    pub restricts_pushes: Known<bool>,
    /// Whether it applies to administrators too (enforce_admins.enabled).
    #[serde(default)]
    pub enforce_admins: Known<bool>,
    /// Whether commits must be signed (required_signatures.enabled).
    #[serde(default)]
    pub signatures: Known<bool>,
    /// Whether force pushes are allowed (allow_force_pushes.enabled).
    #[serde(default)]
    pub force_pushes: Known<bool>,
    /// Whether the branch may be deleted (allow_deletions.enabled).
    #[serde(default)]
    pub deletions: Known<bool>,
    /// Whether the branch is read-only (lock_branch.enabled); null on older servers, which do not have
    /// the setting.
    #[serde(default)]
    pub locked: Known<Option<bool>>,
}

/// Required status checks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RequiredChecks {
    /// Whether the branch must be up to date before merging.
    #[serde(default)]
    pub strict: Known<bool>,
    /// The checks (`checks`, or `contexts` on servers without it).
    #[serde(default)]
    pub contexts: Known<Vec<RequiredContext>>,
}

/// A required status check.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RequiredContext {
    /// The name under which the check reports.
    pub context: String,
    /// The App that must report it (app_id, integration_id); null for any App.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_id: Option<i64>,
}

/// Required reviews.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RequiredReviews {
    /// The number of approvals (required_approving_review_count).
    #[serde(default)]
    pub count: Known<u32>,
    /// Whether changed files with a code owner need an approval of that owner
    /// (require_code_owner_reviews).
    #[serde(default)]
    pub code_owners: Known<bool>,
    /// Whether someone other than the last pusher must approve the last push
    /// (require_last_push_approval); null on older servers, which do not have the setting.
    #[serde(default)]
    pub last_push: Known<Option<bool>>,
    /// Who may merge without a pull request (bypass_pull_request_allowances). GitHub omits the field if
    /// there is no such user, team or App.
    #[serde(default)]
    pub bypass: Known<People>,
}

/// People, teams and Apps: logins and slugs. Each list is required: a list that is missing from a
/// record would otherwise count as "nobody".
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct People {
    /// Logins.
    pub users: Vec<String>,
    /// Slugs of teams.
    pub teams: Vec<String>,
    /// Slugs of Apps.
    pub apps: Vec<String>,
}

impl People {
    /// Whether there are no users, teams and Apps.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.users.is_empty() && self.teams.is_empty() && self.apps.is_empty()
    }
}

impl Resource for BranchProtection {
    const KIND: &'static Kind = &Kind::new("github/branch-protection")
        .permissions(&["administration=read"])
        .starts_from(&[Branch::KIND]);

    fn id(&self) -> ResourceId {
        within(Self::KIND.name, &self.repository, "@", &self.branch)
    }
}
