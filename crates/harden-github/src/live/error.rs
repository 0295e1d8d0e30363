//! Why nothing can be read at all.

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
    /// The GitHub App can't be used.
    #[error("can't use the GitHub App: {reason}")]
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
    /// A repository's name is none.
    #[error("`{0}` is no repository: write owner/repo")]
    BadRepository(String),
    /// The API's address is none.
    #[error("`{url}` can't be the address of the API: {reason}")]
    BadUrl {
        /// The address.
        url: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The client can't be made.
    #[error("can't make the HTTP client: {0}")]
    Client(String),
    /// No answer came.
    #[error("{0}")]
    Failed(Unknown),
    /// The run was ended first.
    #[error("{0}")]
    Stopped(Unknown),
}
