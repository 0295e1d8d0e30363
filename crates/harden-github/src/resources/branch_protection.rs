//! Classic branch protection.

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::{Branch, within};

/// The classic protection of a branch, read by administrators only. Source: GET
/// /repos/{owner}/{repo}/branches/{branch}/protection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BranchProtection {
    /// `owner/repo`.
    pub repository: String,
    /// The branch.
    pub branch: String,
    /// What is in force.
    #[serde(default)]
    pub classic: Known<Classic>,
}

/// What classic protection is in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Classic {
    /// None: 404 "Branch not protected".
    None,
    /// The plan offers none for this repository: 403 "Upgrade to GitHub Pro …".
    NotOffered,
    /// These rules.
    Rules(Box<ClassicRules>),
}

/// The rules of classic protection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassicRules {
    /// The status checks that are required (required_status_checks); null for none.
    #[serde(default)]
    pub checks: Known<Option<RequiredChecks>>,
    /// The reviews that are required (required_pull_request_reviews); null where no pull request
    /// is.
    #[serde(default)]
    pub reviews: Known<Option<RequiredReviews>>,
    /// Whether only some may push (restrictions; absent for everybody who may write).
    #[serde(default)]
    pub restricts_pushes: Known<bool>,
    /// Whether administrators are held to it as well (enforce_admins.enabled).
    #[serde(default)]
    pub enforce_admins: Known<bool>,
    /// Whether commits must be signed (required_signatures.enabled).
    #[serde(default)]
    pub signatures: Known<bool>,
    /// Whether force pushes are let through (allow_force_pushes.enabled).
    #[serde(default)]
    pub force_pushes: Known<bool>,
    /// Whether it may be deleted (allow_deletions.enabled).
    #[serde(default)]
    pub deletions: Known<bool>,
    /// Whether it is read-only (lock_branch.enabled); absent on older servers.
    #[serde(default)]
    pub locked: Known<Option<bool>>,
}

/// Required status checks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequiredChecks {
    /// Whether the branch must be up to date before merging.
    #[serde(default)]
    pub strict: Known<bool>,
    /// The checks (checks, else contexts).
    #[serde(default)]
    pub contexts: Known<Vec<RequiredContext>>,
}

/// A status check that is required.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RequiredContext {
    /// The name that the check reports by.
    pub context: String,
    /// The App that must report it (app_id, integration_id); null for any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_id: Option<i64>,
}

/// Required reviews.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequiredReviews {
    /// How many approvals (required_approving_review_count).
    #[serde(default)]
    pub count: Known<u32>,
    /// Who needs no pull request (bypass_pull_request_allowances); GitHub leaves it out where
    /// there is nobody.
    #[serde(default)]
    pub bypass: Known<People>,
}

/// People, teams and Apps: logins and slugs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct People {
    /// Logins.
    #[serde(default)]
    pub users: Vec<String>,
    /// Slugs of teams.
    #[serde(default)]
    pub teams: Vec<String>,
    /// Slugs of Apps.
    #[serde(default)]
    pub apps: Vec<String>,
}

impl People {
    /// Whether it is nobody.
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
