//! ce:GetReservationCoverage and ce:GetSavingsPlansCoverage, at 0.01 USD a request: only where the
//! policy asks for it.

use std::sync::atomic::{AtomicU32, Ordering};

use aws_sdk_costexplorer::Client;
use aws_sdk_costexplorer::types::{
    CoverageByTime, DateInterval, Dimension, DimensionValues, Expression, Granularity,
    SavingsPlansCoverage,
};
use futures::future::join3;
use harden_collect::{Collect, Collected, Pages, Portion};
use harden_core::{FactError, Facts, Known, Unknown};
use jiff::{Span, Timestamp};

use super::AwsProvider;
use super::account_cost::{count, not_asked};
use super::failure::Failure;
use super::place_api::{PlaceApi, read_pages};
use super::raw::Body;
use crate::resources::{CommitmentCoverage, DayOfUse};

const RESERVATIONS: &str = "ce:GetReservationCoverage";
const PLANS: &str = "ce:GetSavingsPlansCoverage";
const DATABASES: &str = "Amazon Relational Database Service";
const INSTANCES: &str = "Amazon Elastic Compute Cloud - Compute";

/// The whole days that are looked at.
const DAYS: i64 = 30;

impl Collect<AwsProvider> for CommitmentCoverage {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        Ok(aws.in_accounts(facts, read).await)
    }
}

async fn read(api: PlaceApi) -> Portion<CommitmentCoverage> {
    if !api.policy.costs.cost_explorer {
        return Portion::<CommitmentCoverage>::gap(not_asked(RESERVATIONS));
    }
    let client = Client::new(&api.config);
    let requests = AtomicU32::new(0);
    let ask = Ask {
        api: &api,
        client: &client,
        period: period(api.now),
        requests: &requests,
    };
    let (databases, instances, savings_plans) = join3(
        ask.reservations(DATABASES),
        ask.reservations(INSTANCES),
        ask.plans(),
    )
    .await;
    Portion::complete(vec![CommitmentCoverage {
        account: api.account().to_owned(),
        databases,
        instances,
        savings_plans,
        requests: Known::Yes(requests.load(Ordering::Relaxed)),
    }])
}

/// The days before today, in UTC.
fn period(now: Timestamp) -> Option<DateInterval> {
    let today = jiff::tz::Offset::UTC.to_datetime(now).date();
    let start = today.checked_sub(Span::new().days(DAYS)).ok()?;
    let interval = DateInterval::builder()
        .start(start.to_string())
        .end(today.to_string());
    interval.build().ok()
}

struct Ask<'a> {
    api: &'a PlaceApi,
    client: &'a Client,
    period: Option<DateInterval>,
    requests: &'a AtomicU32,
}

impl Ask<'_> {
    async fn reservations(&self, service: &str) -> Known<Vec<DayOfUse>> {
        let filter = DimensionValues::builder()
            .key(Dimension::Service)
            .values(service)
            .build();
        let filter = Expression::builder().dimensions(filter).build();
        let found = read_pages(RESERVATIONS, |token| {
            let request = self
                .client
                .get_reservation_coverage()
                .set_time_period(self.period.clone())
                .granularity(Granularity::Daily)
                .metrics("Hour")
                .filter(filter.clone())
                .set_next_page_token(token);
            async move {
                count(self.api, self.requests);
                let body = Body::default();
                let request = request.customize().interceptor(body.clone());
                let answer = self.api.call(RESERVATIONS, request.send()).await?;
                body.sent(RESERVATIONS, "CoveragesByTime")?;
                Ok((answer.coverages_by_time, answer.next_page_token))
            }
        });
        told(RESERVATIONS, found.await, |day: CoverageByTime| {
            let hours = day.total?.coverage_hours?;
            Some(DayOfUse {
                total: number(hours.total_running_hours)?,
                covered: number(hours.reserved_hours)?,
            })
        })
    }

    async fn plans(&self) -> Known<Vec<DayOfUse>> {
        let found = read_pages(PLANS, |token| {
            let request = self
                .client
                .get_savings_plans_coverage()
                .set_time_period(self.period.clone())
                .granularity(Granularity::Daily)
                .set_next_token(token);
            async move {
                count(self.api, self.requests);
                let body = Body::default();
                let request = request.customize().interceptor(body.clone());
                let answer = self.api.call(PLANS, request.send()).await?;
                body.sent(PLANS, "SavingsPlansCoverages")?;
                Ok((answer.savings_plans_coverages, answer.next_token))
            }
        });
        told(PLANS, found.await, |day: SavingsPlansCoverage| {
            let coverage = day.coverage?;
            let covered = number(coverage.spend_covered_by_savings_plans)?;
            let rest = number(coverage.on_demand_cost)?;
            Some(DayOfUse {
                total: covered + rest,
                covered,
            })
        })
    }
}

/// The days of an answer. An account without such use has no days. A day with a missing part is
/// unknown: it must not count as a day without use.
fn told<T>(
    operation: &'static str,
    found: Pages<T, Failure>,
    day: impl Fn(T) -> Option<DayOfUse>,
) -> Known<Vec<DayOfUse>> {
    match found.into_result() {
        Ok(days) => {
            let all: Option<Vec<DayOfUse>> = days.into_iter().map(day).collect();
            Known::present(all, operation, "coverage of some day")
        }
        Err(failure) if failure.is("DataUnavailableException") => Known::Yes(Vec::new()),
        Err(Failure { unknown, .. }) => Unknown::into(unknown),
    }
}

fn number(text: Option<String>) -> Option<f64> {
    let number: f64 = text?.parse().ok()?;
    number.is_finite().then_some(number)
}
