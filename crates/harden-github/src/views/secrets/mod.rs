//! The secrets and variables that exist, and those that workflows read.

mod contract;
mod contracts;
mod stored_secret;

pub(crate) use contract::{Contract, NotPassed, ReadNames};
pub(crate) use contracts::{SecretContract, VariableContract};
pub(crate) use stored_secret::{Level, StoredSecret};
