//! The checks. Each consists of two files named after its id: the judge and the page.

use std::sync::Arc;

use harden_core::Check;

mod alert_error_rate_missing;
mod alert_fatal_missing;
mod alert_latency_missing;
mod alert_reaches_nobody;
mod alert_regression_missing;
mod events_release_missing;
mod release_commits_missing;
mod release_deploy_missing;
mod release_version_not_sha;
mod sourcemaps_missing;
mod token_overprivileged;

/// All checks of this crate, in the order of their ids. The list is explicit; a test compares it
/// with the files.
#[must_use]
pub fn checks() -> Vec<Arc<dyn Check>> {
    vec![
        Arc::new(&alert_error_rate_missing::CHECK),
        Arc::new(&alert_fatal_missing::CHECK),
        Arc::new(&alert_latency_missing::CHECK),
        Arc::new(&alert_reaches_nobody::CHECK),
        Arc::new(&alert_regression_missing::CHECK),
        Arc::new(&events_release_missing::CHECK),
        Arc::new(&release_commits_missing::CHECK),
        Arc::new(&release_deploy_missing::CHECK),
        Arc::new(&release_version_not_sha::CHECK),
        Arc::new(&sourcemaps_missing::CHECK),
        Arc::new(&token_overprivileged::CHECK),
    ]
}
