//! cloudwatch:GetMetricData for application load balancers.

use std::collections::BTreeMap;

use aws_sdk_cloudwatch::Client;
use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known, Unknown};
use jiff::Timestamp;

use super::AwsProvider;
use super::metric_data::{Points, Query, Window, ask};
use super::place_api::PlaceApi;
use crate::resources::{BalancerMetrics, ErrorHour, LoadBalancer, Metric, ResponseTime};

const HOUR: i64 = 3600;

impl Collect<AwsProvider> for BalancerMetrics {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        let balancers = facts.list::<LoadBalancer>().await?;
        let mut collected = aws
            .in_regions(facts, |api| {
                let of_place = balancers.at(&api.place).map(|(_, balancer)| balancer);
                let application =
                    of_place.filter(|b| b.kind.ok().is_none_or(|kind| kind == "application"));
                let named = application.map(|b| (b.arn.clone(), b.dimension().to_owned()));
                let named = named.collect();
                read(api, named)
            })
            .await;
        collected.add_gaps_of(&balancers.gaps);
        Ok(collected)
    }
}

async fn read(api: PlaceApi, balancers: Vec<(String, String)>) -> Portion<BalancerMetrics> {
    let client = Client::new(&api.config);
    let days = api.policy.metrics.traffic_days;
    let window = Window::of_days(&api, days);
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
    let answers = ask(&api, &client, window, &queries, |_, points| {
        Known::from(points)
    })
    .await;
    let of = balancers.iter().zip(answers.chunks(asked.len()));
    Portion::complete(
        of.map(|((arn, _), answers)| balancer(arn, window, answers))
            .collect(),
    )
}

fn balancer(arn: &str, window: Window, answers: &[Known<Points>]) -> BalancerMetrics {
    let missing = || Unknown::missing("cloudwatch:GetMetricData", "MetricDataResults").into();
    let answer = |i: usize| answers.get(i).cloned().unwrap_or_else(missing);
    // the sum of no values is a negative zero
    let sum = |known: Known<Points>| known.map(|points| points.values().sum::<f64>() + 0.0);
    let errors = answer(1).and_then(|of_targets| {
        answer(2).map(|of_itself| {
            let mut all = of_targets;
            for (api, count) in of_itself {
                *all.entry(api).or_default() += count;
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

#[cfg(test)]
mod tests {
    use super::*;

    fn points(values: &[(i64, f64)]) -> Known<Points> {
        Known::Yes(values.iter().copied().collect())
    }

    fn of(answers: &[Known<Points>]) -> BalancerMetrics {
        let until = Timestamp::from_second(7 * 24 * HOUR).unwrap();
        let window = Window {
            from: Timestamp::UNIX_EPOCH,
            until,
        };
        balancer("arn", window, answers)
    }

    #[test]
    fn what_is_not_reported_is_zero() {
        let quiet = of(&[
            points(&[]),
            points(&[]),
            points(&[]),
            points(&[]),
            points(&[]),
        ]);
        for known in [&quiet.requests, &quiet.target_5xx, &quiet.elb_5xx] {
            assert_eq!(serde_json::to_string(known).unwrap(), "0.0");
        }
        assert_eq!(quiet.error_hours, Known::Yes(Vec::new()));
        assert_eq!(quiet.response_times, Known::Yes(Vec::new()));
    }

    #[test]
    fn errors_of_both_in_an_hour_are_added() {
        let denied: Known<Points> = Unknown::missing("x:Y", "Z").into();
        let answers = [
            points(&[(0, 90.0), (HOUR, 10.0)]),
            points(&[(0, 2.0), (HOUR, 0.0)]),
            points(&[(0, 3.0)]),
            points(&[(0, 0.2)]),
            denied,
        ];
        let found = of(&answers);
        assert_eq!(found.requests, Known::Yes(100.0));
        let hours = found.error_hours.get().unwrap();
        assert_eq!(hours.len(), 1);
        assert_eq!((hours[0].at, hours[0].errors), (Timestamp::UNIX_EPOCH, 5.0));
        // one percentile without the other is not enough
        assert!(!found.response_times.is_known());
        // so is every number of an answer that is short
        let short = of(&answers[..2]);
        assert!(short.requests.is_known() && !short.elb_5xx.is_known());
        assert!(!short.error_hours.is_known());
    }
}
