//! What the remediations of several checks are made of.

mod gh;
mod ruleset;

pub(crate) use gh::Gh;
pub(crate) use ruleset::{NewRuleset, checks_rule, pull_request_rule};
