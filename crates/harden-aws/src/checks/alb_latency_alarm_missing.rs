use harden_core::{Judgement, Judging, Meta, Rule, Severity};

use crate::AwsPolicy;
use crate::coverage::{Requirement, alarm_requirement, judge_balancer, not_an_alb};
use crate::views::{LoadBalancerWithAlarms, Measure};

pub(crate) static CHECK: Rule<LoadBalancerWithAlarms, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/alb-latency-alarm-missing",
        "Load balancers have an alarm on response time",
        Severity::High,
    )
    .tags(&["guide:3"])
    .remediation(
        "Create an alarm on TargetResponseTime of the load balancer, with a threshold that the \
     policy allows.",
    )
    .page(include_str!("alb_latency_alarm_missing.md"))
    .since("0.1.0"),
    judge,
);

const LATENCY: Requirement = Requirement {
    metric: "TargetResponseTime",
    what: "the response time",
    suffix: "latency-high",
    label: "alb_latency_high",
};

fn judge(balancer: &LoadBalancerWithAlarms, j: &Judging<AwsPolicy>) -> Judgement {
    if let Some(verdict) = not_an_alb(&balancer.kind)? {
        return Ok(verdict);
    }
    let limit = alarm_requirement(
        Measure::Seconds,
        j.policy.alarms.alb_latency_seconds,
        j.policy,
    );
    let found = balancer.of_targets(LATENCY.metric, &limit);
    let summary = "create an alarm on the response time of the targets";
    judge_balancer(balancer, &[(&LATENCY, found)], &limit, summary)
}
