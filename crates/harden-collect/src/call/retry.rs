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

#[cfg(test)]
mod tests {
    use super::*;

    const QUICK: RetryPolicy = RetryPolicy {
        attempts: 4,
        first_wait: Duration::from_millis(1),
        total_limit: Duration::from_secs(10),
    };

    type Answer = Result<u32, FailedAttempt<&'static str>>;

    async fn run(
        policy: RetryPolicy,
        answer: impl Fn(u32) -> Answer,
    ) -> (Result<u32, &'static str>, u32) {
        let count = std::cell::Cell::new(0);
        let attempt = || {
            count.set(count.get() + 1);
            std::future::ready(answer(count.get()))
        };
        let result = policy.run(attempt, || "timed out").await;
        (result, count.get())
    }

    #[tokio::test]
    async fn a_failure_that_may_pass_is_attempted_again() {
        let second = |n| {
            if n == 1 {
                Err(FailedAttempt::new("down", Retry::Backoff))
            } else {
                Ok(n)
            }
        };
        assert_eq!(run(QUICK, second).await, (Ok(2), 2));
        let never = |_| Err(FailedAttempt::new("denied", Retry::Never));
        assert_eq!(run(QUICK, never).await, (Err("denied"), 1));
        let always = |_| Err(FailedAttempt::new("down", Retry::Backoff));
        assert_eq!(run(QUICK, always).await, (Err("down"), 4));
    }

    #[tokio::test]
    async fn a_wait_beyond_the_limit_is_not_begun() {
        for wait in [Duration::from_secs(10), Duration::MAX] {
            let later = |_| Err(FailedAttempt::new("throttled", Retry::After(wait)));
            assert_eq!(run(QUICK, later).await, (Err("throttled"), 1));
        }
        let soon = Duration::from_millis(1);
        let later = |_| Err(FailedAttempt::new("throttled", Retry::After(soon)));
        assert_eq!(run(QUICK, later).await.1, 4);
    }

    #[tokio::test]
    async fn a_call_that_takes_too_long_has_the_error_of_its_last_attempt() {
        let short = RetryPolicy {
            total_limit: Duration::from_millis(50),
            ..QUICK
        };
        let hangs = short.run(std::future::pending::<Answer>, || "timed out");
        assert_eq!(hangs.await, Err("timed out"));
        let count = std::cell::Cell::new(0);
        let then_hangs = || {
            count.set(count.get() + 1);
            let first = count.get() == 1;
            async move {
                if first {
                    Err(FailedAttempt::new("down", Retry::Backoff))
                } else {
                    std::future::pending::<Answer>().await
                }
            }
        };
        assert_eq!(short.run(then_hangs, || "timed out").await, Err("down"));
    }
}
