//! Runs harden's checks, applies the policy file, and writes the report as text, JSON, SARIF or
//! Markdown.
//!
//! An [`Audit`] runs checks over `Facts` and returns a [`Report`]. [`PolicyFile`] reads `harden.toml`,
//! which turns checks off, changes severities and accepts risks. The modules [`terminal`], [`json`],
//! [`sarif`] and [`markdown`] write a report. [`Report::exit_code`] is 0 only if nothing failed and
//! nothing is unknown.
//!
//! # Example
//!
//! Judges a recorded estate. The snapshot has no listing of attestations, so the check is unknown,
//! and the exit code is not 0.
//!
//! ```
//! use std::sync::Arc;
//!
//! use harden_core::prelude::*;
//! use harden_core::{Attestation, Facts, Snapshot};
//! use harden_runner::{Audit, ExitCode, json};
//!
//! static DRILL: Rule<Attestation, ()> = Rule::new(
//!     Meta::new("acme/drill", "Restore drills are attested", Severity::Medium)
//!         .tags(&["guide:4"])
//!         .remediation("Restore a backup and attest it."),
//!     |drill, _| Ok(Verdict::Pass(Evidence::of("Observed", &drill.note, "attestation"))),
//! );
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let snapshot = Snapshot::parse(
//!     r#"{"harden_snapshot": 1, "tool": "acme", "taken_at": "2026-01-15T12:00:00Z", "kinds": {}}"#,
//! )?;
//! let audit = Audit::new(vec![Arc::new(&DRILL)], snapshot.taken_at());
//! let report = futures::executor::block_on(audit.run(&Facts::recorded(snapshot)));
//! assert_eq!(report.exit_code(Severity::Low, false), ExitCode::Unknown);
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

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeExamples;

mod attestations;
mod audit;
mod catalog;
pub mod checklist;
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
    Accepted, Anchors, CheckReport, ExitCode, JudgedFacts, NotAudited, Notice, PolicyInfo, Report,
    Reported, RunInfo, State, Summary, Tool,
};
pub use select::{Selection, UnknownCheck};
