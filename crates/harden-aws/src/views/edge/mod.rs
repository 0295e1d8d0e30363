//! Load balancers with their listeners and web ACLs.

mod balancers;
mod listeners;
mod waf;

pub(crate) use balancers::{Balancer, BalancerWithAttributes, BalancerWithWebAcl};
pub(crate) use listeners::{
    BalancerWithListeners, ListenerWithAttributes, ListenerWithPolicy, ListenerWithRules,
};
pub(crate) use waf::{
    AclWithGroups, AclWithLogging, BAD_INPUTS, CORE, Claim, ManagedGroup, Outcome, ProtectingAcl,
    RuleOrder, SQLI, blocks_attack, blocks_matches, core_blocks_xss, find_managed, harmless_scope,
    has_rate_limit, outcome_for_country, rates,
};
