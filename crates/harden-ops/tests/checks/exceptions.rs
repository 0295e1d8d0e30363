//! The fields whose absence or whose `null` can make a finding better, because the format of the
//! attestations file gives them a meaning.

use harden_core::testing::Exception;

const RESOURCE: &str = "docs/policy.md, harden.attestations.toml: `resource` is optional. Without it \
                        the attestation is another one, which is about the whole estate.";

pub(crate) const EXCEPTIONS: &[Exception] = &[
    Exception::absent("ops/attestation", "resource", RESOURCE),
    Exception::null("ops/attestation", "resource", RESOURCE),
];
