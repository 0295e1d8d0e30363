//! ce:GetReservationCoverage and ce:GetSavingsPlansCoverage, at 0.01 USD a request: only where the
//! policy asks for it.

use std::sync::atomic::{AtomicU32, Ordering};

use aws_sdk_costexplorer::Client;
use aws_sdk_costexplorer::types::{
    CoverageByTime, DateInterval, Dimension, DimensionValues, Expression, Granularity,
    SavingsPlansCoverage,
};
use futures::future::join3;
use harden_core::{FactError, Known, Unknown};
use jiff::{Span, Timestamp};

use super::account_cost::{count, not_asked};
use super::at::At;
use super::failure::Failure;
use super::gather::{Gathered, Read};
use super::listers::{Live, Run};
use super::paging::{Pages, pages};
use crate::resources::{CommitmentCoverage, DayOfUse};

const RESERVATIONS: &str = "ce:GetReservationCoverage";
const PLANS: &str = "ce:GetSavingsPlansCoverage";
const DATABASES: &str = "Amazon Relational Database Service";
const INSTANCES: &str = "Amazon Elastic Compute Cloud - Compute";

/// The whole days that are looked at.
const DAYS: i64 = 30;

impl Live for CommitmentCoverage {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        Ok(run.in_accounts(read).await)
    }
}

async fn read(at: At) -> Read<CommitmentCoverage> {
    if !at.policy.costs.cost_explorer {
        return Read::<CommitmentCoverage>::gap(not_asked(RESERVATIONS));
    }
    let client = Client::new(&at.config);
    let requests = AtomicU32::new(0);
    let ask = Ask {
        at: &at,
        client: &client,
        period: period(at.now),
        requests: &requests,
    };
    let (databases, instances, savings_plans) = join3(
        ask.reservations(DATABASES),
        ask.reservations(INSTANCES),
        ask.plans(),
    )
    .await;
    Read::full(vec![CommitmentCoverage {
        account: at.account().to_owned(),
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
    at: &'a At,
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
        let found = pages(RESERVATIONS, |token| {
            let request = self
                .client
                .get_reservation_coverage()
                .set_time_period(self.period.clone())
                .granularity(Granularity::Daily)
                .metrics("Hour")
                .filter(filter.clone())
                .set_next_page_token(token);
            async move {
                count(self.at, self.requests);
                let answer = self.at.call(RESERVATIONS, request.send()).await?;
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
        let found = pages(PLANS, |token| {
            let request = self
                .client
                .get_savings_plans_coverage()
                .set_time_period(self.period.clone())
                .granularity(Granularity::Daily)
                .set_next_token(token);
            async move {
                count(self.at, self.requests);
                let answer = self.at.call(PLANS, request.send()).await?;
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

/// The days of an answer. An account that uses nothing of the kind has none; a day of which a part
/// is not told is not taken for one without use.
fn told<T>(
    operation: &'static str,
    found: Pages<T>,
    day: impl Fn(T) -> Option<DayOfUse>,
) -> Known<Vec<DayOfUse>> {
    match found.complete() {
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
