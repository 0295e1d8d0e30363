//! The checks. Each consists of two files named after its id: the judge and the page.

use std::sync::Arc;

use harden_core::Check;

mod env_missing;
mod secret_exposed_to_browser;
mod secret_plaintext;

/// All checks of this crate, in the order of their ids. The list is explicit; a test compares it
/// with the files.
#[must_use]
pub fn checks() -> Vec<Arc<dyn Check>> {
    vec![
        Arc::new(&env_missing::CHECK),
        Arc::new(&secret_exposed_to_browser::CHECK),
        Arc::new(&secret_plaintext::CHECK),
    ]
}
