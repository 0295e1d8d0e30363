//! Why a call failed: as a type for programs, and as a message for reports.

use std::fmt;

use harden_core::{Cause, DeniedBy, Unknown};
use reqwest::header::HeaderMap;

use crate::{Operation, PagingError};

/// Why a client cannot be set up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SetupError {
    /// The base URL is not a URL of an API.
    #[error(
        "the base URL cannot be used: give scheme, host and path, such as https://api.example.com"
    )]
    NoUrl,
    /// The base URL has a user or a password in it.
    #[error("the base URL has a user or a password in it: give only the token")]
    UserInfo,
    /// The token would go over the network in the clear.
    #[error("the token would be sent to {host} in the clear: use https")]
    Plaintext {
        /// The host.
        host: String,
    },
    /// The token is empty, or has characters that no token has.
    #[error("the token is empty, or has characters that no token has")]
    Token,
    /// TLS could not be set up.
    #[error("the HTTPS client could not be set up")]
    Tls(#[source] reqwest::Error),
}

/// An answer whose status is not a success.
#[derive(Clone)]
#[non_exhaustive]
pub struct Refusal {
    /// The operation that was called: `GET /v9/projects/{idOrName}`.
    pub operation: Operation,
    /// The HTTP status.
    pub status: u16,
    /// The vendor's message, short and without what could be a secret.
    pub message: Option<Box<str>>,
    pub(super) headers: HeaderMap,
}

impl Refusal {
    /// The text of a header, if the answer has it.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Whether the vendor's message contains these words, in upper or lower case.
    #[must_use]
    pub fn mentions(&self, words: &str) -> bool {
        let message = self.message.as_deref().unwrap_or_default();
        message
            .to_ascii_lowercase()
            .contains(&words.to_ascii_lowercase())
    }
}

/// Without the headers: nobody needs them in a log.
impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refusal")
            .field("operation", &self.operation)
            .field("status", &self.status)
            .field("message", &self.message)
            .finish_non_exhaustive()
    }
}

/// ` (403: You do not have permission …)`
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.message {
            Some(message) => write!(f, "({}: {message})", self.status),
            None => write!(f, "(HTTP {})", self.status),
        }
    }
}

/// Why a call failed.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum RestError {
    /// 401: the token is not accepted.
    #[error("{operation}: the token is not accepted {0}", operation = .0.operation)]
    Credentials(Box<Refusal>),
    /// 403: the token does not allow this.
    #[error("{operation}: the token does not allow this {0}", operation = .0.operation)]
    Denied(Box<Refusal>),
    /// 404: it does not exist, or this token cannot see it. Vendors do not say which of the two.
    #[error("{operation}: it does not exist, or the token cannot see it {0}", operation = .0.operation)]
    NotFound(Box<Refusal>),
    /// 410: the vendor has retired the endpoint. What it would have answered is not known.
    #[error("{operation}: the endpoint is retired {0}", operation = .0.operation)]
    Gone(Box<Refusal>),
    /// 429, on every attempt or with a longer wait than the call can take.
    #[error("{operation}: the server asked to slow down on every attempt {0}", operation = .0.operation)]
    Throttled(Box<Refusal>),
    /// The vendor's plan does not offer it: 402, or what [`Vendor::is_plan_limit`](super::Vendor) knows.
    #[error("{operation}: not on this plan {0}", operation = .0.operation)]
    Plan(Box<Refusal>),
    /// Another status.
    #[error("{operation}: failed {0}", operation = .0.operation)]
    Failed(Box<Refusal>),
    /// The answer redirects to another host, which the token is not for.
    #[error("{operation}: redirected to {to}, to which the token is not sent")]
    Redirected {
        /// The operation.
        operation: Operation,
        /// The host of the redirect.
        to: Box<str>,
    },
    /// No answer, or only a part of one.
    #[error("{operation}: could not reach {host}")]
    Unreachable {
        /// The operation.
        operation: Operation,
        /// The host.
        host: Box<str>,
    },
    /// No answer in time.
    #[error("{operation}: {host} did not answer in time")]
    Timeout {
        /// The operation.
        operation: Operation,
        /// The host.
        host: Box<str>,
    },
    /// An answer that is not of the type that the operation returns.
    #[error("{operation}: the answer could not be read (line {line}, column {column})")]
    Decode {
        /// The operation.
        operation: Operation,
        /// Where in the answer.
        line: usize,
        /// Where in the line.
        column: usize,
    },
    /// An answer that is longer than the limit.
    #[error("{operation}: the answer is longer than {limit} bytes")]
    TooLarge {
        /// The operation.
        operation: Operation,
        /// The limit.
        limit: usize,
    },
    /// The pages of a listing are not complete.
    #[error(transparent)]
    Paging(#[from] PagingError),
    /// A name that cannot be part of a URL.
    #[error("{operation}: the given name cannot be part of a URL")]
    Address {
        /// The operation.
        operation: Operation,
    },
    /// The run was cancelled first.
    #[error(transparent)]
    Cancelled(Unknown),
}

impl RestError {
    /// The refusal, where the vendor answered with one.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Credentials(refusal)
            | Self::Denied(refusal)
            | Self::NotFound(refusal)
            | Self::Gone(refusal)
            | Self::Throttled(refusal)
            | Self::Plan(refusal)
            | Self::Failed(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// The operation that was called; none where the run was cancelled first.
    #[must_use]
    pub fn operation(&self) -> Option<Operation> {
        match self {
            Self::Redirected { operation, .. }
            | Self::Unreachable { operation, .. }
            | Self::Timeout { operation, .. }
            | Self::Decode { operation, .. }
            | Self::TooLarge { operation, .. }
            | Self::Address { operation } => Some(*operation),
            Self::Paging(error) => Some(error.operation()),
            _ => self.refusal().map(|refusal| refusal.operation),
        }
    }

    pub(super) fn of_refusal(refusal: Refusal, is_plan: bool) -> Self {
        let refusal = Box::new(refusal);
        match refusal.status {
            _ if is_plan => Self::Plan(refusal),
            401 => Self::Credentials(refusal),
            402 => Self::Plan(refusal),
            403 => Self::Denied(refusal),
            404 => Self::NotFound(refusal),
            410 => Self::Gone(refusal),
            429 => Self::Throttled(refusal),
            _ => Self::Failed(refusal),
        }
    }
}

/// What a report says about the failure. It names the permission that the operation needs.
///
/// A 404 counts as denied, since it stays until somebody changes the token or the name. A 410 counts
/// as something that the vendor's edition does not offer.
impl From<RestError> for Unknown {
    fn from(error: RestError) -> Self {
        let cause = match &error {
            RestError::Cancelled(reason) => return reason.clone(),
            RestError::Credentials(_) => Cause::Credentials,
            RestError::Denied(_) | RestError::NotFound(_) => Cause::Denied,
            RestError::Gone(_) | RestError::Plan(_) => Cause::Plan,
            RestError::Throttled(_) => Cause::Throttled,
            _ => Cause::Failed,
        };
        let mut unknown = Self::new(cause, error.to_string());
        unknown.action = error.operation().map(|o| o.permission().into());
        unknown.by = (cause == Cause::Denied).then_some(DeniedBy::Unstated);
        unknown
    }
}
