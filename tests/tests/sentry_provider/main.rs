//! The real client against a server that answers as Sentry would, in every situation that an
//! organization may be in.
//!
//! What the fake does beyond Sentry's description is our belief, and stands in
//! `src/fakes/sentry`.
#![cfg(feature = "web")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod fields;
mod harness;
mod models;
mod out_of_order;
mod reaching;
mod refusals;
mod releasing;
mod remediation;
mod tightness;

use harness::Audited;

const ERROR_RATE: &str = "sentry/alert-error-rate-missing";

const NOBODY: &str = "sentry/alert-reaches-nobody";

const MISSING: [&str; 4] = [
    ERROR_RATE,
    "sentry/alert-fatal-missing",
    "sentry/alert-regression-missing",
    "sentry/alert-latency-missing",
];

/// All is well, but that a back end has no source maps to have.
fn assert_well(audited: &Audited) {
    assert!(audited.findings.len() > 20, "{:#?}", audited.verdicts());
    for (key, outcome) in &audited.findings {
        let wanted = match key.as_str() {
            "sentry/sourcemaps-missing acme/shop-backend" => "not-applicable",
            _ => "pass",
        };
        assert_eq!(outcome.as_str(), wanted, "{key}: {outcome:?}");
    }
}
