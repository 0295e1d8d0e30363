//! ce:GetCostAndUsage, at 0.01 USD a request: only where the policy asks for it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};

use aws_sdk_costexplorer::Client;
use aws_sdk_costexplorer::types::{
    DateInterval, Granularity, GroupDefinition, GroupDefinitionType, ResultByTime,
};
use harden_collect::{Collect, Collected, Portion};
use harden_core::{Cause, FactError, Facts, Known, Unknown};
use jiff::civil::Date;
use jiff::{Span, Timestamp};

use super::AwsProvider;
use super::failure::Failure;
use super::place_api::{PlaceApi, read_pages};
use super::sent::Sent as _;
use crate::resources::{AccountCost, ServiceCost};

const GET: &str = "ce:GetCostAndUsage";
const METRIC: &str = "UnblendedCost";
/// What is billed.
const BILLED: &str = "requests of Cost Explorer at 0.01 USD";

impl Collect<AwsProvider> for AccountCost {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        Ok(aws.in_accounts(facts, read).await)
    }
}

/// Counts a request to Cost Explorer, for the evidence of its kind and for the run.
pub(super) fn count(api: &PlaceApi, requests: &AtomicU32) {
    requests.fetch_add(1, Ordering::Relaxed);
    api.facts.billed(BILLED, 1);
}

/// Why a kind that costs money was not listed.
pub(super) fn not_asked(action: &'static str) -> Unknown {
    Unknown::new(
        Cause::NotRead,
        "Cost Explorer was not read: costs.cost_explorer of the policy is off",
    )
    .during(action)
}

async fn read(api: PlaceApi) -> Portion<AccountCost> {
    if !api.policy.costs.cost_explorer {
        return Portion::<AccountCost>::gap(not_asked(GET));
    }
    let Some((before, last, end)) = months(api.now) else {
        return Portion::gap(Unknown::undetermined("the months before now are not known"));
    };
    let client = Client::new(&api.config);
    let requests = AtomicU32::new(0);
    let found = costs(&api, &client, before, end, &requests).await;
    let services = match found {
        Ok(results) => by_service(results, before, last).into(),
        Err(failure) if failure.is("DataUnavailableException") => Known::Yes(Vec::new()),
        Err(failure) => Unknown::from(failure).into(),
    };
    let month = |first: Date| Known::Yes(first.strftime("%Y-%m").to_string());
    Portion::complete(vec![AccountCost {
        account: api.account().to_owned(),
        before: month(before),
        last: month(last),
        services,
        requests: Known::Yes(requests.into_inner()),
    }])
}

/// The first days of the last two whole months, and of the month of now, in UTC.
fn months(now: Timestamp) -> Option<(Date, Date, Date)> {
    let this = jiff::tz::Offset::UTC
        .to_datetime(now)
        .date()
        .first_of_month();
    let back = |n: i64| this.checked_sub(Span::new().months(n)).ok();
    Some((back(2)?, back(1)?, this))
}

async fn costs(
    api: &PlaceApi,
    client: &Client,
    start: Date,
    end: Date,
    requests: &AtomicU32,
) -> Result<Vec<ResultByTime>, Failure> {
    let period = DateInterval::builder()
        .start(start.to_string())
        .end(end.to_string())
        .build()
        .ok();
    let group = GroupDefinition::builder()
        .r#type(GroupDefinitionType::Dimension)
        .key("SERVICE")
        .build();
    read_pages(GET, |token| {
        let request = client
            .get_cost_and_usage()
            .set_time_period(period.clone())
            .granularity(Granularity::Monthly)
            .metrics(METRIC)
            .group_by(group.clone())
            .set_next_page_token(token);
        async move {
            count(api, requests);
            let answer = api.call(GET, request.send()).await?;
            let results = answer.results_by_time.sent(GET, "ResultsByTime")?;
            Ok((results, answer.next_page_token))
        }
    })
    .await
    .into_result()
}

/// Both months of each service that cost something. A part that the answer lacks is not taken for
/// nothing: the costs are then not known.
fn by_service(
    results: Vec<ResultByTime>,
    before: Date,
    last: Date,
) -> Result<Vec<ServiceCost>, Unknown> {
    let missing = |field| Unknown::missing(GET, field);
    let mut found: BTreeMap<String, ServiceCost> = BTreeMap::new();
    for result in results {
        let period = result.time_period.ok_or_else(|| missing("TimePeriod"))?;
        let is_last = period.start == last.to_string();
        if !is_last && period.start != before.to_string() {
            return Err(missing("TimePeriod of the months asked for"));
        }
        for group in result.groups.ok_or_else(|| missing("Groups"))? {
            let service = group.keys.and_then(|keys| keys.into_iter().next());
            let service = service.ok_or_else(|| missing("Keys"))?;
            let metric = group.metrics.and_then(|mut metrics| metrics.remove(METRIC));
            let metric = metric.ok_or_else(|| missing(METRIC))?;
            let amount: Option<f64> = metric.amount.and_then(|amount| amount.parse().ok());
            let amount = amount.filter(|amount| amount.is_finite());
            let amount = amount.ok_or_else(|| missing("Amount"))?;
            let unit = metric.unit.ok_or_else(|| missing("Unit"))?;
            let cost = found.entry(service.clone()).or_insert_with(|| ServiceCost {
                service,
                before: 0.0,
                last: 0.0,
                unit,
            });
            if is_last {
                cost.last += amount;
            } else {
                cost.before += amount;
            }
        }
    }
    let costs = found.into_values();
    Ok(costs.filter(|c| c.before != 0.0 || c.last != 0.0).collect())
}

#[cfg(test)]
mod tests {
    use aws_sdk_costexplorer::types::{Group, MetricValue};

    use super::*;

    #[test]
    fn the_last_two_whole_months() {
        let now: Timestamp = "2026-01-15T12:00:00Z".parse().unwrap();
        let (before, last, end) = months(now).unwrap();
        let text = [before, last, end].map(|date| date.to_string());
        assert_eq!(text, ["2025-11-01", "2025-12-01", "2026-01-01"]);
    }

    fn period(start: &str) -> Option<DateInterval> {
        let period = DateInterval::builder().start(start).end("2026-01-01");
        period.build().ok()
    }

    fn month(start: &str, amount: Option<&str>) -> ResultByTime {
        let metric = MetricValue::builder()
            .set_amount(amount.map(str::to_owned))
            .unit("USD")
            .build();
        let group = Group::builder().keys("AmazonRDS").metrics(METRIC, metric);
        ResultByTime::builder()
            .set_time_period(period(start))
            .groups(group.build())
            .build()
    }

    #[test]
    fn what_an_answer_lacks_is_not_taken_for_nothing() {
        let (before, last) = (
            jiff::civil::date(2025, 11, 1),
            jiff::civil::date(2025, 12, 1),
        );
        let told = |months| by_service(months, before, last);
        let both = vec![
            month("2025-11-01", Some("10.5")),
            month("2025-12-01", Some("30")),
        ];
        let costs = told(both).unwrap();
        assert_eq!(
            (costs.len(), costs[0].before, costs[0].last),
            (1, 10.5, 30.0)
        );
        assert_eq!(told(Vec::new()), Ok(Vec::new()));
        for lacking in [
            month("2025-12-01", None),
            month("2025-12-01", Some("much")),
            month("2025-12-01", Some("NaN")),
            month("2024-01-01", Some("1")),
            ResultByTime::builder().build(),
            ResultByTime::builder()
                .set_time_period(period("2025-12-01"))
                .build(),
        ] {
            assert!(told(vec![lacking]).is_err());
        }
    }
}
