//! The checks, two sibling files each: `checks/<defect>.rs` and its page `checks/<defect>.md`.

use std::sync::Arc;

use harden_core::Check;

mod actions_aws_keys_stored;
mod actions_secret_missing;
mod actions_secret_stale;
mod actions_variable_missing;
mod branch_admins_exempt;
mod branch_checks_missing;
mod branch_checks_not_strict;
mod branch_commits_unsigned;
mod branch_deletion_allowed;
mod branch_force_push_allowed;
mod branch_push_unrestricted;
mod branch_required_check_never_runs;
mod branch_reviews_missing;
mod branch_unprotected;
mod dependabot_off;
mod deploy_not_gated;
mod environment_unprotected;
mod push_protection_off;
mod secret_scanning_off;
mod workflow_action_unpinned;
mod workflow_default_token_write;
mod workflow_e2e_failing;
mod workflow_e2e_missing;
mod workflow_injection;
mod workflow_permissions_excessive;
mod workflow_sentry_release_missing;
mod workflow_untrusted_trigger;

/// All checks of this crate, in the order of their ids. Explicit: a test compares the list with the
/// directory.
#[must_use]
pub fn checks() -> Vec<Arc<dyn Check>> {
    vec![
        Arc::new(&actions_aws_keys_stored::CHECK),
        Arc::new(&actions_secret_missing::CHECK),
        Arc::new(&actions_secret_stale::CHECK),
        Arc::new(&actions_variable_missing::CHECK),
        Arc::new(&branch_admins_exempt::CHECK),
        Arc::new(&branch_checks_missing::CHECK),
        Arc::new(&branch_checks_not_strict::CHECK),
        Arc::new(&branch_commits_unsigned::CHECK),
        Arc::new(&branch_deletion_allowed::CHECK),
        Arc::new(&branch_force_push_allowed::CHECK),
        Arc::new(&branch_push_unrestricted::CHECK),
        Arc::new(&branch_required_check_never_runs::CHECK),
        Arc::new(&branch_reviews_missing::CHECK),
        Arc::new(&branch_unprotected::CHECK),
        Arc::new(&dependabot_off::CHECK),
        Arc::new(&deploy_not_gated::CHECK),
        Arc::new(&environment_unprotected::CHECK),
        Arc::new(&push_protection_off::CHECK),
        Arc::new(&secret_scanning_off::CHECK),
        Arc::new(&workflow_action_unpinned::CHECK),
        Arc::new(&workflow_default_token_write::CHECK),
        Arc::new(&workflow_e2e_failing::CHECK),
        Arc::new(&workflow_e2e_missing::CHECK),
        Arc::new(&workflow_injection::CHECK),
        Arc::new(&workflow_permissions_excessive::CHECK),
        Arc::new(&workflow_sentry_release_missing::CHECK),
        Arc::new(&workflow_untrusted_trigger::CHECK),
    ]
}
