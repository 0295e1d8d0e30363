//! Texts in commands and on terminals; see `crates/harden-core/tests/fuzzed`.
#![no_main]

#[path = "../../crates/harden-core/tests/fuzzed/check.rs"]
mod check;

libfuzzer_sys::fuzz_target!(|text: &str| check::escaping(text));
