//! Policy documents, alone and in answers of the AWS CLI; see `crates/harden-iam/tests/fuzzed` and
//! `crates/harden-cli/src/commands/iam/intake/properties.rs`.
#![no_main]

#[path = "../../crates/harden-iam/tests/fuzzed/check.rs"]
mod check;
#[path = "../../crates/harden-cli/src/commands/iam/intake/mod.rs"]
mod intake;
#[path = "../../crates/harden-cli/src/commands/iam/intake/properties.rs"]
mod properties;

use intake::documents;

libfuzzer_sys::fuzz_target!(|text: &str| {
    check::document(text);
    properties::check(text);
});
