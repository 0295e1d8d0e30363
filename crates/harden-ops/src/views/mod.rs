//! What the checks judge, joined from listings by pure functions.

mod claim;
mod due;

pub(crate) use claim::{Claim, RestoreClaim, SecretClaim, Subject as ClaimSubject};
pub(crate) use due::Record;
pub use due::{Due, DueState};
