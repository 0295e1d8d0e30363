//! Runs checks over facts, applies the policy file, and makes the report and its formats.
//!
//! ```
//! use harden_core::{Facts, Snapshot};
//! use harden_runner::{Audit, json};
//!
//! # async fn run(text: &str) -> Result<(), Box<dyn std::error::Error>> {
//! # let checks = Vec::new();
//! let snapshot = Snapshot::parse(text)?;
//! let now = snapshot.taken_at();
//! let report = Audit::new(checks, now).run(&Facts::recorded(snapshot)).await;
//! println!("{}", json::to_string(&report)?);
//! # Ok(())
//! # }
//! ```
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "tests"
    )
)]

mod attestations;
mod audit;
mod catalog;
mod config_error;
mod guide;
pub mod json;
pub mod markdown;
mod overview;
mod policy_file;
mod report;
pub mod sarif;
mod select;
pub mod terminal;

pub use attestations::Attestations;
pub use audit::Audit;
pub use catalog::Catalog;
pub use config_error::{ConfigError, ConfigErrors};
pub use guide::{ParseSectionError, Section};
pub use policy_file::{Accept, PolicyFile, Tables};
pub use report::{
    Accepted, Anchors, CheckReport, ExitCode, NotAudited, Notice, PolicyInfo, Report, Reported,
    RunInfo, State, Summary, Tool,
};
pub use select::{Selection, UnknownCheck};
