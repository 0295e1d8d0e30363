//! Making calls: octocrab's layer, with what it leaves to us put around it: limits, retries,
//! redirects within the host, conditional requests.

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use octocrab::Octocrab;
use reqwest::header::{ETAG, HeaderMap, HeaderValue, IF_NONE_MATCH, LINK, LOCATION};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tokio::sync::Semaphore;

use super::cache::{Cache, Entry};
use super::failure::{Failure, Refusal, failed, refused};
use super::paging::next_link;
use super::quota::Quota;
use crate::operation::Operation;
use crate::path::has_steps;

/// How often a call is made at most.
const ATTEMPTS: u32 = 4;
/// How many redirects are followed: one for a renamed repository, one for its server's sake.
const REDIRECTS: u32 = 3;

/// The API of one server. Cheap to clone.
#[derive(Clone)]
pub(super) struct Api(Arc<Inner>);

pub(super) struct Inner {
    pub(super) crab: Octocrab,
    /// The API's address, without a slash at its end.
    pub(super) base: String,
    pub(super) quota: Quota,
    pub(super) gate: Semaphore,
    pub(super) cache: Option<Cache>,
    /// The wait before the first retry of what failed without a reason; it doubles each time.
    pub(super) backoff: Duration,
}

/// An answer, and where the next page of it is.
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
    /// Not at all: it is text that may hold anything.
    Nothing,
}

struct Raw {
    status: u16,
    headers: HeaderMap,
    text: String,
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

    /// Asks for a path, or for the address that an answer named.
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
            return Err(failed(operation, "a name of dots only can't be asked for"));
        }
        for _ in 0..=REDIRECTS {
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
                            message: &message(&raw.text),
                        },
                        operation,
                    ));
                }
            }
        }
        Err(failed(operation, "GitHub redirected in a circle"))
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
                message: &message(&raw.text),
            };
            return Err((raw.status, refused(&refusal, operation)));
        }
        serde_json::from_str(&raw.text).map_err(|_| (raw.status, unreadable(operation)))
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
        let text = if raw.text.is_empty() {
            "null"
        } else {
            &raw.text
        };
        let body: T = serde_json::from_str(text).map_err(|_| unreadable(operation))?;
        let links = raw.headers.get_all(LINK).iter();
        let next = links.filter_map(|l| l.to_str().ok()).find_map(next_link);
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

    /// Makes a call until it is answered: what is limited waits as long as GitHub asks, what the
    /// server could not do is tried again.
    async fn attempts(
        &self,
        operation: Operation,
        path: &str,
        headers: &HeaderMap,
        body: Option<&serde_json::Value>,
    ) -> Result<Raw, Failure> {
        let permit = self.0.gate.acquire().await;
        let mut pause = self.0.backoff;
        let mut last = None;
        for attempt in 1..=ATTEMPTS {
            let limit = |unknown: harden_core::Unknown| {
                let mut failure = failed(operation, "");
                let action = failure.unknown.action.take();
                failure.unknown = harden_core::Unknown { action, ..unknown };
                failure
            };
            if let Some(wait) = self.0.quota.admit().map_err(limit)? {
                tokio::time::sleep(wait).await;
            }
            let raw = match self.send(path, headers, body).await {
                Ok(raw) => raw,
                Err(words) => {
                    last = Some(failed(operation, words));
                    self.pause(attempt, &mut pause).await;
                    continue;
                }
            };
            self.0.quota.learn(&raw.headers);
            let said = message(&raw.text);
            if let Some(limited) = self.0.quota.limited(raw.status, &raw.headers, &said) {
                let wait = limited.map_err(limit)?;
                last = Some(limit(harden_core::Unknown::new(
                    harden_core::Cause::Throttled,
                    "GitHub asked to slow down, and went on asking",
                )));
                if attempt < ATTEMPTS {
                    tokio::time::sleep(wait).await;
                }
                continue;
            }
            if raw.status < 500 {
                drop(permit);
                return Ok(raw);
            }
            let refusal = Refusal {
                status: raw.status,
                headers: &raw.headers,
                message: &said,
            };
            last = Some(refused(&refusal, operation));
            self.pause(attempt, &mut pause).await;
        }
        Err(last.unwrap_or_else(|| unreadable(operation)))
    }

    async fn pause(&self, attempt: u32, pause: &mut Duration) {
        if attempt < ATTEMPTS {
            tokio::time::sleep(*pause).await;
            *pause *= 2;
        }
    }

    async fn send(
        &self,
        path: &str,
        headers: &HeaderMap,
        body: Option<&serde_json::Value>,
    ) -> Result<Raw, &'static str> {
        let crab = &self.0.crab;
        let sent = match body {
            None => crab._get_with_headers(path, Some(headers.clone())).await,
            Some(body) => crab._post(path, Some(body)).await,
        };
        let response = sent.map_err(|error| not_answered(&error))?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = crab.body_to_string(response).await;
        Ok(Raw {
            status,
            headers,
            text: text.map_err(|error| not_answered(&error))?,
        })
    }

    /// The path of an address on this server, with its query; none for any other server, to which
    /// the token is not taken.
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

fn elsewhere(operation: Operation) -> Failure {
    let message = "GitHub redirected to another host, to which the token is not taken";
    failed(operation, message)
}

fn unreadable(operation: Operation) -> Failure {
    failed(operation, "GitHub gave an answer that could not be read")
}

fn message(text: &str) -> String {
    serde_json::from_str::<Message>(text).map_or_else(|_| String::new(), |m| m.message)
}

/// Why no answer came. Nothing of the error's own words: they hold the address.
fn not_answered(error: &octocrab::Error) -> &'static str {
    let causes = std::iter::successors(error.source(), |e| (*e).source());
    let timeout = causes
        .filter_map(|e| e.downcast_ref::<reqwest::Error>())
        .any(reqwest::Error::is_timeout);
    if timeout {
        "GitHub did not answer in time"
    } else {
        "GitHub could not be reached"
    }
}
