//! The fields whose absence or whose `null` can make a finding better. An attestation is written by
//! a person, so none comes from an API.

use harden_core::testing::Exception;

pub(crate) const EXCEPTIONS: &[Exception] = &[];
