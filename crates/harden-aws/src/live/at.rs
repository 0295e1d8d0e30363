//! A place to read, and how calls to it are made.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};

use aws_config::SdkConfig;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::DateTime;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use futures::future::{Either, select};
use harden_core::{Facts, Place};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Semaphore;

use super::failure::{Failure, failure, permission_of};
use crate::AwsPolicy;
use crate::resources::Tags;

/// CloudTrail answers two LookupEvents a second in an account and region, and no more.
const CLOUDTRAIL_IN_FLIGHT: usize = 2;

/// How many calls are in flight at once, for each account, region and service. More only makes the
/// service throttle: against a server that takes ten calls a second, 64 calls at 64 wide lose a
/// fifth to a minute of retries that four wide get through in eight seconds.
#[derive(Debug)]
pub(super) struct Gates {
    in_flight: usize,
    gates: Mutex<HashMap<Key, Arc<Semaphore>>>,
}

/// The account, the region that is asked, and the service.
type Key = (Box<str>, Box<str>, &'static str);

impl Gates {
    pub(super) fn new(in_flight: usize) -> Self {
        Self {
            in_flight: in_flight.max(1),
            gates: Mutex::default(),
        }
    }

    fn of(&self, account: &str, region: &str, service: &'static str) -> Arc<Semaphore> {
        let permits = match service {
            "cloudtrail" => CLOUDTRAIL_IN_FLIGHT.min(self.in_flight),
            _ => self.in_flight,
        };
        let key = (account.into(), region.into(), service);
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        let gate = gates
            .entry(key)
            .or_insert_with(|| Arc::new(Semaphore::new(permits)));
        Arc::clone(gate)
    }
}

/// A place to read: a region of an account, or what is global to it. Cheap to clone.
#[derive(Clone)]
pub(super) struct At {
    pub(super) place: Place,
    /// The configuration of the account, for the region that is asked.
    pub(super) config: SdkConfig,
    pub(super) policy: Arc<AwsPolicy>,
    /// The moment from which windows of time are counted back, in whole seconds.
    pub(super) now: Timestamp,
    pub(super) facts: Facts,
    pub(super) gates: Arc<Gates>,
}

impl At {
    /// The region that is asked.
    pub(super) fn region(&self) -> &str {
        self.config.region().map_or("", AsRef::as_ref)
    }

    /// The account.
    pub(super) fn account(&self) -> &str {
        &self.place.account
    }

    /// The same account, asked in another region.
    pub(super) fn in_region(&self, region: &str) -> Self {
        let config = self
            .config
            .to_builder()
            .region(aws_config::Region::new(region.to_owned()))
            .build();
        Self {
            config,
            ..self.clone()
        }
    }

    /// Makes a call: waits for its turn, counts it, ends when the run ends, and says of a failure
    /// what a report may say.
    pub(super) async fn call<T, E>(
        &self,
        operation: &'static str,
        request: impl Future<Output = Result<T, SdkError<E, HttpResponse>>>,
    ) -> Result<T, Failure>
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let stop = self.facts.cancellation();
        let service = operation.split(':').next().unwrap_or(operation);
        let gate = self.gates.of(self.account(), self.region(), service);
        let asked = async {
            // never closed, so always a permit
            let _turn = gate.acquire().await;
            self.facts.called(operation);
            request
                .await
                .map_err(|error| failure(&error, operation, self.region()))
        };
        // the end of the run comes first: once it is there no further call is made
        match select(pin!(stop.cancelled()), Box::pin(asked)).await {
            Either::Left((reason, _)) => Err(Failure {
                code: None,
                unknown: reason.during(permission_of(operation)),
            }),
            Either::Right((result, _)) => result,
        }
    }

    /// Some days before now.
    pub(super) fn days_ago(&self, days: u32) -> Timestamp {
        self.now
            .checked_sub(SignedDuration::from_hours(i64::from(days) * 24))
            .unwrap_or(self.now)
    }
}

/// A time of the API in whole seconds.
pub(super) fn timestamp(time: &DateTime) -> Option<Timestamp> {
    Timestamp::from_second(time.secs()).ok()
}

/// A time for the API.
pub(super) fn date_time(time: Timestamp) -> DateTime {
    DateTime::from_secs(time.as_second())
}

/// Tags. A tag without a value has the empty one.
pub(super) fn tags<'a>(tags: impl IntoIterator<Item = (Option<&'a str>, Option<&'a str>)>) -> Tags {
    tags.into_iter()
        .filter_map(|(key, value)| Some((key?, value.unwrap_or_default())))
        .collect()
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::error::ErrorMetadata;
    use futures::executor::block_on;
    use harden_core::{CancellationToken, Cause, StopHandle, Unknown};

    use super::*;

    #[derive(Debug)]
    struct Never(ErrorMetadata);

    impl std::fmt::Display for Never {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            self.0.fmt(f)
        }
    }

    impl std::error::Error for Never {}

    impl ProvideErrorMetadata for Never {
        fn meta(&self) -> &ErrorMetadata {
            &self.0
        }
    }

    fn at(stop: CancellationToken, in_flight: usize) -> At {
        At {
            place: Place::new("392853978631", "us-east-2"),
            config: SdkConfig::builder()
                .region(aws_config::Region::new("us-east-2"))
                .build(),
            policy: Arc::default(),
            now: Timestamp::UNIX_EPOCH,
            facts: Facts::builder().cancellation(stop).build(),
            gates: Arc::new(Gates::new(in_flight)),
        }
    }

    type Answer = Result<u32, SdkError<Never, HttpResponse>>;

    #[test]
    fn a_call_ends_when_the_run_does() {
        let (stopper, stop) = StopHandle::new();
        let at = at(stop, 8);
        let hangs = at.call("rds:DescribeDBInstances", std::future::pending::<Answer>());
        let ends = async { stopper.stop(Unknown::new(Cause::Deadline, "the deadline passed")) };
        let (result, ()) = block_on(futures::future::join(hangs, ends));
        let unknown = result.unwrap_err().unknown;
        assert_eq!(unknown.cause, Cause::Deadline);
        assert_eq!(unknown.action.as_deref(), Some("rds:DescribeDBInstances"));

        // and then none is made
        let before = at.facts.calls();
        let result = block_on(at.call("rds:DescribeEvents", async { Answer::Ok(1) }));
        assert_eq!(result.unwrap_err().unknown.cause, Cause::Deadline);
        assert_eq!(at.facts.calls(), before);
    }

    #[test]
    fn no_more_calls_are_in_flight_than_the_service_bears() {
        let at = at(CancellationToken::never(), 8);
        let flying = std::cell::Cell::new((0_usize, 0_usize));
        let call = || async {
            let (now, most) = flying.get();
            flying.set((now + 1, most.max(now + 1)));
            futures::future::ready(()).await;
            // let the others begin
            let mut again = true;
            std::future::poll_fn(|cx| {
                cx.waker().wake_by_ref();
                if std::mem::take(&mut again) {
                    std::task::Poll::Pending
                } else {
                    std::task::Poll::Ready(())
                }
            })
            .await;
            let (now, most) = flying.get();
            flying.set((now - 1, most));
            Answer::Ok(1)
        };
        for (operation, most) in [("cloudtrail:LookupEvents", 2), ("rds:DescribeEvents", 8)] {
            flying.set((0, 0));
            let calls = (0..20).map(|_| at.call(operation, call()));
            block_on(futures::future::join_all(calls));
            assert_eq!(flying.get(), (0, most), "{operation}");
            assert_eq!(at.facts.calls()[operation], 20);
        }
    }
}
