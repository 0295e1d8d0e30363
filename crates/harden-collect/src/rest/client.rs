//! The client.

use std::fmt;
use std::sync::Arc;

use harden_core::Facts;
use reqwest::Url;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::redirect::Policy;
use secrecy::{ExposeSecret as _, SecretString};
use serde::de::DeserializeOwned;

use super::{Answer, Options, RestError, SetupError, Vendor, path, redact};
use crate::{CallLimit, Operation, RetryPolicy};

/// How many redirects are followed within the host. A project that was renamed takes one.
const MAX_REDIRECTS: usize = 5;

/// A client. Cheap to clone; clones share the connections and the limit of calls in flight.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

pub(super) struct Inner {
    pub(super) http: reqwest::Client,
    pub(super) base: Url,
    pub(super) vendor: Vendor,
    pub(super) max_body_bytes: usize,
    token: SecretString,
    retry: RetryPolicy,
    limit: CallLimit,
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
    /// A client of one base URL and one token.
    ///
    /// # Errors
    /// When the token cannot be sent to the base URL, or is not a token.
    pub fn new(options: Options) -> Result<Self, SetupError> {
        let base = path::parse_base_url(&options.base_url)?;
        let bearer = format!("Bearer {}", options.token.expose_secret());
        let mut bearer = HeaderValue::from_str(&bearer).map_err(|_| SetupError::Token)?;
        if options.token.expose_secret().trim().is_empty() {
            return Err(SetupError::Token);
        }
        bearer.set_sensitive(true);
        let mut http = reqwest::Client::builder()
            .default_headers(HeaderMap::from_iter([(AUTHORIZATION, bearer)]))
            .user_agent(options.user_agent)
            .connect_timeout(options.connect_timeout)
            .timeout(options.attempt_timeout)
            .redirect(follow_within(base.clone()));
        if path::is_loopback(&base) {
            // a proxy is for other machines, and would see the token
            http = http.no_proxy();
        }
        Ok(Self(Arc::new(Inner {
            http: http.build().map_err(SetupError::Tls)?,
            base,
            vendor: options.vendor,
            max_body_bytes: options.max_body_bytes,
            token: options.token,
            retry: options.retry,
            limit: CallLimit::new(options.in_flight),
        })))
    }

    /// The base URL of the API.
    #[must_use]
    pub fn base(&self) -> &str {
        self.0.base.as_str()
    }

    /// Calls an operation whose name is its method and path, `GET /v9/projects/{idOrName}`. Each
    /// `{…}` is replaced by the next of `params`.
    ///
    /// # Errors
    /// See [`RestError`].
    pub async fn get<T: DeserializeOwned>(
        &self,
        facts: &Facts,
        operation: impl Into<Operation>,
        params: &[&str],
        query: &[(&str, &str)],
    ) -> Result<Answer<T>, RestError> {
        let (inner, operation) = (&*self.0, operation.into());
        let url = path::build_url(&inner.base, operation.name(), params, query)
            .ok_or(RestError::Address { operation })?;
        let request = inner.retry.run(
            || inner.attempt(operation, &url),
            || RestError::Timeout {
                operation,
                host: inner.host().into(),
            },
        );
        let called = inner.limit.call(facts, operation, request).await;
        let answer = called.map_err(RestError::Cancelled)??;
        // the parser's message would quote the answer
        let body = serde_json::from_slice(&answer.bytes).map_err(|error| RestError::Decode {
            operation,
            line: error.line(),
            column: error.column(),
        })?;
        Ok(Answer {
            body,
            headers: answer.headers,
        })
    }
}

impl Inner {
    /// The host of the base URL.
    pub(super) fn host(&self) -> &str {
        self.base.host_str().unwrap_or_default()
    }

    /// The part of a vendor's message that can be shown. Some vendors quote the token.
    pub(super) fn redact(&self, message: &str) -> String {
        redact(&message.replace(self.token.expose_secret(), "[redacted]"))
    }
}

/// Follows redirects within the host of the base URL only. Any other redirect is returned as it is:
/// the default policy would follow it without the token, and the answer of a stranger would count as
/// the vendor's.
fn follow_within(base: Url) -> Policy {
    Policy::custom(move |attempt| {
        if attempt.previous().len() > MAX_REDIRECTS || !path::is_same_origin(attempt.url(), &base) {
            attempt.stop()
        } else {
            attempt.follow()
        }
    })
}
