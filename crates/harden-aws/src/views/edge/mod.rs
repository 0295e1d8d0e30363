//! Load balancers with their listeners and web ACLs.

mod balancers;
mod listeners;
mod waf;

pub(crate) use balancers::{Balancer, GuardedBalancer, SetUpBalancer};
pub(crate) use listeners::{HeaderListener, ListeningBalancer, RuledListener, TlsListener};
pub(crate) use waf::{
    BAD_INPUTS, CORE, GuardingAcl, Holds, Landing, LoggedAcl, Managed, SQLI, SeenAcl, Stages,
    blocks_attack, blocks_scripting, landing, limited, managed, rates, rescoped, stands,
};
