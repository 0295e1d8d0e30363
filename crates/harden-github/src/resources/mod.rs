//! The kinds of resources that are read from GitHub, one file each.
//!
//! The file of a kind has its type, its name, and the permissions that its listing needs. The file of
//! the same name in `live/` lists it. Fields are named after those of the API. Of secrets and
//! variables, only names and times are recorded: no type here has a field for a value.

mod actions_settings;
mod branch;
mod branch_protection;
mod branch_rules;
mod deployments;
mod environment;
mod environment_branch_policies;
mod reported_contexts;
mod repository;
mod repository_security;
mod ruleset;
mod secrets;
mod variables;
mod vulnerability_alerts;
mod workflow_runs;

use harden_core::{Place, ResourceId};

pub use actions_settings::ActionsSettings;
pub use branch::Branch;
pub use branch_protection::{
    BranchProtection, Classic, ClassicRules, People, RequiredChecks, RequiredContext,
    RequiredReviews,
};
pub use branch_rules::{BranchRules, EffectiveRule, Offered, RequiredReviewers};
pub use deployments::{Deployment, Deployments};
pub use environment::{DeploymentBranches, Environment};
pub use environment_branch_policies::EnvironmentBranchPolicies;
pub use harden_workflows::{self as workflow, LocalAction, PackageScripts, Workflow};
pub use reported_contexts::{CommitContexts, Report, ReportedContexts};
pub use repository::{Repository, SecurityFeatures};
pub use repository_security::RepositorySecurity;
pub use ruleset::{BypassActor, Ruleset};
pub use secrets::{ActionsSecret, EnvironmentSecrets, OrganizationSecret, SecretEntry};
pub use variables::{ActionsVariable, EnvironmentVariables, OrganizationVariable};
pub use vulnerability_alerts::VulnerabilityAlerts;
pub use workflow_runs::{WorkflowRun, WorkflowRuns};

use harden_core::Kind;

/// All kinds that this crate lists.
pub const KINDS: &[&Kind] = {
    use harden_core::Resource;
    &[
        ActionsSecret::KIND,
        ActionsSettings::KIND,
        ActionsVariable::KIND,
        Branch::KIND,
        BranchProtection::KIND,
        BranchRules::KIND,
        Deployments::KIND,
        Environment::KIND,
        EnvironmentBranchPolicies::KIND,
        EnvironmentSecrets::KIND,
        EnvironmentVariables::KIND,
        LocalAction::KIND,
        OrganizationSecret::KIND,
        OrganizationVariable::KIND,
        PackageScripts::KIND,
        ReportedContexts::KIND,
        Repository::KIND,
        RepositorySecurity::KIND,
        Ruleset::KIND,
        VulnerabilityAlerts::KIND,
        Workflow::KIND,
        WorkflowRuns::KIND,
    ]
};

/// The identity of a resource that each repository has once, shown as `owner/repo`.
pub(crate) fn of_repository(kind: &'static str, repository: &str) -> ResourceId {
    ResourceId::new(kind, Place::global(repository), repository)
}

/// The identity of a part of a repository, shown as `owner/repo@part` with a separator.
pub(crate) fn within(kind: &'static str, repository: &str, sep: &str, name: &str) -> ResourceId {
    ResourceId::new(kind, Place::global(repository), name)
        .shown_as(&format!("{repository}{sep}{name}"))
}
