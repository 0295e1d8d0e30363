//! One attempt of a call.

use reqwest::header::{HeaderMap, LOCATION};
use reqwest::{Response, Url};
use serde_json::Value;

use super::body::{BodyError, read_body, read_up_to};
use super::client::Inner;
use super::{Refusal, RestError, requested_wait};
use crate::{FailedAttempt, Operation, Retry};

/// How much of a refusal is read. Its message is at the front.
const REFUSAL_BYTES: usize = 64 * 1024;

/// An answer that is not parsed yet.
#[derive(Debug)]
pub(super) struct RawAnswer {
    pub(super) headers: HeaderMap,
    pub(super) bytes: Vec<u8>,
}

type Failed = FailedAttempt<RestError>;

/// A failure that another attempt would not change.
fn final_failure(error: RestError) -> Failed {
    FailedAttempt::new(error, Retry::Never)
}

impl Inner {
    /// Makes a call once.
    pub(super) async fn attempt(
        &self,
        operation: Operation,
        url: &Url,
    ) -> Result<RawAnswer, Failed> {
        let broken = |error| self.explain_broken(operation, &error);
        let response = self.http.get(url.clone()).send().await.map_err(broken)?;
        let status = response.status();
        let headers = response.headers().clone();
        if status.is_redirection() {
            return Err(final_failure(self.explain_redirect(operation, &response)));
        }
        if !status.is_success() {
            // a refusal is a refusal even when its body breaks off or is too long
            let mut bytes = Vec::new();
            let _ = read_up_to(response, REFUSAL_BYTES, &mut bytes).await;
            return Err(self.explain_refusal(operation, status.as_u16(), headers, &bytes));
        }
        match read_body(response, self.max_body_bytes).await {
            Ok(bytes) => Ok(RawAnswer { headers, bytes }),
            Err(BodyError::TooLarge { limit }) => {
                Err(final_failure(RestError::TooLarge { operation, limit }))
            }
            Err(BodyError::Broken(error)) => Err(broken(error)),
        }
    }

    fn explain_refusal(
        &self,
        operation: Operation,
        status: u16,
        headers: HeaderMap,
        bytes: &[u8],
    ) -> Failed {
        let body: Option<Value> = serde_json::from_slice(bytes).ok();
        let message = body.as_ref().and_then(self.vendor.message);
        let refusal = Refusal {
            operation,
            status,
            message: message.map(|m| self.redact(m).into()),
            headers,
        };
        // 501 does not pass: the server does not know the operation
        let may_pass = status == 429
            || (status >= 500 && status != 501)
            || (self.vendor.is_transient)(&refusal);
        let is_plan = (self.vendor.is_plan_limit)(&refusal);
        let retry = if may_pass && !is_plan {
            requested_wait(&refusal.headers, self.vendor.reset_header, None)
                .map_or(Retry::Backoff, Retry::After)
        } else {
            Retry::Never
        };
        FailedAttempt::new(RestError::of_refusal(refusal, is_plan), retry)
    }

    /// The error for a redirect that was not followed.
    fn explain_redirect(&self, operation: Operation, response: &Response) -> RestError {
        let location = response.headers().get(LOCATION);
        let host = location
            .and_then(|location| response.url().join(location.to_str().ok()?).ok())
            .and_then(|url| Some(url.host_str()?.to_owned()));
        let to = host.unwrap_or_else(|| "an unknown host".to_owned());
        RestError::Redirected {
            operation,
            to: self.redact(&to).into(),
        }
    }

    /// The error for a call without an answer. The HTTP library's own message has the URL in it, so
    /// it is not kept.
    fn explain_broken(&self, operation: Operation, error: &reqwest::Error) -> Failed {
        let host = self.host().into();
        let error = if error.is_timeout() {
            RestError::Timeout { operation, host }
        } else {
            RestError::Unreachable { operation, host }
        };
        FailedAttempt::new(error, Retry::Backoff)
    }
}
