//! Headers of answers; see `crates/harden-collect/tests/fuzzed`.
#![no_main]

#[path = "../../crates/harden-collect/tests/fuzzed/check.rs"]
mod check;

libfuzzer_sys::fuzz_target!(|text: &str| check::headers(text));
