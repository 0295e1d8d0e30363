//! What the checks on missing alarms have in common.

use harden_core::{Evidence, Judgement, Judging, Known, Unknown, Verdict};

use crate::AwsPolicy;
use crate::remediations::coverage::{Lack, NewAlarm, remediation};
use crate::views::{
    Asked, Coverage, Measure, Wanted, WatchedLoadBalancer, WatchedService, coverage,
};

/// A metric that must have an alarm.
pub(crate) struct Requirement {
    /// Its name in CloudWatch.
    pub(crate) metric: &'static str,
    /// What it is, for a person: `the CPU`.
    pub(crate) what: &'static str,
    /// What the name of a new alarm ends with, after the resource's name: `ecs-cpu-high`.
    pub(crate) suffix: &'static str,
    /// Terraform's label for a new alarm.
    pub(crate) label: &'static str,
}

/// What the policy asks of an alarm on a measure.
pub(crate) fn wanted(measure: Measure, max: f64, policy: &AwsPolicy) -> Wanted {
    Wanted {
        measure,
        max,
        max_delay: policy.alarms.max_delay_seconds,
    }
}

/// Judges a service by a utilization.
pub(crate) fn judge_service(
    service: &WatchedService,
    j: &Judging<AwsPolicy>,
    requirement: &Requirement,
    max: f64,
) -> Judgement {
    if let Some(reason) = *service.idle.get()? {
        return Ok(Verdict::not_applicable(reason));
    }
    let wanted = wanted(Measure::Percent, max, j.policy);
    let dimensions = [
        ("ClusterName", &*service.cluster),
        ("ServiceName", &*service.service),
    ];
    let asked = Asked {
        namespace: "AWS/ECS",
        metric: requirement.metric,
        dimensions: &dimensions,
        account: &service.place.account,
    };
    let found = coverage(&service.watchers, &asked, &wanted)?;
    let evidence = found.tell(requirement.metric, &wanted, Evidence::default());
    if found.is_covered() {
        return Ok(Verdict::Pass(evidence));
    }
    let lack = Lack {
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
    let summary = format!("have an alarm on {} of the service", requirement.what);
    let mended = remediation(summary, &[lack], &wanted, &service.watchers, &service.place);
    Ok(Verdict::Fail(evidence, mended))
}

/// Judges a load balancer by metrics of which each must have an alarm. A certain lack of one
/// settles it, whatever is not known of another.
pub(crate) fn judge_balancer(
    balancer: &WatchedLoadBalancer,
    requirements: &[(&Requirement, Result<Coverage, Unknown>)],
    wanted: &Wanted,
    summary: &'static str,
) -> Judgement {
    let dimensions = [("LoadBalancer", &*balancer.dimension)];
    let mut evidence = Evidence::default();
    let mut lacks = Vec::new();
    let mut unclear = None;
    for (requirement, found) in requirements {
        match found {
            Ok(found) => {
                evidence = found.tell(requirement.metric, wanted, evidence);
                if !found.is_covered() {
                    let groups = balancer.uncovered_groups(requirement.metric, wanted);
                    if !groups.is_empty() {
                        let groups = groups.join(", ");
                        let metric = requirement.metric;
                        evidence = evidence.note(format!(
                            "without an alarm on {metric} of their own: {groups}"
                        ));
                    }
                    lacks.push(Lack {
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
        _ if !lacks.is_empty() => {
            let (watchers, place) = (&balancer.watchers, &balancer.place);
            let mended = remediation(summary.to_owned(), &lacks, wanted, watchers, place);
            Ok(Verdict::Fail(evidence, mended))
        }
        Some(unknown) => Err(unknown.clone()),
        None => Ok(Verdict::Pass(evidence)),
    }
}

/// Why a load balancer has none of the metrics: it is no ALB.
pub(crate) fn not_an_alb(kind: &Known<String>) -> Result<Option<Verdict>, Unknown> {
    let kind = kind.get()?;
    Ok((kind != "application")
        .then(|| Verdict::not_applicable(format!("a {kind} load balancer has no HTTP metrics"))))
}
