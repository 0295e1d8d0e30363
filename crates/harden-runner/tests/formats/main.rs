//! The formats of the report, for an example estate with everything that is difficult to show.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests"
)]

mod house;
mod json;
mod markdown;
mod sarif;
mod sarif_rules;
mod terminal;
