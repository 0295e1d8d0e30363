//! The checks, two sibling files each: `checks/<defect>.rs` and its page `checks/<defect>.md`.

use std::sync::Arc;

use harden_core::Check;

/// All checks of this crate, in the order of their ids. Explicit: a test compares the list with the
/// directory.
#[must_use]
pub fn checks() -> Vec<Arc<dyn Check>> {
    vec![]
}
