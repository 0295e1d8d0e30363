//! What a web ACL does to requests: the rules in the order in which they are asked, which of them
//! end a request, and which requests get past them.

mod acl;
mod claim;
mod country;
mod managed;
mod ordered_rule;
mod rate;
mod rule_order;
mod share;

pub(crate) use acl::{AclWithGroups, AclWithLogging, ProtectingAcl};
pub(crate) use claim::Claim;
pub(crate) use country::{Outcome, outcome_for_country};
pub(crate) use managed::{
    BAD_INPUTS, CORE, ManagedGroup, SQLI, blocks_attack, core_blocks_xss, harmless_scope, managed,
    stands,
};
pub(crate) use rate::{limited, rates};
pub(crate) use rule_order::RuleOrder;
