//! cloudwatch:GetMetricData: the recent datapoints of many metrics in few calls.
//!
//! AWS bills each metric that is asked for, not each call: the run counts them. A call takes up to
//! 500 queries and answers with up to 100,800 datapoints a page; queries are put together so that an
//! answer is one page, since pages can only be had one after another. The window ends on the hour,
//! so that the same run asks the same, and CloudWatch answers faster.

use std::collections::BTreeMap;

use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::types::{
    Dimension, Metric as Asked, MetricDataQuery, MetricDataResult, MetricStat, ScanBy,
    StandardUnit, StatusCode,
};
use futures::future::join_all;
use harden_core::{Cause, DeniedBy, Unknown};
use jiff::{SignedDuration, Timestamp};

use super::place_api::{PlaceApi, date_time, read_pages, timestamp};
use super::sent::Sent as _;
use crate::resources::Metric;

const GET: &str = "cloudwatch:GetMetricData";
/// What is billed.
const BILLED: &str = "metrics of cloudwatch:GetMetricData";

/// How many queries a call takes.
const QUERIES: usize = 500;
/// How many datapoints an answer holds.
const DATAPOINTS: i64 = 100_800;

/// A window of time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
}

impl Window {
    /// The days before the last full hour.
    pub(super) fn of_days(api: &PlaceApi, days: u32) -> Self {
        let now = api.now.as_second();
        let until = Timestamp::from_second(now - now.rem_euclid(3600)).unwrap_or(api.now);
        let days = SignedDuration::from_hours(i64::from(days) * 24);
        Self {
            from: until.checked_sub(days).unwrap_or(until),
            until,
        }
    }

    fn seconds(&self) -> i64 {
        self.until.as_second() - self.from.as_second()
    }
}

/// A metric with a statistic.
#[derive(Debug, Clone)]
pub(super) struct Query {
    pub(super) metric: Metric,
    pub(super) statistic: String,
    /// In seconds.
    pub(super) period: i64,
    pub(super) unit: Option<String>,
    /// The account of the metric, where it is another one.
    pub(super) account: Option<String>,
}

/// Datapoints by the start of their period, in seconds.
pub(super) type Points = BTreeMap<i64, f64>;

/// Asks for metrics; the datapoints of each are given to `sum_up` as soon as they are there, so that
/// no more of them are held at a time than the calls in flight have.
pub(super) async fn ask<T>(
    api: &PlaceApi,
    client: &Client,
    window: Window,
    queries: &[Query],
    sum_up: impl Fn(usize, Result<Points, Unknown>) -> T,
) -> Vec<T> {
    let calls = batches(queries, window).into_iter().map(|(start, batch)| {
        let sum_up = &sum_up;
        async move {
            let ids = (0..batch.len()).map(id);
            let asked = batch.iter().zip(ids).map(|(q, id)| query(q).id(id).build());
            let mut answers = call(api, client, window, asked.collect(), batch.len()).await;
            (0..batch.len())
                .map(|i| {
                    let found = match &mut answers {
                        Ok(answers) => answers.remove(&id(i)).unwrap_or_else(|| Err(missing())),
                        Err(unknown) => Err(unknown.clone()),
                    };
                    sum_up(start + i, found)
                })
                .collect::<Vec<T>>()
        }
    });
    join_all(calls).await.into_iter().flatten().collect()
}

/// Reads the result of an expression: the queries of an alarm, of which one returns data.
pub(super) async fn ask_expression(
    api: &PlaceApi,
    client: &Client,
    window: Window,
    queries: Vec<MetricDataQuery>,
) -> Result<Points, Unknown> {
    let metrics = queries.iter().filter(|q| q.metric_stat.is_some()).count();
    let mut answers = call(api, client, window, queries, metrics).await?;
    match (answers.pop_first(), answers.is_empty()) {
        (Some((_, points)), true) => points,
        _ => Err(missing()),
    }
}

/// A query of a metric, without its id.
pub(super) fn query(query: &Query) -> aws_sdk_cloudwatch::types::builders::MetricDataQueryBuilder {
    let dimension =
        |(name, value): (&str, &str)| Dimension::builder().name(name).value(value).build();
    let metric = Asked::builder()
        .namespace(&query.metric.namespace)
        .metric_name(&query.metric.name)
        .set_dimensions(Some(
            query.metric.dimensions.iter().map(dimension).collect(),
        ))
        .build();
    let unit = query.unit.as_deref().map(StandardUnit::from);
    let stat = MetricStat::builder()
        .metric(metric)
        .period(i32::try_from(query.period).unwrap_or(i32::MAX))
        .stat(&query.statistic)
        .set_unit(unit)
        .build();
    MetricDataQuery::builder()
        .metric_stat(stat)
        .set_account_id(query.account.clone())
}

fn id(index: usize) -> String {
    format!("q{index}")
}

/// Queries whose answers fit into a page, each batch with the index of its first.
fn batches(queries: &[Query], window: Window) -> Vec<(usize, &[Query])> {
    let mut all = Vec::new();
    let (mut start, mut points) = (0, 0);
    for (i, query) in queries.iter().enumerate() {
        // a window that is not a multiple of the period has one datapoint more
        let most = window.seconds() / query.period.max(1) + 1;
        if i > start && (i - start == QUERIES || points + most > DATAPOINTS) {
            all.extend(queries.get(start..i).map(|batch| (start, batch)));
            (start, points) = (i, 0);
        }
        points += most;
    }
    all.extend(
        queries
            .get(start..)
            .filter(|b| !b.is_empty())
            .map(|b| (start, b)),
    );
    all
}

async fn call(
    api: &PlaceApi,
    client: &Client,
    window: Window,
    queries: Vec<MetricDataQuery>,
    metrics: usize,
) -> Result<BTreeMap<String, Result<Points, Unknown>>, Unknown> {
    api.facts
        .billed(BILLED, u64::try_from(metrics).unwrap_or(u64::MAX));
    let queries = &queries;
    let results = read_pages(GET, |token| {
        let request = client
            .get_metric_data()
            .set_metric_data_queries(Some(queries.clone()))
            .start_time(date_time(window.from))
            .end_time(date_time(window.until))
            .scan_by(ScanBy::TimestampAscending)
            .set_next_token(token);
        async move {
            let answer = api.call(GET, request.send()).await?;
            Ok((
                answer.metric_data_results.sent(GET, "MetricDataResults")?,
                answer.next_token,
            ))
        }
    })
    .await
    .into_result()
    .map_err(Unknown::from)?;
    Ok(by_id(results))
}

/// The datapoints of each query, over all pages. The last page states whether they are complete.
fn by_id(results: Vec<MetricDataResult>) -> BTreeMap<String, Result<Points, Unknown>> {
    let mut all: BTreeMap<String, Result<Points, Unknown>> = BTreeMap::new();
    let mut partial: BTreeMap<String, Unknown> = BTreeMap::new();
    for result in results {
        let Some(id) = result.id else { continue };
        match incomplete(result.status_code.as_ref()) {
            None => partial.remove(&id),
            Some(unknown) => partial.insert(id.clone(), unknown),
        };
        let points = all.entry(id).or_insert_with(|| Ok(Points::new()));
        let (Some(times), Some(values)) = (result.timestamps, result.values) else {
            *points = Err(missing());
            continue;
        };
        if times.len() != values.len() {
            *points = Err(missing());
        }
        if let Ok(points) = points {
            let read = times.iter().zip(values);
            points.extend(read.filter_map(|(at, v)| Some((timestamp(at)?.as_second(), v))));
        }
    }
    all.extend(partial.into_iter().map(|(id, unknown)| (id, Err(unknown))));
    all
}

fn incomplete(status: Option<&StatusCode>) -> Option<Unknown> {
    match status {
        Some(StatusCode::Complete) => None,
        Some(StatusCode::Forbidden) => Some(Unknown::denied(DeniedBy::Unstated, GET)),
        Some(status) => {
            let message = format!("{GET} answered with the status {}", status.as_str());
            Some(Unknown::new(Cause::Failed, message).during(GET))
        }
        None => Some(Unknown::missing(GET, "StatusCode")),
    }
}

fn missing() -> Unknown {
    Unknown::missing(GET, "datapoints of a metric that was asked for")
}

#[cfg(test)]
#[path = "metric_data_tests.rs"]
mod tests;
