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
        match select(pin!(facts.stop().stopped()), Box::pin(answer)).await {
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
