//! Patterns of ARNs; see `crates/harden-iam/tests/fuzzed`.
#![no_main]

#[path = "../../crates/harden-iam/tests/fuzzed/check.rs"]
mod check;

libfuzzer_sys::fuzz_target!(|text: &str| check::patterns(text));
