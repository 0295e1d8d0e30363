use std::ops::RangeInclusive;

use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Step, Unknown, Verdict,
};
use serde_json::json;

use crate::AwsPolicy;
use crate::remediations::cli::aws;
use crate::resources::MetricHistory;
use crate::views::{
    LEAST_DAYS, METRICS, MeasuredService, covers, enough, no_data, numbers, peak_hours, shown,
};

pub(crate) static CHECK: Rule<MeasuredService, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/ecs-utilization-atypical",
        "ECS services use what they reserve as is typical",
        Severity::Info,
    )
    .tags(&["guide:3"])
    .remediation("Reserve what the service needs, and scale it by its load.")
    .page(include_str!("ecs_utilization_atypical.md"))
    .since("0.1.0"),
    judge,
);

/// The guide's typical use, in percent.
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

/// On which side of a band something lies.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Under,
    Over,
}

fn judge(service: &MeasuredService, j: &Judging<AwsPolicy>) -> Judgement {
    if let Some(reason) = *service.idle.get()? {
        return Ok(Verdict::not_applicable(reason));
    }
    let metrics = service.metrics.get()?;
    covers(metrics.from, metrics.until, j.policy.metrics.days)?;
    let mut evidence = Evidence::default();
    let mut sides = Vec::new();
    let mut unclear = None;
    for (typical, history) in [(CPU, &metrics.cpu), (MEMORY, &metrics.memory)] {
        match enough_of(history, metrics.until) {
            Ok(history) => evidence = weigh(&typical, history, evidence, &mut sides),
            Err(unknown) => unclear = unclear.or(Some(unknown)),
        }
    }
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
    enough(history.first, until, LEAST_DAYS)?;
    Ok(history)
}

fn weigh(
    typical: &Typical,
    history: &MetricHistory,
    mut evidence: Evidence,
    sides: &mut Vec<Side>,
) -> Evidence {
    for (what, found, band) in [
        ("on average", history.average, &typical.average),
        (
            "at peak (P95 of the hourly averages)",
            history.p95,
            &typical.peak,
        ),
    ] {
        let (from, to) = (band.start(), band.end());
        evidence = evidence
            .and(
                format!("{} {what}", typical.metric),
                format!("{} %", shown(found)),
                METRICS,
            )
            .expected(format!("{from} to {to} %"));
        if found < *from {
            sides.push(Side::Under);
        } else if found > *to {
            sides.push(Side::Over);
        }
    }
    let all = numbers(history, " %");
    evidence
        .and(format!("{}, hourly averages", typical.metric), all, METRICS)
        .and(
            format!("{}, busiest hours", typical.metric),
            peak_hours(history, " %"),
            METRICS,
        )
}

fn remediation(service: &MeasuredService, sides: &[Side]) -> Remediation {
    let has = |side| sides.contains(&side);
    let (summary, advice) = match (has(Side::Under), has(Side::Over)) {
        (true, false) => (
            "reserve less, or run fewer tasks",
            "Give the task definition less of what lies idle, or lower the desired count; leave the \
             peak within the typical band",
        ),
        (false, true) => (
            "reserve more, or run more tasks at peak",
            "Give the task definition more of what runs short, or let the service scale out before \
             its peak (target tracking on the metric)",
        ),
        _ => (
            "reserve what the service needs, and let it scale by its load",
            "Give the task definition less of what lies idle and more of what runs short, and let \
             the service scale with its load (target tracking on the metric)",
        ),
    };
    Remediation::new(summary)
        .step(
            aws("compute-optimizer", "get-ecs-service-recommendations")
                .json(&json!({"serviceArns": [&*service.arn]}))
                .region(&service.place.region)
                .step(
                    "See which sizes AWS Compute Optimizer recommends, where the account has it on",
                    &["compute-optimizer:GetECSServiceRecommendations"],
                ),
        )
        .step(Step::by_hand(advice))
        .link(
            "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/capacity-autoscaling.html",
        )
}
