//! What crosses crates: the command line against a real server, reports against their schemas.
//!
//! The tests start `tests/aws/server.py`, a wrapper around moto's server that speaks AWS's
//! protocols over HTTP, build estates on it with `tests/aws/estate.py`, and run the `harden-cli`
//! that cargo built beside them with nothing of the caller's environment. `python3 tests/run.py`
//! makes the Python environment that this needs and runs everything.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    clippy::print_stderr,
    reason = "a harness of tests: to panic is how it fails"
)]

mod cli;
#[cfg(feature = "web")]
pub mod contract;
pub mod estate;
#[cfg(feature = "web")]
pub mod fakes;
mod http;
pub mod paths;
mod peer;
mod report;
pub mod shell;
mod skipped;
pub mod text;

pub use cli::{Done, Harden, Running};
pub use estate::{Credentials, Estate};
pub use peer::{Peer, peer};
pub use report::{Finding, Report};
pub use skipped::skip;
