//! The roles that CI assumes, with their trust, permissions and use.

mod account;
mod faults;
mod role;
mod trust;
mod unused;

pub(crate) use account::{CiAccount, github_provider_arn};
pub(crate) use faults::{Faults, find_faults};
pub(crate) use role::{CiRole, Deployment, ROLE_SOURCE, policy_name};
pub(crate) use trust::{
    FederatedRole, claim_values, deny_owners, describe_findings, provider_arns,
};
pub(crate) use unused::RoleWithUse;
