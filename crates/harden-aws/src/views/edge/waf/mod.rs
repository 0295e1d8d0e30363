//! The effect of a web ACL on requests: the rules in their evaluation order, the rules that end the
//! evaluation, and the requests that pass all of them.
//!
//! AWS WAF evaluates rules by ascending priority. Allow, Block, CAPTCHA and Challenge end the
//! evaluation of a request; Count does not ("Using rule actions in AWS WAF", developer guide). A
//! blocking rule therefore protects only from the requests that no earlier rule allows.

mod acl;
mod claim;
mod country;
mod ip_sets;
mod managed;
mod ordered_rule;
mod rate;
mod rule_order;
mod share;

pub(crate) use acl::{AclWithGroups, AclWithLogging, ProtectingAcl};
pub(crate) use claim::Claim;
pub(crate) use country::{Outcome, outcome_for_country};
pub(crate) use managed::{
    BAD_INPUTS, CORE, ManagedGroup, SQLI, blocks_attack, blocks_matches, core_blocks_xss,
    find_managed, harmless_scope,
};
pub(crate) use rate::{has_rate_limit, rates};
pub(crate) use rule_order::RuleOrder;
