//! Replaces `live.rs` in a program that was built without live audits.

use std::future::{Ready, ready};

use harden_core::CancellationToken;
use jiff::Timestamp;

use super::{Opened, built_without};
use crate::args::EstateArgs;
use crate::config::Config;
use crate::failure::Failure;
use crate::providers::KindsByProvider;

pub(super) fn open(
    _: &EstateArgs,
    _: &Config,
    _: &KindsByProvider,
    _: Timestamp,
    _: &CancellationToken,
    files_suffice: bool,
) -> Ready<Result<Opened, Failure>> {
    ready(match files_suffice {
        true => Ok(Opened::default()),
        false => Err(built_without()),
    })
}
