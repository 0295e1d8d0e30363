use harden_core::{Judgement, Judging, Meta, Rule, Severity};

use crate::AwsPolicy;
use crate::coverage::{Requirement, judge_balancer, not_an_alb, wanted};
use crate::views::{Measure, WatchedLoadBalancer};

pub(crate) static CHECK: Rule<WatchedLoadBalancer, AwsPolicy> = Rule::new(Meta::new("aws/alb-latency-alarm-missing", "Load balancers have an alarm on their response time", Severity::High,)
.tags(&["guide:3"])
.remediation("Make an alarm on the load balancer's TargetResponseTime, at or under the policy's threshold.")
.page(include_str!("alb_latency_alarm_missing.md"))
.since("0.1.0"), judge,);

const LATENCY: Requirement = Requirement {
    metric: "TargetResponseTime",
    what: "the response time",
    suffix: "latency-high",
    label: "alb_latency_high",
};

fn judge(balancer: &WatchedLoadBalancer, j: &Judging<AwsPolicy>) -> Judgement {
    if let Some(verdict) = not_an_alb(&balancer.kind)? {
        return Ok(verdict);
    }
    let wanted = wanted(
        Measure::Seconds,
        j.policy.alarms.alb_latency_seconds,
        j.policy,
    );
    let found = balancer.of_targets(LATENCY.metric, &wanted);
    let summary = "have an alarm on the response time of the load balancer's targets";
    judge_balancer(balancer, &[(&LATENCY, found)], &wanted, summary)
}
