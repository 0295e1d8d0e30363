//! Every field of the example estate is taken out, set to `null`, and, if it is a number, to 0 and to
//! -1. No check may judge better because of that.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::sync::Arc;

use harden_core::testing::{Drops, Exception};
use harden_core::{Check, Policies, Snapshot};

#[path = "../../harden-aws/tests/checks/exceptions.rs"]
mod aws;
#[path = "../../harden-delivery/tests/checks/exceptions.rs"]
mod delivery;
#[path = "../../harden-github/tests/checks/exceptions.rs"]
mod github;
#[path = "../../harden-sentry/tests/checks/exceptions.rs"]
mod sentry;
#[path = "../../harden-vercel/tests/checks/exceptions.rs"]
mod vercel;

const ESTATE: &str = include_str!("../demo/estate.json");

fn checks() -> Vec<Arc<dyn Check>> {
    [
        harden_aws::checks(),
        harden_delivery::checks(),
        harden_github::checks(),
        harden_sentry::checks(),
        harden_vercel::checks(),
    ]
    .concat()
}

#[test]
fn no_finding_gets_better_by_a_field_that_is_missing_or_no_number_that_a_server_sends() {
    let snapshot = Snapshot::parse(ESTATE).unwrap();
    let drops = Drops::of_snapshot(&snapshot, &checks(), &Policies::default());
    let exceptions: Vec<Exception> = [
        aws::EXCEPTIONS,
        delivery::EXCEPTIONS,
        github::EXCEPTIONS,
        sentry::EXCEPTIONS,
        vercel::EXCEPTIONS,
    ]
    .concat();
    if let Some(report) = drops.violations(&exceptions) {
        panic!("{report}");
    }
}
