//! Secrets, and the containers that use them.

mod containers;
mod required;
mod secret;
mod used;

pub(crate) use containers::FamilyContainer;
pub(crate) use required::{RegionSecrets, RequiredSecret, SecretState};
#[cfg(feature = "live")]
pub(crate) use secret::needs_version;
pub(crate) use secret::{AgeProof, SecretWithAge, is_within, prove_age, rotated_elsewhere};
pub(crate) use used::SecretWithUse;
