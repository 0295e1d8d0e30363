//! Snapshots; see `crates/harden-runner/tests/fuzzed`.
#![no_main]

#[path = "../../crates/harden-runner/tests/fuzzed/check.rs"]
#[allow(dead_code, reason = "each target uses its own")]
mod check;

libfuzzer_sys::fuzz_target!(|text: &str| check::snapshot(text));
