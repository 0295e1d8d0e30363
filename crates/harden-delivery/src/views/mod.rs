//! What is judged, joined from the providers' kinds by pure functions.

mod deployed;
mod released;

pub(crate) use deployed::{Commit, Deployed};
pub(crate) use released::Released;
