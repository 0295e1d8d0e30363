//! The API of one place.

use std::sync::Arc;

use aws_config::SdkConfig;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::DateTime;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use harden_collect::{CallLimits, Operation, Pages, PagingError};
use harden_core::{Facts, Place};
use jiff::{SignedDuration, Timestamp};

use super::failure::{Failure, failure, permission_of};
use crate::AwsPolicy;
use crate::resources::Tags;

/// CloudTrail answers two LookupEvents a second in an account and region, and no more.
const CLOUDTRAIL_IN_FLIGHT: usize = 2;

/// The limits of calls in flight, for each account, region and service: AWS throttles by these.
pub(super) type Limits = CallLimits<(Box<str>, Box<str>, &'static str)>;

/// The API of a place: of a region of an account, or of what is global to the account. Cheap to
/// clone.
#[derive(Clone)]
pub(super) struct PlaceApi {
    pub(super) place: Place,
    /// The configuration of the account, for the region that is called.
    pub(super) config: SdkConfig,
    pub(super) policy: Arc<AwsPolicy>,
    /// The moment from which windows of time are counted back, in whole seconds.
    pub(super) now: Timestamp,
    pub(super) facts: Facts,
    pub(super) limits: Arc<Limits>,
}

impl PlaceApi {
    /// The region that is called.
    pub(super) fn region(&self) -> &str {
        self.config.region().map_or("", AsRef::as_ref)
    }

    /// The account.
    pub(super) fn account(&self) -> &str {
        &self.place.account
    }

    /// The same account, called in another region.
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

    /// Makes a call: waits for its turn, counts it, and ends when the run is cancelled. The SDK
    /// makes the attempts of a call (see `config.rs`): another layer of retries would multiply them.
    pub(super) async fn call<T, E>(
        &self,
        operation: &'static str,
        request: impl Future<Output = Result<T, SdkError<E, HttpResponse>>>,
    ) -> Result<T, Failure>
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let service = operation.split(':').next().unwrap_or(operation);
        let key = (self.account().into(), self.region().into(), service);
        let limit = match service {
            "cloudtrail" => self.limits.get_at_most(key, CLOUDTRAIL_IN_FLIGHT),
            _ => self.limits.get(key),
        };
        match limit.call(&self.facts, named(operation), request).await {
            Ok(answer) => answer.map_err(|error| failure(&error, operation, self.region())),
            Err(unknown) => Err(Failure {
                code: None,
                unknown,
            }),
        }
    }

    /// Some days before now.
    pub(super) fn days_ago(&self, days: u32) -> Timestamp {
        self.now
            .checked_sub(SignedDuration::from_hours(i64::from(days) * 24))
            .unwrap_or(self.now)
    }
}

/// An operation with the permission that it needs.
fn named(operation: &'static str) -> Operation {
    Operation::new(operation, permission_of(operation))
}

/// Reads page after page: see [`harden_collect::read_pages`]. `fetch` returns the items of a page and
/// the token of the next.
pub(super) async fn read_pages<T, Fut>(
    operation: &'static str,
    fetch: impl FnMut(Option<String>) -> Fut,
) -> Pages<T, Failure>
where
    Fut: Future<Output = Result<(Vec<T>, Option<String>), Failure>>,
{
    harden_collect::read_pages(named(operation), fetch).await
}

impl From<PagingError> for Failure {
    fn from(error: PagingError) -> Self {
        Self {
            code: None,
            unknown: error.into(),
        }
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
        .filter_map(|(key, value)| Some((key?, value.unwrap_or(""))))
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

    fn api(token: CancellationToken) -> PlaceApi {
        PlaceApi {
            place: Place::new("392853978631", "us-east-2"),
            config: SdkConfig::builder()
                .region(aws_config::Region::new("us-east-2"))
                .build(),
            policy: Arc::default(),
            now: Timestamp::UNIX_EPOCH,
            facts: Facts::builder().cancellation(token).build(),
            limits: Arc::new(Limits::new(8)),
        }
    }

    type Answer = Result<u32, SdkError<Never, HttpResponse>>;

    #[test]
    fn a_call_ends_when_the_run_is_cancelled() {
        let (handle, token) = StopHandle::new();
        let api = api(token);
        let hangs = api.call("budgets:DescribeBudgets", std::future::pending::<Answer>());
        let ends = async { handle.stop(Unknown::new(Cause::Deadline, "the deadline passed")) };
        let (result, ()) = block_on(futures::future::join(hangs, ends));
        let unknown = result.unwrap_err().unknown;
        assert_eq!(unknown.cause, Cause::Deadline);
        // the permission, which has another name than the operation
        assert_eq!(unknown.action.as_deref(), Some("budgets:ViewBudget"));

        // after that no call is made
        let before = api.facts.calls();
        let result = block_on(api.call("rds:DescribeEvents", async { Answer::Ok(1) }));
        assert_eq!(result.unwrap_err().unknown.cause, Cause::Deadline);
        assert_eq!(api.facts.calls(), before);
    }

    /// The most calls of an operation that are in flight at the same time, of twenty.
    fn most_in_flight(operation: &'static str) -> usize {
        let api = api(CancellationToken::never());
        let flying = std::cell::Cell::new((0_usize, 0_usize));
        let request = || async {
            let (now, most) = flying.get();
            flying.set((now + 1, most.max(now + 1)));
            // lets the others begin
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
        block_on(futures::future::join_all(
            (0..20).map(|_| api.call(operation, request())),
        ));
        assert_eq!(api.facts.calls()[operation], 20);
        flying.get().1
    }

    #[test]
    fn no_more_calls_are_in_flight_than_the_service_allows() {
        assert_eq!(most_in_flight("cloudtrail:LookupEvents"), 2);
        assert_eq!(most_in_flight("rds:DescribeEvents"), 8);
    }

    #[test]
    fn pages_that_repeat_are_a_failure_that_names_the_permission() {
        let pages = block_on(read_pages("budgets:DescribeBudgets", |_| async {
            Ok((vec![1], Some("a".to_owned())))
        }));
        assert_eq!(pages.items, [1, 1]);
        let unknown = pages.failed.unwrap().unknown;
        assert_eq!(unknown.cause, Cause::Failed);
        assert_eq!(unknown.action.as_deref(), Some("budgets:ViewBudget"));
    }
}
