//! The checks: two sibling files each, the judge and its page, named after the id.

use std::sync::Arc;

use harden_core::Check;

mod release_missing;

/// All checks of this crate, in the order of their ids. Explicit: a test compares the list with the
/// directory.
#[must_use]
pub fn checks() -> Vec<Arc<dyn Check>> {
    vec![Arc::new(&release_missing::CHECK)]
}
