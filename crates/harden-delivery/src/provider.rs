//! What the crate brings, before anything runs.

use harden_core::Descriptor;

use crate::checks;

/// The checks across providers. They list no kinds of their own.
pub static PROVIDER: Descriptor = Descriptor::new(
    "delivery",
    "Delivery",
    "what GitHub and Vercel deployed, and what Sentry has of it",
    checks,
    &[],
);
