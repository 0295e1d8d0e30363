//! Calls to a server of GitHub.
//!
//! octocrab signs the requests: with a token, or as an installation of an App, whose tokens it
//! renews. It leaves the rest to us: limits, retries, redirects within the host, conditional
//! requests, and a bound for the size of answers.

use std::sync::Arc;

use harden_collect::rest::{BodyError, Link, MAX_BODY_BYTES, is_timeout, read_body};
use harden_collect::{CallLimit, FailedAttempt, Retry, RetryPolicy};
use harden_core::{Cause, Unknown};
use octocrab::Octocrab;
use reqwest::header::{ETAG, HeaderMap, HeaderValue, IF_NONE_MATCH, LOCATION};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::cache::{Cache, Entry};
use super::failure::{Failure, Refusal, Said, failed, refused};
use super::quota::Quota;
use crate::operation::Operation;
use crate::path::has_steps;

/// How many redirects are followed: one for a renamed repository, one for the server's own reasons.
const MAX_REDIRECTS: u32 = 3;

/// The API of one server. Cheap to clone.
#[derive(Clone)]
pub(super) struct Api(Arc<Inner>);

pub(super) struct Inner {
    pub(super) crab: Octocrab,
    /// The URL of the API, without a slash at its end.
    pub(super) base: String,
    pub(super) quota: Quota,
    pub(super) limit: CallLimit,
    pub(super) retry: RetryPolicy,
    pub(super) cache: Option<Cache>,
}

/// An answer, and the URL of its next page.
#[derive(Debug)]
pub(super) struct Answer<T> {
    pub(super) body: T,
    pub(super) next: Option<String>,
}

/// Whether an answer is kept for the next run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    /// As the type that it is read into.
    Facts,
    /// Not at all: it is text that can contain anything.
    Nothing,
}

/// An answer that is not parsed yet.
struct Raw {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    message: String,
}

impl Api {
    pub(super) fn new(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    /// The limit of calls in flight.
    pub(super) fn limit(&self) -> &CallLimit {
        &self.0.limit
    }

    /// Reads a path, or the URL that an answer named.
    pub(super) async fn get<T>(
        &self,
        operation: Operation,
        path: &str,
        keep: Keep,
    ) -> Result<Answer<T>, Failure>
    where
        T: Serialize + DeserializeOwned,
    {
        let mut path = self.local(path).ok_or_else(|| elsewhere(operation))?;
        if has_steps(&path) {
            return Err(failed(
                operation,
                "a name that is `.` or `..` cannot be part of a path",
            ));
        }
        for _ in 0..=MAX_REDIRECTS {
            let cache = self.0.cache.as_ref().filter(|_| keep == Keep::Facts);
            let kept: Option<Entry<T>> = match cache {
                Some(cache) => cache.get(&path, operation.name).await,
                None => None,
            };
            let raw = self.answer(operation, &path, kept.as_ref()).await?;
            match (raw.status, kept) {
                (200..=299, _) => return self.read(operation, &path, &raw, cache).await,
                (304, Some(kept)) => {
                    return Ok(Answer {
                        body: kept.body,
                        next: kept.next,
                    });
                }
                (301 | 302 | 307 | 308, _) => {
                    let to = raw.headers.get(LOCATION).and_then(|to| to.to_str().ok());
                    path = to
                        .and_then(|to| self.local(to))
                        .ok_or_else(|| elsewhere(operation))?;
                }
                (status, _) => {
                    return Err(refused(
                        &Refusal {
                            status,
                            headers: &raw.headers,
                            message: &message(&raw.body),
                        },
                        operation,
                    ));
                }
            }
        }
        Err(failed(operation, "GitHub redirected too many times"))
    }

    /// Sends a document.
    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        operation: Operation,
        path: &str,
        body: &serde_json::Value,
    ) -> Result<T, (u16, Failure)> {
        let raw = self
            .attempts(operation, path, &HeaderMap::new(), Some(body))
            .await
            .map_err(|failure| (0, failure))?;
        if !(200..=299).contains(&raw.status) {
            let refusal = Refusal {
                status: raw.status,
                headers: &raw.headers,
                message: &message(&raw.body),
            };
            return Err((raw.status, refused(&refusal, operation)));
        }
        serde_json::from_slice(&raw.body).map_err(|_| (raw.status, unreadable(operation)))
    }

    async fn answer<T>(
        &self,
        operation: Operation,
        path: &str,
        kept: Option<&Entry<T>>,
    ) -> Result<Raw, Failure> {
        let etag = kept.and_then(|kept| HeaderValue::from_str(&kept.etag).ok());
        let headers: HeaderMap = etag.map(|etag| (IF_NONE_MATCH, etag)).into_iter().collect();
        self.attempts(operation, path, &headers, None).await
    }

    async fn read<T>(
        &self,
        operation: Operation,
        path: &str,
        raw: &Raw,
        cache: Option<&Cache>,
    ) -> Result<Answer<T>, Failure>
    where
        T: Serialize + DeserializeOwned,
    {
        // 204 has no body
        let body = if raw.body.is_empty() {
            b"null"
        } else {
            &*raw.body
        };
        let body: T = serde_json::from_slice(body).map_err(|_| unreadable(operation))?;
        let next = Link::find(&raw.headers, "next").map(|link| link.target);
        if let (Some(cache), Some(etag)) = (cache, raw.headers.get(ETAG))
            && let Ok(etag) = etag.to_str()
        {
            let entry = Entry {
                etag: etag.to_owned(),
                next: next.clone(),
                body: &body,
            };
            cache.put(path, operation.name, &entry).await;
        }
        Ok(Answer { body, next })
    }

    /// Makes a call until it is answered. After a rate limit it waits as long as GitHub asks, and
    /// what the server could not do is attempted again.
    async fn attempts(
        &self,
        operation: Operation,
        path: &str,
        headers: &HeaderMap,
        body: Option<&serde_json::Value>,
    ) -> Result<Raw, Failure> {
        let attempt = || self.attempt(operation, path, headers, body);
        let timed_out = || failed(operation, TIMED_OUT);
        self.0.retry.run(attempt, timed_out).await
    }

    async fn attempt(
        &self,
        operation: Operation,
        path: &str,
        headers: &HeaderMap,
        body: Option<&serde_json::Value>,
    ) -> Result<Raw, FailedAttempt<Failure>> {
        let throttled = |unknown: Unknown, retry| {
            let permission = harden_collect::Operation::from(operation).permission();
            let failure = Failure {
                said: Said::Other,
                unknown: unknown.during(permission),
            };
            FailedAttempt::new(failure, retry)
        };
        let quota = &self.0.quota;
        let admitted = quota.admit();
        let wait = admitted.map_err(|unknown| throttled(unknown, Retry::Never))?;
        if let Some(wait) = wait {
            tokio::time::sleep(wait).await;
        }
        let raw = self.send(operation, path, headers, body).await?;
        quota.learn(&raw.headers);
        let said = message(&raw.body);
        match quota.limited(raw.status, &raw.headers, &said) {
            Some(Ok(wait)) => {
                let message = "GitHub asked to slow down on every attempt";
                let unknown = Unknown::new(Cause::Throttled, message);
                return Err(throttled(unknown, Retry::After(wait)));
            }
            Some(Err(too_long)) => return Err(throttled(too_long, Retry::Never)),
            None => {}
        }
        if raw.status < 500 {
            return Ok(raw);
        }
        let refusal = Refusal {
            status: raw.status,
            headers: &raw.headers,
            message: &said,
        };
        Err(FailedAttempt::new(
            refused(&refusal, operation),
            Retry::Backoff,
        ))
    }

    async fn send(
        &self,
        operation: Operation,
        path: &str,
        headers: &HeaderMap,
        body: Option<&serde_json::Value>,
    ) -> Result<Raw, FailedAttempt<Failure>> {
        let crab = &self.0.crab;
        let sent = match body {
            None => crab._get_with_headers(path, Some(headers.clone())).await,
            Some(body) => crab._post(path, Some(body)).await,
        };
        let broken = |error: &(dyn std::error::Error + 'static)| {
            let failure = failed(operation, explain_no_answer(error));
            FailedAttempt::new(failure, Retry::Backoff)
        };
        let response = sent.map_err(|error| broken(&error))?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        // octocrab would read a body of any size
        let response = reqwest::Response::from(response.map(reqwest::Body::wrap));
        let body = read_body(response, MAX_BODY_BYTES).await;
        let body = body.map_err(|error| match error {
            BodyError::TooLarge { .. } => {
                FailedAttempt::new(failed(operation, error.to_string()), Retry::Never)
            }
            error => broken(&error),
        })?;
        Ok(Raw {
            status,
            headers,
            body,
        })
    }

    /// The path and the query of a URL on this server; none for any other server, since the token is
    /// not for it.
    fn local(&self, address: &str) -> Option<String> {
        if address.starts_with('/') && !address.starts_with("//") {
            return Some(address.to_owned());
        }
        let base = reqwest::Url::parse(&self.0.base).ok()?;
        let url = reqwest::Url::parse(address).ok()?;
        if url.origin() != base.origin() {
            return None;
        }
        let query = url.query().map_or_else(String::new, |q| format!("?{q}"));
        Some(format!("{}{query}", url.path()))
    }
}

const TIMED_OUT: &str = "GitHub did not answer in time";

fn elsewhere(operation: Operation) -> Failure {
    let message = "GitHub redirected to another host, to which the token is not sent";
    failed(operation, message)
}

fn unreadable(operation: Operation) -> Failure {
    failed(operation, "GitHub gave an answer that could not be read")
}

fn message(body: &[u8]) -> String {
    serde_json::from_slice::<Message>(body).map_or_else(|_| String::new(), |m| m.message)
}

/// Why no answer came. The error's own message is not kept, since it has the URL in it.
fn explain_no_answer(error: &(dyn std::error::Error + 'static)) -> &'static str {
    if is_timeout(error) {
        TIMED_OUT
    } else {
        "GitHub could not be reached"
    }
}
