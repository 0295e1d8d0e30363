//! The report's formats, over a made-up estate with everything in it that is hard to show.
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
