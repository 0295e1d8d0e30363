//! cloudwatch:GetMetricData for application load balancers.

use std::collections::BTreeMap;

use aws_sdk_cloudwatch::Client;
use harden_core::{FactError, Known, Unknown};
use jiff::Timestamp;

use super::at::At;
use super::gather::{Gathered, Read, copied};
use super::listers::{Live, Run};
use super::metric_data::{Points, Query, Window, ask};
use crate::resources::{BalancerMetrics, ErrorHour, LoadBalancer, Metric, ResponseTime};

const HOUR: i64 = 3600;

impl Live for BalancerMetrics {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        let balancers = run.facts.list::<LoadBalancer>().await?;
        let mut gathered = run
            .in_regions(|at| {
                let of_place = balancers.at(&at.place).map(|(_, balancer)| balancer);
                let application =
                    of_place.filter(|b| b.kind.ok().is_none_or(|kind| kind == "application"));
                let named = application.map(|b| (b.arn.clone(), b.dimension().to_owned()));
                let named = named.collect();
                read(at, named)
            })
            .await;
        gathered.gaps.extend(copied(&balancers.gaps));
        Ok(gathered)
    }
}

async fn read(at: At, balancers: Vec<(String, String)>) -> Read<BalancerMetrics> {
    let client = Client::new(&at.config);
    let days = at.policy.metrics.traffic_days;
    let window = Window::of_days(&at, days);
    let whole = i64::from(days) * 24 * HOUR;
    let asked = [
        ("RequestCount", "Sum", HOUR),
        ("HTTPCode_Target_5XX_Count", "Sum", HOUR),
        ("HTTPCode_ELB_5XX_Count", "Sum", HOUR),
        ("TargetResponseTime", "p95", whole),
        ("TargetResponseTime", "p99", whole),
    ];
    let queries: Vec<Query> = balancers
        .iter()
        .flat_map(|(_, dimension)| asked.map(|a| query(a, dimension)))
        .collect();
    let answers = ask(&at, &client, window, &queries, |_, points| {
        Known::from(points)
    })
    .await;
    let of = balancers.iter().zip(answers.chunks(asked.len()));
    Read::full(
        of.map(|((arn, _), answers)| balancer(arn, window, answers))
            .collect(),
    )
}

fn balancer(arn: &str, window: Window, answers: &[Known<Points>]) -> BalancerMetrics {
    let missing = || Unknown::missing("cloudwatch:GetMetricData", "MetricDataResults").into();
    let answer = |i: usize| answers.get(i).cloned().unwrap_or_else(missing);
    let sum = |known: Known<Points>| known.map(|points| points.values().sum());
    let errors = answer(1).and_then(|of_targets| {
        answer(2).map(|of_itself| {
            let mut all = of_targets;
            for (at, count) in of_itself {
                *all.entry(at).or_default() += count;
            }
            all
        })
    });
    let response_times = answer(3).and_then(|p95| answer(4).map(|p99| times(&p95, &p99)));
    BalancerMetrics {
        arn: arn.to_owned(),
        from: window.from,
        until: window.until,
        requests: sum(answer(0)),
        target_5xx: sum(answer(1)),
        elb_5xx: sum(answer(2)),
        error_hours: errors.map(hours),
        response_times,
    }
}

fn hours(errors: BTreeMap<i64, f64>) -> Vec<ErrorHour> {
    let some = errors.into_iter().filter(|(_, count)| *count > 0.0);
    some.filter_map(|(at, errors)| {
        let at = Timestamp::from_second(at).ok()?;
        Some(ErrorHour { at, errors })
    })
    .collect()
}

fn times(p95: &Points, p99: &Points) -> Vec<ResponseTime> {
    let both = p95
        .iter()
        .filter_map(|(at, p95)| Some((at, *p95, *p99.get(at)?)));
    both.filter_map(|(at, p95, p99)| {
        let at = Timestamp::from_second(*at).ok()?;
        Some(ResponseTime { at, p95, p99 })
    })
    .collect()
}

fn query((metric, statistic, period): (&str, &str, i64), balancer: &str) -> Query {
    Query {
        metric: Metric {
            namespace: "AWS/ApplicationELB".to_owned(),
            name: metric.to_owned(),
            dimensions: [("LoadBalancer", balancer)].into_iter().collect(),
        },
        statistic: statistic.to_owned(),
        period,
        unit: None,
        account: None,
    }
}
