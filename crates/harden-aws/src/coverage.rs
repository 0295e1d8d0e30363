//! The judgement that the checks on missing alarms share.

use harden_core::{Evidence, Judgement, Judging, Known, Unknown, Verdict};

use crate::AwsPolicy;
use crate::remediations::coverage::{NewAlarm, UncoveredMetric, remediation};
use crate::views::{
    AlarmRequirement, Coverage, LoadBalancerWithAlarms, Measure, MetricToCover, ServiceWithAlarms,
    find_coverage,
};

/// A metric that must have an alarm.
pub(crate) struct Requirement {
    /// The name of the metric in CloudWatch.
    pub(crate) metric: &'static str,
    /// The name for the reader: `the CPU utilization`.
    pub(crate) what: &'static str,
    /// The suffix of the name of a new alarm, after the name of the resource: `ecs-cpu-high`.
    pub(crate) suffix: &'static str,
    /// The Terraform label of a new alarm.
    pub(crate) label: &'static str,
}

/// What the policy requires of an alarm on a measure.
pub(crate) fn alarm_requirement(
    measure: Measure,
    max: f64,
    policy: &AwsPolicy,
) -> AlarmRequirement {
    AlarmRequirement {
        measure,
        max,
        max_delay: policy.alarms.max_delay_seconds,
    }
}

/// Judges the alarm on a utilization of a service.
pub(crate) fn judge_service(
    service: &ServiceWithAlarms,
    j: &Judging<AwsPolicy>,
    requirement: &Requirement,
    max: f64,
) -> Judgement {
    if let Some(reason) = *service.idle.get()? {
        return Ok(Verdict::not_applicable(reason));
    }
    let required = alarm_requirement(Measure::Percent, max, j.policy);
    let dimensions = [
        ("ClusterName", &*service.cluster),
        ("ServiceName", &*service.service),
    ];
    let metric = MetricToCover {
        namespace: "AWS/ECS",
        metric: requirement.metric,
        dimensions: &dimensions,
        account: &service.place.account,
    };
    let found = find_coverage(&service.candidates, &metric, &required)?;
    let evidence = found.add_to_evidence(requirement.metric, &required, Evidence::default());
    if found.is_covered() {
        return Ok(Verdict::Pass(evidence));
    }
    let uncovered = UncoveredMetric {
        coverage: &found,
        new: NewAlarm {
            name: format!("{}-{}", service.stem, requirement.suffix),
            description: format!(
                "{} of the ECS service {} is high",
                requirement.what, service.service
            ),
            label: requirement.label,
            namespace: "AWS/ECS",
            metric: requirement.metric,
            dimensions: &dimensions,
        },
    };
    let summary = format!("add an alarm on {} of the service", requirement.what);
    let fix = remediation(
        summary,
        &[uncovered],
        &required,
        &service.candidates,
        &service.place,
    );
    Ok(Verdict::Fail(evidence, fix))
}

/// Judges a load balancer by several metrics, each of which must have an alarm. A metric that
/// certainly has none decides, even where another is unknown.
pub(crate) fn judge_balancer(
    balancer: &LoadBalancerWithAlarms,
    requirements: &[(&Requirement, Result<Coverage, Unknown>)],
    required: &AlarmRequirement,
    summary: &'static str,
) -> Judgement {
    let dimensions = [("LoadBalancer", &*balancer.dimension)];
    let mut evidence = Evidence::default();
    let mut uncovered = Vec::new();
    let mut unclear = None;
    for (requirement, found) in requirements {
        match found {
            Ok(found) => {
                evidence = found.add_to_evidence(requirement.metric, required, evidence);
                if !found.is_covered() {
                    let groups = balancer.uncovered_groups(requirement.metric, required);
                    if !groups.is_empty() {
                        let groups = groups.join(", ");
                        let metric = requirement.metric;
                        evidence = evidence.note(format!(
                            "target groups without an alarm on {metric}: {groups}"
                        ));
                    }
                    uncovered.push(UncoveredMetric {
                        coverage: found,
                        new: NewAlarm {
                            name: format!("{}-{}", balancer.name(), requirement.suffix),
                            description: format!(
                                "{} of the load balancer {}: too high",
                                requirement.what,
                                balancer.name()
                            ),
                            label: requirement.label,
                            namespace: "AWS/ApplicationELB",
                            metric: requirement.metric,
                            dimensions: &dimensions,
                        },
                    });
                }
            }
            Err(unknown) => unclear = unclear.or(Some(unknown)),
        }
    }
    match unclear {
        _ if !uncovered.is_empty() => {
            let (candidates, place) = (&balancer.candidates, &balancer.place);
            let fix = remediation(summary.to_owned(), &uncovered, required, candidates, place);
            Ok(Verdict::Fail(evidence, fix))
        }
        Some(unknown) => Err(unknown.clone()),
        None => Ok(Verdict::Pass(evidence)),
    }
}

/// The verdict on a load balancer that is not an application load balancer: it has no HTTP metrics.
pub(crate) fn not_an_alb(kind: &Known<String>) -> Result<Option<Verdict>, Unknown> {
    let kind = kind.get()?;
    Ok((kind != "application")
        .then(|| Verdict::not_applicable(format!("a {kind} load balancer has no HTTP metrics"))))
}
