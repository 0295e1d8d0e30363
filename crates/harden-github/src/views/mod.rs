//! What checks across kinds judge: plain structs, joined from listings by pure functions.
//!
//! Joins use [`harden_core::Listing::get`] and [`harden_core::Listing::readable`], so that what
//! was not read is unknown.

mod bypass;
mod protection;
mod reporting;
mod stored_secret;

pub(crate) use bypass::{BypassableBranch, RulesetInForce};
pub(crate) use protection::{Part, ProtectedBranch};
pub(crate) use reporting::ReportingBranch;
pub(crate) use stored_secret::{Level, StoredSecret};
