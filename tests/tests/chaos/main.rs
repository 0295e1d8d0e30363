//! What can go wrong outside the program: each AWS service and each endpoint of GitHub, Sentry and
//! Vercel in turn gives spoiled answers, signals arrive, the disk is full, there is no home, and few
//! files can be open.
//!
//! Whatever happens, a run does not panic, ends at the latest two seconds after its deadline, passes
//! nothing that it does not pass without the fault, and loses no failure: what failed fails, or the
//! check has an unknown instead.
//!
//! The tests try each service and each endpoint with one fault, and each fault several times. With
//! HARDEN_CHAOS=whole (`python3 tests/run.py --chaos`) each is tried with all of them. The table of
//! what was tried and held is printed, and written to `target/chaos.md`.
#![cfg(feature = "live")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "tests"
)]

mod estates;
mod machine;
mod proxy;
mod table;

use tokio::sync::Mutex;

use proxy::{FAULTS, Fault};

/// One test at a time: they look at the clock.
static ALONE: Mutex<()> = Mutex::const_new(());

/// The faults that a place is tried with: all of them, or one, another for the next place.
fn faults_of(index: usize) -> Vec<Fault> {
    let whole = std::env::var("HARDEN_CHAOS").is_ok_and(|value| value == "whole");
    match whole {
        true => FAULTS.to_vec(),
        false => vec![FAULTS[index % FAULTS.len()]],
    }
}
