use std::ops::RangeInclusive;

use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Step, Unknown, Verdict,
};
use serde_json::json;

use crate::AwsPolicy;
use crate::remediations::cli::aws;
use crate::resources::MetricHistory;
use crate::views::{
    METRICS, MIN_DAYS, ServiceWithMetrics, format_number, no_data, peak_hours, require_days,
    require_window, statistics,
};

pub(crate) static CHECK: Rule<ServiceWithMetrics, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/ecs-utilization-atypical",
        "ECS services have a typical utilization",
        Severity::Info,
    )
    .tags(&["guide:3"])
    .remediation("Reserve what the service needs, and let it scale with its load.")
    .page(include_str!("ecs_utilization_atypical.md"))
    .since("0.1.0"),
    judge,
);

/// The typical utilization of the guide, in percent.
struct Typical {
    metric: &'static str,
    average: RangeInclusive<f64>,
    peak: RangeInclusive<f64>,
}

const CPU: Typical = Typical {
    metric: "CPUUtilization",
    average: 20.0..=40.0,
    peak: 60.0..=70.0,
};

const MEMORY: Typical = Typical {
    metric: "MemoryUtilization",
    average: 40.0..=60.0,
    peak: 70.0..=80.0,
};

/// The side of the typical range on which a value is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Under,
    Over,
}

fn judge(service: &ServiceWithMetrics, j: &Judging<AwsPolicy>) -> Judgement {
    if let Some(reason) = *service.idle.get()? {
        return Ok(Verdict::not_applicable(reason));
    }
    let metrics = service.metrics.get()?;
    require_window(metrics.from, metrics.until, j.policy.metrics.days)?;
    let mut evidence = Evidence::default();
    let mut sides = Vec::new();
    let mut unclear = None;
    for (typical, history) in [(CPU, &metrics.cpu), (MEMORY, &metrics.memory)] {
        match enough_of(history, metrics.until) {
            Ok(history) => evidence = compare(&typical, history, evidence, &mut sides),
            Err(unknown) => unclear = unclear.or(Some(unknown)),
        }
    }
    // A value outside its range is a certain failure, even if the other metric is unknown.
    match unclear {
        _ if !sides.is_empty() => Ok(Verdict::Fail(evidence, remediation(service, &sides))),
        Some(unknown) => Err(unknown),
        None => Ok(Verdict::Pass(evidence)),
    }
}

fn enough_of(
    history: &Known<Option<MetricHistory>>,
    until: jiff::Timestamp,
) -> Result<&MetricHistory, Unknown> {
    let Known::Yes(Some(history)) = history else {
        history.get()?;
        return Err(no_data(until));
    };
    require_days(history.first, until, MIN_DAYS)?;
    Ok(history)
}

fn compare(
    typical: &Typical,
    history: &MetricHistory,
    mut evidence: Evidence,
    sides: &mut Vec<Side>,
) -> Evidence {
    for (statistic, found, range) in [
        ("average", history.average, &typical.average),
        (
            "peak (P95 of the hourly averages)",
            history.p95,
            &typical.peak,
        ),
    ] {
        let (from, to) = (range.start(), range.end());
        evidence = evidence
            .and(
                format!("{}, {statistic}", typical.metric),
                format!("{} %", format_number(found)),
                METRICS,
            )
            .expected(format!("{from} to {to} %"));
        if found < *from {
            sides.push(Side::Under);
        } else if found > *to {
            sides.push(Side::Over);
        }
    }
    let all = statistics(history, " %");
    evidence
        .and(format!("{}, hourly averages", typical.metric), all, METRICS)
        .and(
            format!("{}, busiest hours", typical.metric),
            peak_hours(history, " %"),
            METRICS,
        )
}

fn remediation(service: &ServiceWithMetrics, sides: &[Side]) -> Remediation {
    let has = |side| sides.contains(&side);
    let (summary, advice) = match (has(Side::Under), has(Side::Over)) {
        (true, false) => (
            "reserve less, or run fewer tasks",
            "Reduce the reserved CPU or memory of the task definition, or lower the desired \
             count, but keep the peak within the typical range",
        ),
        (false, true) => (
            "reserve more, or run more tasks at peak",
            "Increase the reserved CPU or memory of the task definition, or let the service \
             scale out before its peak (target tracking on the metric)",
        ),
        _ => (
            "reserve what the service needs, and let it scale with its load",
            "Reduce the resource with low utilization and increase the resource with high \
             utilization in the task definition, and let the service scale with its load (target \
             tracking on the metric)",
        ),
    };
    Remediation::new(summary)
        .step(
            aws("compute-optimizer", "get-ecs-service-recommendations")
                .json(&json!({"serviceArns": [&*service.arn]}))
                .region(&service.place.region)
                .step(
                    "Get the sizes that AWS Compute Optimizer recommends, if the account has \
                     enabled it",
                    &["compute-optimizer:GetECSServiceRecommendations"],
                ),
        )
        .step(Step::by_hand(advice))
        .link(
            "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/capacity-autoscaling.html",
        )
}
