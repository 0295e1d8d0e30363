//! What a web ACL does to requests: the rules in the order in which they are asked, which of them
//! end a request, and which requests get past them.

mod acl;
mod country;
mod holds;
mod managed;
mod rate;
mod reach;
mod stage;
mod stages;

pub(crate) use acl::{GuardingAcl, LoggedAcl, SeenAcl};
pub(crate) use country::{Landing, landing};
pub(crate) use holds::Holds;
pub(crate) use managed::{
    BAD_INPUTS, CORE, Managed, SQLI, blocks_attack, blocks_scripting, managed, rescoped, stands,
};
pub(crate) use rate::{limited, rates};
pub(crate) use stages::Stages;
