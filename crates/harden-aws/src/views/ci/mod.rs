//! The roles that CI assumes, with their trust, permissions and use.

mod account;
mod faults;
mod role;
mod trust;
mod unused;

pub(crate) use account::{CiAccount, github};
pub(crate) use faults::{Faults, faults};
pub(crate) use role::{CiRole, Deployment, ROLE_SOURCE, policy_name};
pub(crate) use trust::{FederatedRole, provider_arns, told, values_of, without_owners};
pub(crate) use unused::UsedRole;
