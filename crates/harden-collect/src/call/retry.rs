//! Attempts of a call.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable as _};

/// How often a call is attempted, and for how long.
///
/// Not for the AWS SDK, which retries by itself: two layers of retries multiply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// How many attempts a call has, the first included.
    pub attempts: usize,
    /// The wait before the second attempt. It doubles from attempt to attempt, and a random part of
    /// up to the wait itself is added, so that calls that failed together do not return together.
    pub first_wait: Duration,
    /// How long a call can take, with all attempts and all waits.
    pub total_limit: Duration,
}

/// Four attempts, half a second before the second one, two minutes in total.
impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 4,
            first_wait: Duration::from_millis(500),
            total_limit: Duration::from_secs(120),
        }
    }
}

/// Whether a failed attempt is followed by another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// No: another attempt would fail in the same way.
    Never,
    /// Yes, after the wait of the policy.
    Backoff,
    /// Yes, but not before the server allows it.
    After(Duration),
}

/// An attempt that failed.
#[derive(Debug, Clone)]
pub struct FailedAttempt<E> {
    /// Why it failed.
    pub error: E,
    /// Whether another attempt follows.
    pub retry: Retry,
}

impl<E> FailedAttempt<E> {
    /// A failure, and whether another attempt follows.
    pub fn new(error: E, retry: Retry) -> Self {
        Self { error, retry }
    }
}

impl RetryPolicy {
    /// Attempts a call until an attempt succeeds or fails in a way that does not pass, the attempts
    /// are used up, or the time is. `timed_out` makes the error of a call of which no attempt
    /// finished in that time.
    ///
    /// # Errors
    /// The error of the last attempt that finished.
    pub async fn run<T, E, Fut>(
        &self,
        attempt: impl FnMut() -> Fut,
        timed_out: impl FnOnce() -> E,
    ) -> Result<T, E>
    where
        E: Clone,
        Fut: Future<Output = Result<T, FailedAttempt<E>>>,
    {
        let backoff = ExponentialBuilder::new()
            .with_min_delay(self.first_wait)
            .with_factor(2.0)
            .with_max_times(self.attempts.saturating_sub(1))
            .with_jitter();
        let last = Mutex::new(None);
        let attempts = attempt
            .retry(backoff)
            .when(|failed: &FailedAttempt<E>| failed.retry != Retry::Never)
            .adjust(|failed: &FailedAttempt<E>, planned| {
                let asked = match failed.retry {
                    Retry::After(wait) => wait,
                    Retry::Backoff | Retry::Never => Duration::ZERO,
                };
                let wait = planned?.max(asked);
                // a wait that ends after the call must end would only delay its error
                (wait < self.total_limit).then_some(wait)
            })
            .notify(|failed: &FailedAttempt<E>, _| {
                let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
                *last = Some(failed.error.clone());
            });
        match tokio::time::timeout(self.total_limit, attempts).await {
            Ok(answer) => answer.map_err(|failed| failed.error),
            Err(_) => {
                let last = last.lock().unwrap_or_else(PoisonError::into_inner).take();
                Err(last.unwrap_or_else(timed_out))
            }
        }
    }
}
