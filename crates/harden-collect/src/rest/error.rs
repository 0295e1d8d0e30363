//! Why a call failed: for a program to match on, and for a report to say.

use std::borrow::Cow;
use std::fmt;

use harden_core::{Cause, DeniedBy, Unknown};
use reqwest::header::HeaderMap;

/// An answer that is a refusal: a status that is no success.
#[derive(Clone)]
pub struct Refusal {
    /// The operation that was asked for: `GET /v9/projects/{idOrName}`.
    pub operation: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What the vendor said, short and without what could be a secret.
    pub message: Option<Box<str>>,
    pub(crate) headers: HeaderMap,
}

impl Refusal {
    /// A header's text, if the answer has it.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Whether the vendor's message has these words, in whatever case.
    #[must_use]
    pub fn says(&self, words: &str) -> bool {
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
    /// 403: the token may not do this.
    #[error("{operation}: the token may not do this {0}", operation = .0.operation)]
    Denied(Box<Refusal>),
    /// 404: not there, or not to be seen with this token; vendors do not say which.
    #[error("{operation}: not there, or not visible to the token {0}", operation = .0.operation)]
    NotFound(Box<Refusal>),
    /// 410: the vendor has taken the endpoint away. Says nothing of what it would have answered.
    #[error("{operation}: the endpoint is retired {0}", operation = .0.operation)]
    Gone(Box<Refusal>),
    /// 429, on every attempt or with a longer wait than the call may take.
    #[error("{operation}: asked to slow down, and went on asking {0}", operation = .0.operation)]
    Throttled(Box<Refusal>),
    /// The vendor's plan does not offer it: 402, or what [`crate::Vendor::plan`] knows.
    #[error("{operation}: not on this plan {0}", operation = .0.operation)]
    Plan(Box<Refusal>),
    /// Another status.
    #[error("{operation}: failed {0}", operation = .0.operation)]
    Failed(Box<Refusal>),
    /// The answer leads to another host, where the token is not for.
    #[error("{operation}: redirected to {to}, where the token is not sent")]
    Redirected {
        /// The operation.
        operation: &'static str,
        /// The host that it leads to.
        to: Box<str>,
    },
    /// No answer, or a part of one.
    #[error("{operation}: could not reach {host}")]
    Unreachable {
        /// The operation.
        operation: &'static str,
        /// The host.
        host: Box<str>,
    },
    /// No answer in time.
    #[error("{operation}: {host} did not answer in time")]
    Timeout {
        /// The operation.
        operation: &'static str,
        /// The host.
        host: Box<str>,
    },
    /// An answer that is not what the operation gives.
    #[error("{operation}: the answer could not be read (line {line}, column {column})")]
    Decode {
        /// The operation.
        operation: &'static str,
        /// Where in the answer.
        line: usize,
        /// Where in the line.
        column: usize,
    },
    /// An answer that is longer than is read.
    #[error("{operation}: the answer is over {limit} bytes")]
    TooLarge {
        /// The operation.
        operation: &'static str,
        /// The limit.
        limit: usize,
    },
    /// Paging that comes back to a page that it gave already, or does not end.
    #[error("{operation}: the paging does not advance")]
    Paging {
        /// The operation.
        operation: &'static str,
    },
    /// A name that can't be part of an address.
    #[error("{operation}: no address can be made of the name given")]
    Address {
        /// The operation.
        operation: &'static str,
    },
    /// The run ended first.
    #[error("{0}")]
    Stopped(Unknown),
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

    /// What a report says of it. `action` is the permission that would have told, as the vendor
    /// spells it; the operation where the vendor has no permissions.
    ///
    /// A 404 counts as denied, since it stands until somebody changes the token or the name, and a
    /// 410 as what the vendor's edition does not offer.
    #[must_use]
    pub fn unknown(&self, action: impl Into<Cow<'static, str>>) -> Unknown {
        let cause = match self {
            Self::Stopped(reason) => return reason.clone().during(action),
            Self::Credentials(_) => Cause::Credentials,
            Self::Denied(_) | Self::NotFound(_) => Cause::Denied,
            Self::Gone(_) | Self::Plan(_) => Cause::Plan,
            Self::Throttled(_) => Cause::Throttled,
            _ => Cause::Failed,
        };
        let mut unknown = Unknown::new(cause, self.to_string()).during(action);
        unknown.by = (cause == Cause::Denied).then_some(DeniedBy::Unstated);
        unknown
    }

    pub(crate) fn of(refusal: Refusal, is_plan: bool) -> Self {
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
