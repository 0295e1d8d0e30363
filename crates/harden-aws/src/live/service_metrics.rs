//! cloudwatch:GetMetricData for the ECS services that are meant to run.

use aws_sdk_cloudwatch::Client;
use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known, Unknown};
use jiff::Timestamp;

use super::AwsProvider;
use super::metric_data::{Points, Query, Window, ask};
use super::place_api::PlaceApi;
use crate::resources::{EcsService, Metric, MetricHistory, ServiceMetrics, medians_by_day};

/// Asked for, in this order, for each service.
const METRICS: [&str; 2] = ["CPUUtilization", "MemoryUtilization"];

impl Collect<AwsProvider> for ServiceMetrics {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        let services = facts.list::<EcsService>().await?;
        let mut collected = aws
            .in_regions(facts, |api| {
                let running = services.at(&api.place).filter(|(_, service)| {
                    let ended = service.status.ok().is_some_and(|status| status != "ACTIVE");
                    !ended && service.desired_count.ok() != Some(&0)
                });
                let names = running.map(|(_, service)| {
                    (service.cluster().to_owned(), service.service().to_owned())
                });
                let names = names.collect();
                read(api, names)
            })
            .await;
        collected.add_gaps_of(&services.gaps);
        Ok(collected)
    }
}

async fn read(api: PlaceApi, services: Vec<(String, String)>) -> Portion<ServiceMetrics> {
    let client = Client::new(&api.config);
    let days = api.policy.metrics.days;
    let window = Window::of_days(&api, days);
    let queries: Vec<Query> = services
        .iter()
        .flat_map(|(cluster, service)| METRICS.map(|metric| query(metric, cluster, service)))
        .collect();
    let mut answers = ask(&api, &client, window, &queries, |i, points| {
        // of memory the days too
        let of = |points: Points| {
            let seen = timed(points);
            let medians = match i % METRICS.len() {
                1 => medians_by_day(&seen, window.from, days),
                _ => Vec::new(),
            };
            (MetricHistory::of(&seen), medians)
        };
        points.map(of)
    })
    .await
    .into_iter();
    let mut next = || {
        let missing = || {
            Err(Unknown::missing(
                "cloudwatch:GetMetricData",
                "MetricDataResults",
            ))
        };
        answers.next().unwrap_or_else(missing)
    };
    let of = services.iter().map(|(cluster, service)| {
        let (cpu, memory) = (Known::from(next()), Known::from(next()));
        ServiceMetrics {
            account: api.account().to_owned(),
            region: api.region().to_owned(),
            cluster: cluster.clone(),
            service: service.clone(),
            from: window.from,
            until: window.until,
            cpu: cpu.map(|(history, _)| history),
            memory: memory.clone().map(|(history, _)| history),
            memory_by_day: memory.map(|(_, medians)| medians),
        }
    });
    Portion::complete(of.collect())
}

fn query(metric: &str, cluster: &str, service: &str) -> Query {
    Query {
        metric: Metric {
            namespace: "AWS/ECS".to_owned(),
            name: metric.to_owned(),
            dimensions: [("ClusterName", cluster), ("ServiceName", service)]
                .into_iter()
                .collect(),
        },
        statistic: "Average".to_owned(),
        period: 3600,
        unit: None,
        account: None,
    }
}

fn timed(points: Points) -> Vec<(Timestamp, f64)> {
    let at = |second| Timestamp::from_second(second).ok();
    points
        .into_iter()
        .filter_map(|(s, v)| Some((at(s)?, v)))
        .collect()
}
