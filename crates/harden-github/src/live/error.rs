//! Why nothing can be read at all.

use harden_collect::rest::SetupError;
use harden_core::Unknown;

/// Why nothing can be read at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// There is no token.
    #[error(
        "no token for {host}: set GH_TOKEN or GITHUB_TOKEN (for another server than GitHub's own, \
         GH_ENTERPRISE_TOKEN or GITHUB_ENTERPRISE_TOKEN)"
    )]
    NoToken {
        /// The host of the API.
        host: String,
    },
    /// The token holds characters that no token has.
    #[error("the token holds characters that no token has: is it quoted, or has it a line break?")]
    BadToken,
    /// GitHub did not accept the token.
    #[error("{host} did not accept the token: it is wrong, expired or revoked")]
    Refused {
        /// The host of the API.
        host: String,
    },
    /// The GitHub App cannot be used.
    #[error("the GitHub App cannot be used: {reason}")]
    App {
        /// What is wrong, without secrets.
        reason: String,
    },
    /// There is no repository to audit.
    #[error(
        "no repository to audit: name one (owner/repo), set it in [github] of the policy file, or \
         run in a checkout whose origin is on {host}"
    )]
    NoRepository {
        /// The host of the API.
        host: String,
    },
    /// The name of a repository is wrong.
    #[error("`{0}` is not a repository: write owner/repo")]
    BadRepository(String),
    /// The URL of the API cannot be used.
    #[error(transparent)]
    BadUrl(#[from] SetupError),
    /// The client cannot be made.
    #[error("could not make the HTTP client: {0}")]
    Client(String),
    /// GitHub did not answer, or not as expected.
    #[error(transparent)]
    Failed(Unknown),
    /// The run was cancelled first.
    #[error(transparent)]
    Cancelled(Unknown),
}
