//! What the remediations of several checks are made of.

mod gh;
mod ruleset;
mod security;

pub(crate) use gh::{Gh, server};
pub(crate) use ruleset::{NewRuleset, checks_rule, pull_request_rule};
pub(crate) use security::enable_security;
