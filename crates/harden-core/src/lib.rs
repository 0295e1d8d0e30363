//! The types of harden's checks: resources, facts, checks, verdicts, evidence and remediations.
//!
//! Data flows in one direction. A [`Provider`] lists kinds of resources. [`Facts`] requests each kind
//! from it at most once and records the result. A [`Check`] judges the facts and returns a [`Finding`]
//! for each resource. Nothing in this crate uses the network, the clock, files or the environment, so
//! the same checks judge a live estate and a recorded [`Snapshot`] in the same way.
//!
//! The types enforce three properties:
//!
//! - *Unknown is never a pass.* A fact that was not read is a [`Known::No`] with an [`Unknown`]: the
//!   cause, and the action that was denied. A check reads the value with `?`, so a missing fact makes
//!   the verdict unknown.
//! - *A resource that was not read is not absent.* [`Listing::get`] distinguishes "does not exist",
//!   "is in a gap" and "the account or region was not read".
//! - *A certain failure has precedence over an unknown.* [`Known::all`] and [`Known::any`] use
//!   three-valued logic (Kleene): `false` and unknown is `false`.
//!
//! # A custom check
//!
//! ```
//! use harden_core::prelude::*;
//!
//! #[derive(serde::Serialize, serde::Deserialize)]
//! struct Door {
//!     name: String,
//!     #[serde(default)]
//!     locked: Known<bool>,
//! }
//!
//! impl Resource for Door {
//!     const KIND: &'static Kind = &Kind::new("house/door").permissions(&["house:ListDoors"]);
//!     fn id(&self) -> ResourceId {
//!         ResourceId::new("house/door", Place::global("home"), &self.name)
//!     }
//! }
//!
//! fn judge(door: &Door, _: &Judging<()>) -> Judgement {
//!     let found = Evidence::of("locked", door.locked.get()?, "house:ListDoors").expected("true");
//!     Ok(if *door.locked.get()? {
//!         Verdict::Pass(found)
//!     } else {
//!         Verdict::Fail(found, Remediation::new("lock the door"))
//!     })
//! }
//!
//! static DOOR_UNLOCKED: Rule<Door, ()> = Rule::new(
//!     Meta::new("house/door-unlocked", "Doors are locked", Severity::High)
//!         .security()
//!         .remediation("Lock the door.")
//!         .page("## What it checks\n\nEvery door is locked."),
//!     judge,
//! );
//! # let _ = &DOOR_UNLOCKED;
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

mod attestation;
mod cancellation;
mod check;
pub mod credential_name;
mod descriptor;
mod evidence;
mod facts;
mod finding;
mod glob;
mod id;
mod known;
mod listing;
mod meta;
mod panics;
mod policy;
pub mod prelude;
mod provider;
mod read_kinds;
mod remediation;
mod rule;
mod snapshot;
#[cfg(feature = "testing")]
pub mod testing;
mod text;
mod unread;

pub use async_trait::async_trait;
pub use jiff;

pub use attestation::{Attestation, AttestationsFile};
pub use cancellation::{CancellationToken, StopHandle};
pub use check::{Check, Cx, permissions_of};
pub use descriptor::{Descriptor, Missing, RemovedCheck};
pub use evidence::{Evidence, Item};
pub use facts::{FactError, Facts, FactsBuilder};
pub use finding::{Finding, Location, Outcome, Verdict};
pub use glob::{glob_matches, glob_matches_any};
pub use id::{Place, ResourceId};
pub use known::{Cause, DeniedBy, Known, Unknown};
pub use listing::{Gap, Kind, Listing, Resource, Scope, with_bases};
pub use meta::{Meta, ParseSeverityError, Severity, provider_of};
pub use panics::{catch_panic, catch_panic_of};
pub use policy::{Policies, Policy};
pub use provider::{Event, Observer, Provider, RawGap, RawListing};
pub use remediation::{Arg, Input, Part, Remediation, Step, hcl_string};
pub use rule::{Judgement, Judging, Rule, Subject};
pub use snapshot::{Replay, SNAPSHOT_VERSION, Snapshot, SnapshotError};
pub use text::{error_chain, fingerprint, is_unseen, one_line};
pub use unread::Unread;
