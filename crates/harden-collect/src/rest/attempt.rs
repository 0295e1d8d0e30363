//! One attempt of a call.

use std::time::Duration;

use reqwest::header::{HeaderMap, LOCATION};
use reqwest::{Response, Url};
use serde_json::Value;

use super::client::Inner;
use super::{Refusal, RestError, later};

/// How much of a refusal is read: its message stands at the front.
const REFUSAL_BYTES: usize = 64 * 1024;

/// An answer as it came.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

/// An attempt that failed: whether another may do better, and when.
#[derive(Debug)]
pub(crate) struct Attempt {
    pub(crate) error: RestError,
    pub(crate) passes: bool,
    pub(crate) wait: Option<Duration>,
}

impl From<RestError> for Attempt {
    fn from(error: RestError) -> Self {
        let passes = matches!(
            error,
            RestError::Unreachable { .. } | RestError::Timeout { .. }
        );
        Self {
            error,
            passes,
            wait: None,
        }
    }
}

impl Inner {
    /// Asks once.
    pub(crate) async fn attempt(
        &self,
        operation: &'static str,
        url: &Url,
    ) -> Result<Read, Attempt> {
        let broken = |error| self.broken(operation, &error);
        let response = self.http.get(url.clone()).send().await.map_err(broken)?;
        let status = response.status();
        let headers = response.headers().clone();
        if status.is_redirection() {
            return Err(self.redirected(operation, &response).into());
        }
        if !status.is_success() {
            // a refusal whose body breaks off is a refusal all the same
            let mut bytes = Vec::new();
            let _ = read(response, REFUSAL_BYTES, &mut bytes).await;
            return Err(self.refused(operation, status.as_u16(), headers, &bytes));
        }
        let mut bytes = Vec::new();
        let whole = read(response, self.max_bytes, &mut bytes).await;
        if !whole.map_err(broken)? {
            let limit = self.max_bytes;
            return Err(RestError::TooLarge { operation, limit }.into());
        }
        Ok(Read { headers, bytes })
    }

    fn refused(
        &self,
        operation: &'static str,
        status: u16,
        headers: HeaderMap,
        bytes: &[u8],
    ) -> Attempt {
        let body: Option<Value> = serde_json::from_slice(bytes).ok();
        let message = body.as_ref().and_then(self.vendor.message);
        let refusal = Refusal {
            operation,
            status,
            message: message.map(|m| self.shown(m).into()),
            headers,
        };
        // 501 does not pass: the server does not know the operation
        let passes =
            status == 429 || (status >= 500 && status != 501) || (self.vendor.passing)(&refusal);
        let wait = passes
            .then(|| later::wait(&refusal.headers, self.vendor.reset_header))
            .flatten();
        let is_plan = (self.vendor.plan)(&refusal);
        Attempt {
            error: RestError::of(refusal, is_plan),
            passes: passes && !is_plan,
            wait,
        }
    }

    /// A redirect that was not followed.
    fn redirected(&self, operation: &'static str, response: &Response) -> RestError {
        let location = response.headers().get(LOCATION);
        let to = location
            .and_then(|l| response.url().join(l.to_str().ok()?).ok())
            .and_then(|url| Some(url.host_str()?.to_owned()));
        RestError::Redirected {
            operation,
            to: self
                .shown(&to.unwrap_or_else(|| "nowhere".to_owned()))
                .into(),
        }
    }

    /// What the HTTP library says has addresses in it, and stays out.
    fn broken(&self, operation: &'static str, error: &reqwest::Error) -> Attempt {
        let host = self.host().into();
        let error = if error.is_timeout() {
            RestError::Timeout { operation, host }
        } else {
            RestError::Unreachable { operation, host }
        };
        error.into()
    }
}

/// Reads a body up to a limit; whether that was all.
async fn read(
    mut response: Response,
    limit: usize,
    bytes: &mut Vec<u8>,
) -> Result<bool, reqwest::Error> {
    while let Some(chunk) = response.chunk().await? {
        if chunk.len() > limit - bytes.len() {
            return Ok(false);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(true)
}
