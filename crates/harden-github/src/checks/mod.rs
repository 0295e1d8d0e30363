//! The checks, two sibling files each: `checks/<defect>.rs` and its page `checks/<defect>.md`.

use std::sync::Arc;

use harden_core::Check;

mod actions_aws_keys_stored;
mod actions_secret_missing;
mod actions_variable_missing;
mod deploy_not_gated;
mod environment_unprotected;
mod workflow_action_unpinned;
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
        Arc::new(&actions_variable_missing::CHECK),
        Arc::new(&deploy_not_gated::CHECK),
        Arc::new(&environment_unprotected::CHECK),
        Arc::new(&workflow_action_unpinned::CHECK),
        Arc::new(&workflow_e2e_failing::CHECK),
        Arc::new(&workflow_e2e_missing::CHECK),
        Arc::new(&workflow_injection::CHECK),
        Arc::new(&workflow_permissions_excessive::CHECK),
        Arc::new(&workflow_sentry_release_missing::CHECK),
        Arc::new(&workflow_untrusted_trigger::CHECK),
    ]
}
