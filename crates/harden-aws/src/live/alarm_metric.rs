//! cloudwatch:GetMetricData for the alarms whose thresholds are judged, each in its own statistic
//! and period.

use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::types::MetricDataQuery;
use futures::future::{join, join_all};
use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known, Unknown};
use jiff::Timestamp;

use super::AwsProvider;
use super::metric_data::{Points, Query, Window, ask, ask_expression, query};
use super::place_api::PlaceApi;
use crate::resources::{
    Alarm, AlarmData, AlarmDefinition, AlarmMetric, AlarmRule, Evaluation, MetricAlarm,
    MetricHistory, MetricQuery, TunedMetric,
};

/// The shortest period of which CloudWatch keeps datapoints for more than three hours.
const SHORTEST: i64 = 60;

impl Collect<AwsProvider> for AlarmMetric {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        let alarms = facts.list::<Alarm>().await?;
        let mut collected = aws
            .in_regions(facts, |api| {
                let of_place = alarms.at(&api.place);
                let judged = of_place.filter_map(|(id, alarm)| {
                    let metric = match alarm.definition.ok()? {
                        AlarmDefinition::Metric(metric) => metric,
                        AlarmDefinition::Composite(_) | AlarmDefinition::Log(_) => return None,
                    };
                    let tuned = TunedMetric::of_alarm(metric).is_some();
                    // a band follows its metric by itself
                    let banded = metric.threshold_metric_id.is_some();
                    let scales = alarm.only_scales() == Known::Yes(true);
                    (tuned && !banded && !scales).then(|| (id.name.clone(), metric.clone()))
                });
                let judged = judged.collect();
                read(api, judged)
            })
            .await;
        collected.add_gaps_of(&alarms.gaps);
        Ok(collected)
    }
}

async fn read(api: PlaceApi, alarms: Vec<(Box<str>, MetricAlarm)>) -> Portion<AlarmMetric> {
    let client = Client::new(&api.config);
    let window = Window::of_days(&api, api.policy.metrics.days);
    let of = |name: &str, data: Result<Option<AlarmData>, Unknown>| AlarmMetric {
        account: api.account().to_owned(),
        region: api.region().to_owned(),
        alarm: name.to_owned(),
        from: window.from,
        until: window.until,
        data: Known::from(data),
    };
    let mut simple = Vec::new();
    let mut expressions = Vec::new();
    let mut read = Portion::default();
    for (name, alarm) in &alarms {
        match period(alarm) {
            Err(unknown) => read.resources.push(of(name, Err(unknown))),
            Ok(period) => match plain(alarm, period) {
                Some(query) => simple.push((name, alarm, query)),
                None => expressions.push((name, alarm, period)),
            },
        }
    }
    let queries: Vec<Query> = simple.iter().map(|(_, _, query)| query.clone()).collect();
    let simple = ask(&api, &client, window, &queries, |i, points| {
        let (name, alarm, query) = simple.get(i)?;
        Some(of(
            name,
            points.map(|p| data(&p, alarm, query.period, window)),
        ))
    });
    let expressions = expressions.iter().map(|(name, alarm, period)| async {
        let queries: Option<Vec<MetricDataQuery>> = alarm.queries.iter().map(as_asked).collect();
        let points = match queries {
            Some(queries) => ask_expression(&api, &client, window, queries).await,
            None => Err(Unknown::undetermined(
                "a query of it has no statistic or no period",
            )),
        };
        of(name, points.map(|p| data(&p, alarm, *period, window)))
    });
    let (simple, expressions) = join(simple, join_all(expressions)).await;
    read.resources.extend(simple.into_iter().flatten());
    read.resources.extend(expressions);
    read
}

/// The period of what an alarm compares, in seconds.
fn period(alarm: &MetricAlarm) -> Result<i64, Unknown> {
    let in_queries = alarm.queries.iter().filter_map(|query| query.period);
    let period = alarm.period.into_iter().chain(in_queries).max();
    match period {
        Some(period) if period >= SHORTEST => evaluated(alarm, period).map(|()| period),
        Some(period) => Err(Unknown::undetermined(format!(
            "its period is {period} s, and CloudWatch keeps datapoints of less than a minute for \
             three hours only"
        ))),
        None => Err(Unknown::undetermined("it has no period")),
    }
}

/// Whether an alarm evaluates as many periods as CloudWatch allows: those of a day, or of seven days with
/// periods of an hour or more (`PutMetricAlarm` in the API reference). More would also take long.
fn evaluated(alarm: &MetricAlarm, period: i64) -> Result<(), Unknown> {
    const DAY: i64 = 86_400;
    let most = if period < 3600 { DAY } else { 7 * DAY };
    let periods = alarm.evaluation_periods.unwrap_or(1);
    if periods
        .checked_mul(period)
        .is_some_and(|seconds| seconds <= most)
    {
        return Ok(());
    }
    Err(Unknown::undetermined(format!(
        "it evaluates {periods} periods of {period} s, which is more than {most} s"
    )))
}

/// The query of an alarm on one metric.
fn plain(alarm: &MetricAlarm, period: i64) -> Option<Query> {
    let statistic = alarm
        .statistic
        .clone()
        .or_else(|| alarm.extended_statistic.clone())?;
    Some(Query {
        metric: alarm.metric.clone()?,
        statistic,
        period,
        unit: alarm.unit.clone(),
        account: None,
    })
}

/// A query of an expression, as the alarm has it.
///
/// None if it lacks a part of its metric.
fn as_asked(asked: &MetricQuery) -> Option<MetricDataQuery> {
    let builder = match &asked.metric {
        Some(metric) => query(&Query {
            metric: metric.clone(),
            statistic: asked.statistic.clone()?,
            period: asked.period?,
            unit: asked.unit.clone(),
            account: asked.account.clone(),
        }),
        None => MetricDataQuery::builder()
            .set_expression(asked.expression.clone())
            .set_period(asked.period.and_then(|p| i32::try_from(p).ok())),
    };
    let query = builder.id(&asked.id).set_return_data(asked.returns_data);
    Some(query.build())
}

/// Sums datapoints up, and lets the alarm count them.
fn data(points: &Points, alarm: &MetricAlarm, period: i64, window: Window) -> Option<AlarmData> {
    let sparse = TunedMetric::is_sparse(alarm);
    let at = |second: i64| Timestamp::from_second(second).ok();
    let since = if sparse {
        window.from
    } else {
        at(*points.keys().next()?)?
    };
    let seconds =
        (since.as_second()..window.until.as_second()).step_by(usize::try_from(period).ok()?);
    let seen: Vec<(Timestamp, f64)> = if sparse {
        // what is not reported is zero
        let zeros = seconds.map(|s| (s, 0.0));
        let mut all: Points = zeros.collect();
        all.extend(points);
        all.into_iter()
            .filter_map(|(s, v)| Some((at(s)?, v)))
            .collect()
    } else {
        points
            .iter()
            .filter_map(|(s, v)| Some((at(*s)?, *v)))
            .collect()
    };
    let count = |n: Option<i64>| n.and_then(|n| usize::try_from(n).ok()).unwrap_or(1);
    let of = count(alarm.evaluation_periods);
    let comparison = alarm.comparison.as_deref()?;
    let rule = AlarmRule {
        period,
        of,
        datapoints: alarm.datapoints_to_alarm.map_or(of, |n| count(Some(n))),
        high: comparison.starts_with("Greater"),
        missing: alarm.treat_missing_data.as_deref().unwrap_or("missing"),
    };
    Some(AlarmData {
        history: MetricHistory::of(&seen)?,
        evaluation: Evaluation::of(points, since, window.until, &rule),
    })
}
