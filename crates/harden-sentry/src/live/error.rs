//! Why nothing can be read.

use harden_collect::{RestError, SetupError};
use harden_core::Unknown;

/// Why nothing can be read. Each message says what was tried and what to do; none holds a secret.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// There is no token.
    #[error("no Sentry token: set SENTRY_AUTH_TOKEN to one that can read")]
    NoToken,
    /// It is not said which organization is meant.
    #[error(
        "no Sentry organization is named: set SENTRY_ORG, or `organization` in the [sentry] table \
         of harden.toml"
    )]
    NoOrganization,
    /// The server's address or the token can't be used.
    #[error("SENTRY_URL or SENTRY_AUTH_TOKEN can't be used: {0}")]
    Setup(String),
    /// Sentry does not accept the token.
    #[error("Sentry does not accept the token: {0}: check SENTRY_AUTH_TOKEN")]
    Token(RestError),
    /// Nobody answers, or something that is no Sentry does.
    #[error("{0}: check the network, the proxy, and SENTRY_URL")]
    Unreachable(RestError),
    /// The run ended first.
    #[error("{0}")]
    Stopped(Unknown),
}

impl From<SetupError> for ConnectError {
    fn from(error: SetupError) -> Self {
        Self::Setup(error.to_string())
    }
}
