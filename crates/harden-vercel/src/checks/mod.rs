//! The checks: two sibling files each, the judge and its page, named after the id.

use std::sync::Arc;

use harden_core::Check;

mod env_missing;
mod secret_exposed_to_browser;
mod secret_plaintext;

/// All checks of this crate, in the order of their ids. Explicit: a test compares the list with the
/// directory.
#[must_use]
pub fn checks() -> Vec<Arc<dyn Check>> {
    vec![
        Arc::new(&env_missing::CHECK),
        Arc::new(&secret_exposed_to_browser::CHECK),
        Arc::new(&secret_plaintext::CHECK),
    ]
}
