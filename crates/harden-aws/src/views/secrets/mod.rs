//! Secrets, and the containers that use them.

mod containers;
mod required;
mod secret;

pub(crate) use containers::FamilyContainer;
pub(crate) use required::{SecretsRegion, State, WantedSecret};
#[cfg(feature = "live")]
pub(crate) use secret::needs_version;
pub(crate) use secret::{AgedSecret, Told, is_within, not_ones_own, settled};
