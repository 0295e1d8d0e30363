//! In place of live audits, in a program that was built without them.

use std::future::{Ready, ready};

use harden_core::CancellationToken;
use jiff::Timestamp;

use super::{Opened, built_without};
use crate::args::EstateArgs;
use crate::config::Config;
use crate::failure::Failure;
use crate::providers::Wanted;

pub(super) fn open(
    _: &EstateArgs,
    _: &Config,
    _: &Wanted,
    _: Timestamp,
    _: &CancellationToken,
) -> Ready<Result<Opened, Failure>> {
    ready(Err(built_without()))
}
