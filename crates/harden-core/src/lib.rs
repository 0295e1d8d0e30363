//! The vocabulary of harden: what a check is, what it may see, and what it can say.
//!
//! Data flows one way. A [`Provider`] lists kinds of resources; [`Facts`] asks it for each
//! kind at most once and records the answer; a [`Check`] judges what was read and returns a
//! [`Finding`] for each resource. Nothing here reaches a network, a clock, a file or the
//! environment, so the same checks judge a live estate and a recorded [`Snapshot`] of it alike.
//!
//! Three properties hold everywhere and are enforced by the types:
//!
//! - *Unknown is never a pass.* What was not read is a [`Known::No`] that carries the [`Unknown`]
//!   (the cause, and the action that was denied). A judge can read the value only with `?`, so a
//!   missing fact makes the verdict unknown.
//! - *What was not read is not absent.* [`Listing::get`] distinguishes "it does not exist" from "it
//!   is in a gap" and from "that account or region was not read".
//! - *A certain failure beats an unknown.* [`Known::all`] and [`Known::any`] follow Kleene's logic.
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
mod policy;
pub mod prelude;
mod provider;
mod remediation;
mod rule;
mod snapshot;
#[cfg(feature = "testing")]
pub mod testing;
mod text;
mod unread;

pub use async_trait::async_trait;
pub use jiff;

pub use attestation::Attestation;
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
pub use policy::{Policies, Policy};
pub use provider::{Event, Observer, Provider, RawGap, RawListing};
pub use remediation::{Arg, Input, Part, Remediation, Step, hcl_string};
pub use rule::{Judgement, Judging, Rule, Subject};
pub use snapshot::{Replay, SNAPSHOT_VERSION, Snapshot, SnapshotError};
pub use text::{error_chain, fingerprint, is_unseen, one_line};
pub use unread::Unread;
