//! What the crate is, before anything runs.

use harden_core::{Attestation, AttestationsFile, Descriptor, Kind, Resource as _};

use crate::checks;

/// The recurring duties, as a program that has them lists them.
pub static PROVIDER: Descriptor = Descriptor::new(
    "ops",
    "Operations",
    "harden.attestations.toml",
    checks,
    KINDS,
);

const KINDS: &[&Kind] = &[Attestation::KIND, AttestationsFile::KIND];
