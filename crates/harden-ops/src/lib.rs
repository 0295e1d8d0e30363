//! The recurring duties of a team: reviews that are overdue, and attestations that the facts
//! contradict.
//!
//! A team writes an [`Attestation`](harden_core::Attestation) for each review into
//! `harden.attestations.toml`. [`checks`] returns the checks that judge them, [`Duty::ALL`] the
//! duties with the periods of the guide, and [`Due`] says when each is due next. [`OpsPolicy`] is the
//! `[ops]` table of `harden.toml`.
//!
//! # Example
//!
//! The costs were reviewed 45 days ago, and the guide asks for a review every 31 days:
//!
//! ```
//! use harden_core::{Cx, Facts, Policies, Snapshot};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let now = "2026-01-15T12:00:00Z".parse()?;
//! let facts = r#"{
//!     "ops/attestations-file": [{"name": "harden.attestations.toml", "exists": true}],
//!     "ops/attestation": [{"duty": "cost-review", "on": "2025-12-01", "by": "ops@example.com",
//!       "note": "no rise over 5 %"}]
//! }"#;
//! let facts = Facts::recorded(Snapshot::from_fragment(facts, now)?);
//! let cx = Cx::new(facts, Policies::default(), now);
//! for check in harden_ops::checks() {
//!     if check.meta().id == "ops/review-overdue" {
//!         let findings = futures::executor::block_on(check.run(&cx))?;
//!         let costs = findings.iter().find(|one| &*one.resource.name == "cost-review");
//!         assert_eq!(costs.map(|one| one.outcome.as_str()), Some("fail"));
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Layout
//!
//! - `duty.rs`: the duties of the guide.
//! - `views/`: a duty with its attestations, and an attestation with the facts that can contradict
//!   it.
//! - `checks/`: each check consists of two files, the judge and its page.
//! - `policy.rs`: the `[ops]` table.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "tests"
    )
)]

mod checks;
mod duty;
mod policy;
mod provider;
mod views;

pub use checks::checks;
pub use duty::Duty;
pub use policy::OpsPolicy;
pub use provider::PROVIDER;
pub use views::{Due, DueState};
