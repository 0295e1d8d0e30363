//! The parts that the remediations of several checks share.

mod gh;
mod ruleset;
mod security;
mod sentry_release;
mod workflow;

pub(crate) use gh::{Gh, server};
pub(crate) use ruleset::{NewRuleset, checks_rule, pull_request_rule};
pub(crate) use security::enable_security;
pub(crate) use sentry_release::sentry_release;
pub(crate) use workflow::{gh_in, permissions_block};
