//! What the checks judge, joined from the kinds of several providers by pure functions.

mod deployed;
mod released;

pub(crate) use deployed::{Commit, Deployed};
pub(crate) use released::Released;
