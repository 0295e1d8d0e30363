//! How many calls are in flight at the same time.

use std::collections::HashMap;
use std::hash::Hash;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};

use futures::future::{Either, select};
use harden_core::{Facts, Unknown};
use tokio::sync::Semaphore;

use crate::Operation;

/// A limit of the calls that are in flight at the same time. Clones share the limit.
#[derive(Debug, Clone)]
pub struct CallLimit(Arc<Semaphore>);

impl CallLimit {
    /// A limit of `in_flight` calls, at least one.
    #[must_use]
    pub fn new(in_flight: usize) -> Self {
        Self(Arc::new(Semaphore::new(in_flight.max(1))))
    }

    /// Makes a call: waits for its turn, counts it in [`Facts::calls`] and runs `request`. A call
    /// is counted once, however many attempts `request` makes.
    ///
    /// # Errors
    /// When the run is cancelled first. Then the call is dropped if it was made, and neither made
    /// nor counted otherwise.
    pub async fn call<T>(
        &self,
        facts: &Facts,
        operation: Operation,
        request: impl Future<Output = T>,
    ) -> Result<T, Unknown> {
        let answer = async {
            // nothing closes the semaphore, so there is always a permit; it is held to the end
            let _permit = self.0.acquire().await;
            facts.called(operation.name());
            request.await
        };
        // `select` polls its first future first: once the run is cancelled no further call begins.
        // The request is boxed since the futures of listings hold many of these, and an SDK's
        // request takes several kilobytes.
        match select(pin!(facts.cancellation().cancelled()), Box::pin(answer)).await {
            Either::Left((reason, _)) => Err(reason.during(operation.permission())),
            Either::Right((answer, _)) => Ok(answer),
        }
    }
}

/// A limit for each key: for each account, region and service of AWS.
///
/// More calls at the same time only make a service throttle. Against a server that takes ten calls
/// a second, 64 calls with 64 in flight lose a fifth after a minute of retries; with four in flight
/// all of them succeed in eight seconds.
#[derive(Debug)]
pub struct CallLimits<K> {
    in_flight: usize,
    limits: Mutex<HashMap<K, CallLimit>>,
}

impl<K: Eq + Hash> CallLimits<K> {
    /// A limit of `in_flight` calls for each key.
    #[must_use]
    pub fn new(in_flight: usize) -> Self {
        Self {
            in_flight,
            limits: Mutex::default(),
        }
    }

    /// The limit of a key.
    pub fn get(&self, key: K) -> CallLimit {
        self.get_at_most(key, usize::MAX)
    }

    /// The limit of a key that allows fewer calls than others do. The first request of a key
    /// decides.
    pub fn get_at_most(&self, key: K, in_flight: usize) -> CallLimit {
        let in_flight = in_flight.min(self.in_flight);
        let mut limits = self.limits.lock().unwrap_or_else(PoisonError::into_inner);
        limits
            .entry(key)
            .or_insert_with(|| CallLimit::new(in_flight))
            .clone()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::task::Poll;

    use futures::executor::block_on;
    use futures::future::{join, join_all};
    use harden_core::{CancellationToken, Cause, StopHandle};

    use super::*;

    const LIST: Operation = Operation::new("rds:DescribeEvents", "");

    fn facts(stop: CancellationToken) -> Facts {
        Facts::builder().cancellation(stop).build()
    }

    #[test]
    fn a_call_ends_when_the_run_is_cancelled_and_no_other_begins() {
        let (stopper, stop) = StopHandle::new();
        let (facts, limit) = (facts(stop), CallLimit::new(8));
        let hangs = limit.call(&facts, LIST, std::future::pending::<()>());
        let ends = async { stopper.stop(Unknown::new(Cause::Deadline, "the deadline passed")) };
        let (answer, ()) = block_on(join(hangs, ends));
        let unknown = answer.unwrap_err();
        assert_eq!(unknown.cause, Cause::Deadline);
        assert_eq!(unknown.action.as_deref(), Some("rds:DescribeEvents"));

        let made = Cell::new(false);
        let answer = block_on(limit.call(&facts, LIST, async { made.set(true) }));
        assert_eq!(answer.unwrap_err().cause, Cause::Deadline);
        assert!(!made.get());
        assert_eq!(facts.calls()["rds:DescribeEvents"], 1);
    }

    /// The most calls that were in flight at the same time, of twenty.
    fn most_in_flight(limit: &CallLimit) -> usize {
        let flying = Cell::new((0_usize, 0_usize));
        let request = || async {
            let (now, most) = flying.get();
            flying.set((now + 1, most.max(now + 1)));
            // lets the others begin
            let mut again = true;
            std::future::poll_fn(|cx| {
                cx.waker().wake_by_ref();
                if std::mem::take(&mut again) {
                    Poll::Pending
                } else {
                    Poll::Ready(())
                }
            })
            .await;
            let (now, most) = flying.get();
            flying.set((now - 1, most));
        };
        let facts = facts(CancellationToken::never());
        let calls = (0..20).map(|_| limit.call(&facts, LIST, request()));
        for answer in block_on(join_all(calls)) {
            answer.unwrap();
        }
        assert_eq!(facts.calls()["rds:DescribeEvents"], 20);
        flying.get().1
    }

    #[test]
    fn no_more_calls_are_in_flight_than_the_limit_of_their_key() {
        let limits = CallLimits::new(8);
        assert_eq!(most_in_flight(&limits.get("rds")), 8);
        assert_eq!(most_in_flight(&limits.get_at_most("cloudtrail", 2)), 2);
        assert_eq!(most_in_flight(&CallLimits::new(0).get("rds")), 1);
    }

    #[test]
    fn a_key_has_one_limit() {
        let limits = CallLimits::new(1);
        let (a, b) = (limits.get("rds"), limits.get("rds"));
        assert!(Arc::ptr_eq(&a.0, &b.0));
        assert!(!Arc::ptr_eq(&a.0, &limits.get("s3").0));
    }
}
