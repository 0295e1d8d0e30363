//! The client, and how it is set up.

use std::fmt;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable as _};
use futures::future::{Either, select};
use harden_core::Facts;
use reqwest::Url;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::redirect::Policy;
use secrecy::{ExposeSecret as _, SecretString};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::Semaphore;

use super::attempt::{Attempt, Read};
use super::{Answer, Refusal, RestError, path};

/// How many redirects are followed within the host: a project that was renamed takes one.
const REDIRECTS: usize = 5;

/// What differs from vendor to vendor.
#[derive(Debug, Clone, Copy)]
pub struct Vendor {
    /// The message in the JSON of a refusal.
    pub message: fn(&Value) -> Option<&str>,
    /// The header with the time, in seconds since 1970, at which a limit is renewed.
    pub reset_header: Option<&'static str>,
    /// Whether a refusal passes by itself, beside 429 and 5xx, which do: a brown-out.
    pub passing: fn(&Refusal) -> bool,
    /// Whether a refusal means that the plan does not offer the operation, beside 402.
    pub plan: fn(&Refusal) -> bool,
}

/// How a client is set up.
#[derive(Clone)]
#[non_exhaustive]
pub struct Options {
    /// The base of the API, to which the operations' paths are appended.
    pub base_url: String,
    /// The token, sent as `Authorization: Bearer`.
    pub token: SecretString,
    /// Who asks.
    pub user_agent: String,
    /// What differs from vendor to vendor.
    pub vendor: Vendor,
    /// How long a connection may take to be made.
    pub connect_limit: Duration,
    /// How long one attempt may take, its answer included.
    pub attempt_limit: Duration,
    /// How long a call may take, all attempts and the waits between them included.
    pub total_limit: Duration,
    /// How many attempts a call has.
    pub attempts: usize,
    /// The wait before the second attempt, at least half of it; it doubles from attempt to attempt.
    pub first_wait: Duration,
    /// How many calls are in flight at once.
    pub in_flight: usize,
    /// How long an answer may be, in bytes, unpacked.
    pub max_bytes: usize,
}

impl Options {
    /// The usual limits.
    pub fn new(base_url: impl Into<String>, token: SecretString, vendor: Vendor) -> Self {
        Self {
            base_url: base_url.into(),
            token,
            user_agent: concat!("harden/", env!("CARGO_PKG_VERSION")).to_owned(),
            vendor,
            connect_limit: Duration::from_secs(10),
            attempt_limit: Duration::from_secs(30),
            total_limit: Duration::from_secs(120),
            attempts: 4,
            first_wait: Duration::from_millis(500),
            in_flight: 8,
            max_bytes: 32 * 1024 * 1024,
        }
    }
}

/// Without the token.
impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options").finish_non_exhaustive()
    }
}

/// Why a client can't be set up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SetupError {
    /// The base is no address of an API.
    #[error("the base is no address: give scheme, host and path, such as https://api.example.com")]
    NoUrl,
    /// The base has a user or a password in it.
    #[error("the base has a user or a password in it: the token is given by itself")]
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

/// A client. Cheap to clone; clones share the connections and the limit of calls in flight.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) http: reqwest::Client,
    pub(crate) base: Url,
    pub(crate) vendor: Vendor,
    pub(crate) max_bytes: usize,
    token: SecretString,
    backoff: ExponentialBuilder,
    total_limit: Duration,
    gate: Semaphore,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let base = self.0.base.as_str();
        f.debug_struct("Client")
            .field("base", &base)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// A client of one base and one token.
    ///
    /// # Errors
    /// When the base is no address that the token may be sent to, or the token is none.
    pub fn new(options: Options) -> Result<Self, SetupError> {
        let base = path::base(&options.base_url)?;
        let bearer = format!("Bearer {}", options.token.expose_secret());
        let mut bearer = HeaderValue::from_str(&bearer).map_err(|_| SetupError::Token)?;
        if options.token.expose_secret().trim().is_empty() {
            return Err(SetupError::Token);
        }
        bearer.set_sensitive(true);
        let mut http = reqwest::Client::builder()
            .default_headers(HeaderMap::from_iter([(AUTHORIZATION, bearer)]))
            .user_agent(options.user_agent)
            .connect_timeout(options.connect_limit)
            .timeout(options.attempt_limit)
            .redirect(within(base.clone()));
        if path::is_loopback(&base) {
            // a proxy is asked for other machines, and would see the token
            http = http.no_proxy();
        }
        Ok(Self(Arc::new(Inner {
            http: http.build().map_err(SetupError::Tls)?,
            base,
            vendor: options.vendor,
            max_bytes: options.max_bytes,
            token: options.token,
            backoff: ExponentialBuilder::new()
                .with_min_delay(options.first_wait)
                .with_factor(2.0)
                .with_max_times(options.attempts.saturating_sub(1))
                .with_jitter(),
            total_limit: options.total_limit,
            gate: Semaphore::new(options.in_flight.max(1)),
        })))
    }

    /// The base of the API.
    #[must_use]
    pub fn base(&self) -> &str {
        self.0.base.as_str()
    }

    /// Asks for an operation, `GET /v9/projects/{idOrName}`, each `{…}` of which is the next of
    /// `params`. The call is counted under this text.
    ///
    /// # Errors
    /// See [`RestError`].
    pub async fn get<T: DeserializeOwned>(
        &self,
        facts: &Facts,
        operation: &'static str,
        params: &[&str],
        query: &[(&str, &str)],
    ) -> Result<Answer<T>, RestError> {
        let url = path::address(&self.0.base, operation, params, query)
            .ok_or(RestError::Address { operation })?;
        let asked = async {
            // never closed, so always a permit
            let _turn = self.0.gate.acquire().await;
            facts.called(operation);
            self.0.attempts(operation, &url).await
        };
        // the end of the run comes first: once it is there no further call is made
        let read = match select(pin!(facts.cancellation().cancelled()), pin!(asked)).await {
            Either::Left((reason, _)) => return Err(RestError::Stopped(reason)),
            Either::Right((read, _)) => read?,
        };
        // the parser's message would quote the answer
        let body = serde_json::from_slice(&read.bytes).map_err(|error| RestError::Decode {
            operation,
            line: error.line(),
            column: error.column(),
        })?;
        Ok(Answer {
            body,
            headers: read.headers,
        })
    }
}

impl Inner {
    /// Attempts until one does not fail in a way that passes, the attempts are used up, or the time
    /// is. What is then said is what the last attempt said.
    async fn attempts(&self, operation: &'static str, url: &Url) -> Result<Read, RestError> {
        let last = Mutex::new(None);
        let attempts = (|| self.attempt(operation, url))
            .retry(self.backoff)
            .when(|attempt: &Attempt| attempt.passes)
            .adjust(|attempt: &Attempt, planned| {
                let wait = planned?.max(attempt.wait.unwrap_or_default());
                // a wait that ends after the call does is not begun
                (wait < self.total_limit).then_some(wait)
            })
            .notify(|attempt: &Attempt, _| {
                let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
                *last = Some(attempt.error.clone());
            });
        match tokio::time::timeout(self.total_limit, attempts).await {
            Ok(done) => done.map_err(|attempt| attempt.error),
            Err(_) => {
                let last = last.lock().unwrap_or_else(PoisonError::into_inner).take();
                Err(last.unwrap_or_else(|| RestError::Timeout {
                    operation,
                    host: self.host().into(),
                }))
            }
        }
    }

    /// The host of the base.
    pub(crate) fn host(&self) -> &str {
        self.base.host_str().unwrap_or_default()
    }

    /// A message of the vendor's, as it may be shown.
    pub(crate) fn shown(&self, message: &str) -> String {
        let without = message.replace(self.token.expose_secret(), "[redacted]");
        super::redacted(&without)
    }
}

/// Redirects within the base's host only; any other is given back as it is.
fn within(base: Url) -> Policy {
    Policy::custom(move |attempt| {
        if attempt.previous().len() > REDIRECTS || !path::same_origin(attempt.url(), &base) {
            attempt.stop()
        } else {
            attempt.follow()
        }
    })
}
