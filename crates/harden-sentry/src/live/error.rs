//! Why nothing can be read.

use harden_collect::rest::{RestError, SetupError};
use harden_core::Unknown;

/// Why nothing can be read. Each message says what was tried and what to do; none holds a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// There is no token.
    #[error("no Sentry token: set SENTRY_AUTH_TOKEN to one that can read")]
    NoToken,
    /// No organization is named.
    #[error(
        "no Sentry organization is named: set SENTRY_ORG, or `organization` in the [sentry] table \
         of harden.toml"
    )]
    NoOrganization,
    /// The URL of the server or the token cannot be used.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// Sentry does not accept the token.
    #[error("Sentry does not accept the token: {0}: check SENTRY_AUTH_TOKEN")]
    Token(RestError),
    /// No server answers, or one that is not Sentry.
    #[error("{0}: check the network, the proxy, and SENTRY_URL")]
    Unreachable(RestError),
    /// The run was cancelled first.
    #[error(transparent)]
    Cancelled(Unknown),
}
