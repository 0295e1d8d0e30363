//! How a client is set up.

use std::fmt;
use std::time::Duration;

use secrecy::SecretString;
use serde_json::Value;

use super::{MAX_BODY_BYTES, Refusal};
use crate::RetryPolicy;

/// What differs from vendor to vendor.
#[derive(Debug, Clone, Copy)]
pub struct Vendor {
    /// Finds the message in the JSON of a refusal.
    pub message: fn(&Value) -> Option<&str>,
    /// The header with the time, in seconds since 1970, at which a limit is renewed.
    pub reset_header: Option<&'static str>,
    /// Whether a refusal passes by itself, besides 429 and 5xx: an endpoint that is switched off for
    /// some minutes.
    pub is_transient: fn(&Refusal) -> bool,
    /// Whether a refusal means that the plan does not offer the operation, besides 402.
    pub is_plan_limit: fn(&Refusal) -> bool,
}

/// How a client is set up.
#[derive(Clone)]
#[non_exhaustive]
pub struct Options {
    /// The base URL of the API, to which the paths of operations are appended.
    pub base_url: String,
    /// The token, sent as `Authorization: Bearer`.
    pub token: SecretString,
    /// The `User-Agent`.
    pub user_agent: String,
    /// What differs from vendor to vendor.
    pub vendor: Vendor,
    /// How long a connection can take to be made.
    pub connect_timeout: Duration,
    /// How long one attempt can take, its answer included.
    pub attempt_timeout: Duration,
    /// How often a call is attempted.
    pub retry: RetryPolicy,
    /// How many calls are in flight at the same time.
    pub in_flight: usize,
    /// How long an answer can be, in bytes, unpacked.
    pub max_body_bytes: usize,
}

impl Options {
    /// The usual limits: 10 s to connect, 30 s for an attempt, 8 calls in flight,
    /// [`MAX_BODY_BYTES`], and the default [`RetryPolicy`].
    pub fn new(base_url: impl Into<String>, token: SecretString, vendor: Vendor) -> Self {
        Self {
            base_url: base_url.into(),
            token,
            user_agent: concat!("harden/", env!("CARGO_PKG_VERSION")).to_owned(),
            vendor,
            connect_timeout: Duration::from_secs(10),
            attempt_timeout: Duration::from_secs(30),
            retry: RetryPolicy::default(),
            in_flight: 8,
            max_body_bytes: MAX_BODY_BYTES,
        }
    }
}

/// Without the token.
impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options").finish_non_exhaustive()
    }
}
