//! The API operations that are called. Evidence names them as its source, and calls are counted by
//! them.

pub(crate) const PROJECT: &str = "GET /v9/projects/{idOrName}";
pub(crate) const VARIABLES: &str = "GET /v10/projects/{idOrName}/env";
pub(crate) const SHARED: &str = "GET /v1/env";
#[cfg(feature = "live")]
pub(crate) const DEPLOYMENTS: &str = "GET /v6/deployments";
