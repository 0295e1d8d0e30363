//! The checks. Each consists of two files named after its id: the judge and the page.

use std::sync::Arc;

use harden_core::Check;

mod attestation_unsupported;
mod review_overdue;

/// All checks of this crate, in the order of their ids. The list is explicit; a test compares it
/// with the files.
#[must_use]
pub fn checks() -> Vec<Arc<dyn Check>> {
    vec![
        Arc::new(&attestation_unsupported::CHECK),
        Arc::new(&review_overdue::CHECK),
    ]
}
