//! The parts of the API's answers that are read. Nothing else is kept, neither in memory nor in the
//! cache: no type here has a field for the value of a secret or of a variable.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A page of a listing.
pub(super) trait Listed {
    type Item;

    /// The items, and how many the whole listing has, where the API states it. An error is the name of
    /// the missing field.
    fn open(self) -> Result<(Vec<Self::Item>, Option<u64>), &'static str>;
}

impl<T> Listed for Vec<T> {
    type Item = T;

    fn open(self) -> Result<(Self, Option<u64>), &'static str> {
        Ok((self, None))
    }
}

/// Listings that state how many items they have.
macro_rules! counted {
    ($($(#[$doc:meta])* $page:ident { $field:ident: $item:ty })*) => {$(
        $(#[$doc])*
        #[derive(Serialize, Deserialize)]
        pub(super) struct $page {
            total_count: Option<u64>,
            $field: Option<Vec<$item>>,
        }

        impl Listed for $page {
            type Item = $item;

            fn open(self) -> Result<(Vec<$item>, Option<u64>), &'static str> {
                let total = self.total_count.ok_or("total_count")?;
                Ok((self.$field.ok_or(stringify!($field))?, Some(total)))
            }
        }
    )*};
}

counted! {
    Secrets { secrets: Secret }
    Variables { variables: Named }
    Environments { environments: EnvironmentAnswer }
    BranchPolicies { branch_policies: Named }
    Workflows { workflows: WorkflowAnswer }
    Runs { workflow_runs: RunAnswer }
    CheckRuns { check_runs: CheckRunAnswer }
}

#[derive(Serialize, Deserialize)]
pub(super) struct Secret {
    pub(super) name: Option<String>,
    pub(super) updated_at: Option<Timestamp>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct CheckRunAnswer {
    pub(super) name: Option<String>,
    /// Null while it runs; absent is another thing.
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Option::is_none"
    )]
    pub(super) conclusion: Option<Option<String>>,
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Option::is_none"
    )]
    pub(super) app: Option<Option<Numbered>>,
}

/// An object of which only the number is read.
#[derive(Serialize, Deserialize)]
pub(super) struct Numbered {
    pub(super) id: Option<i64>,
}

/// An object of which only the name is read: a variable, a pattern of branches.
#[derive(Serialize, Deserialize)]
pub(super) struct Named {
    pub(super) name: Option<String>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct RepositoryAnswer {
    pub(super) full_name: Option<String>,
    pub(super) default_branch: Option<String>,
    pub(super) private: Option<bool>,
    pub(super) archived: Option<bool>,
    pub(super) fork: Option<bool>,
    pub(super) security_and_analysis: Option<Security>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Security {
    pub(super) secret_scanning: Option<Status>,
    pub(super) secret_scanning_push_protection: Option<Status>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Status {
    pub(super) status: Option<String>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct BranchAnswer {
    pub(super) protected: Option<bool>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Commit {
    pub(super) sha: Option<String>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct ProtectionAnswer {
    pub(super) required_status_checks: Option<ChecksAnswer>,
    pub(super) required_pull_request_reviews: Option<ReviewsAnswer>,
    pub(super) restrictions: Option<Present>,
    pub(super) enforce_admins: Option<Enabled>,
    pub(super) required_signatures: Option<Enabled>,
    pub(super) allow_force_pushes: Option<Enabled>,
    pub(super) allow_deletions: Option<Enabled>,
    pub(super) lock_branch: Option<Enabled>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Enabled {
    pub(super) enabled: Option<bool>,
}

/// An object of which only the presence matters.
#[derive(Serialize, Deserialize)]
pub(super) struct Present {}

#[derive(Serialize, Deserialize)]
pub(super) struct ChecksAnswer {
    pub(super) strict: Option<bool>,
    pub(super) contexts: Option<Vec<String>>,
    pub(super) checks: Option<Vec<CheckAnswer>>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct CheckAnswer {
    pub(super) context: Option<String>,
    /// `app_id` of classic protection, `integration_id` of rulesets.
    #[serde(alias = "integration_id")]
    pub(super) app_id: Option<i64>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct ReviewsAnswer {
    pub(super) required_approving_review_count: Option<u32>,
    pub(super) require_code_owner_reviews: Option<bool>,
    pub(super) require_last_push_approval: Option<bool>,
    pub(super) bypass_pull_request_allowances: Option<PeopleAnswer>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct PeopleAnswer {
    pub(super) users: Option<Vec<Login>>,
    pub(super) teams: Option<Vec<Slug>>,
    pub(super) apps: Option<Vec<Slug>>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Login {
    pub(super) login: String,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Slug {
    pub(super) slug: String,
}

#[derive(Serialize, Deserialize)]
pub(super) struct RuleAnswer {
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    pub(super) ruleset_id: Option<u64>,
    pub(super) ruleset_source: Option<String>,
    pub(super) parameters: Option<Parameters>,
}

#[derive(Default, Serialize, Deserialize)]
pub(super) struct Parameters {
    pub(super) required_approving_review_count: Option<u32>,
    pub(super) require_code_owner_review: Option<bool>,
    pub(super) require_last_push_approval: Option<bool>,
    pub(super) required_reviewers: Option<Vec<ReviewersAnswer>>,
    pub(super) required_status_checks: Option<Vec<CheckAnswer>>,
    pub(super) strict_required_status_checks_policy: Option<bool>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct ReviewersAnswer {
    pub(super) minimum_approvals: Option<u32>,
    pub(super) file_patterns: Option<Vec<String>>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct RulesetAnswer {
    pub(super) id: Option<u64>,
    pub(super) target: Option<String>,
    pub(super) source_type: Option<String>,
    pub(super) source: Option<String>,
    pub(super) bypass_actors: Option<Vec<ActorAnswer>>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct ActorAnswer {
    pub(super) actor_id: Option<i64>,
    pub(super) actor_type: Option<String>,
    pub(super) bypass_mode: Option<String>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct PullRequest {
    pub(super) number: Option<u64>,
    pub(super) head: Option<Commit>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct CombinedStatus {
    pub(super) statuses: Option<Vec<Context>>,
    pub(super) total_count: Option<u64>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Context {
    pub(super) context: Option<String>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct EnvironmentAnswer {
    pub(super) name: Option<String>,
    pub(super) protection_rules: Option<Vec<ProtectionRule>>,
    /// Null where all branches may deploy; absent is another thing.
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Option::is_none"
    )]
    pub(super) deployment_branch_policy: Option<Option<BranchPolicy>>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct ProtectionRule {
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    pub(super) reviewers: Option<Vec<Present>>,
    pub(super) enabled: Option<bool>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct BranchPolicy {
    pub(super) protected_branches: Option<bool>,
    pub(super) custom_branch_policies: Option<bool>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct ActionsAnswer {
    pub(super) enabled: Option<bool>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct DefaultTokenAnswer {
    pub(super) default_workflow_permissions: Option<String>,
    pub(super) can_approve_pull_request_reviews: Option<bool>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct WorkflowAnswer {
    pub(super) id: Option<u64>,
    pub(super) path: Option<String>,
    pub(super) state: Option<String>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct RunAnswer {
    pub(super) id: Option<u64>,
    pub(super) status: Option<String>,
    pub(super) conclusion: Option<String>,
    pub(super) head_sha: Option<String>,
    pub(super) event: Option<String>,
    pub(super) created_at: Option<Timestamp>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct DeploymentAnswer {
    pub(super) id: Option<u64>,
    pub(super) sha: Option<String>,
    #[serde(rename = "ref")]
    pub(super) git_ref: Option<String>,
    pub(super) created_at: Option<Timestamp>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct DeploymentStatus {
    pub(super) state: Option<String>,
}

/// An entry of a folder, or a file.
#[derive(Serialize, Deserialize)]
pub(super) struct ContentAnswer {
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    pub(super) path: Option<String>,
    pub(super) encoding: Option<String>,
    pub(super) content: Option<String>,
}

/// Tells a field that is null from one that is not there.
fn nullable<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    Option::deserialize(deserializer).map(Some)
}
