use harden_core::{Judgement, Judging, Meta, Rule, Severity};

use crate::AwsPolicy;
use crate::coverage::{Requirement, alarm_requirement, judge_balancer, not_an_alb};
use crate::views::{LoadBalancerWithAlarms, Measure};

pub(crate) static CHECK: Rule< LoadBalancerWithAlarms , AwsPolicy> = Rule::new(Meta::new("aws/alb-5xx-alarm-missing",
    "Load balancers have alarms on 5xx responses", Severity::High,)
.tags(&["guide:3"])
.remediation(
    "Create an alarm on the 5xx responses of the targets, and one on those of the load balancer \
     itself.")
.page(include_str!("alb_5xx_alarm_missing.md"))
.since("0.1.0"), judge,);

/// Responses of the targets.
const TARGET: Requirement = Requirement {
    metric: "HTTPCode_Target_5XX_Count",
    what: "5xx responses of the targets",
    suffix: "target-5xx-high",
    label: "alb_target_5xx_high",
};

/// Responses that the load balancer generates when no target responded: a connection was refused, a
/// request timed out, or no target is healthy.
const ITSELF: Requirement = Requirement {
    metric: "HTTPCode_ELB_5XX_Count",
    what: "5xx responses of the load balancer itself",
    suffix: "elb-5xx-high",
    label: "alb_elb_5xx_high",
};

fn judge(balancer: &LoadBalancerWithAlarms, j: &Judging<AwsPolicy>) -> Judgement {
    if let Some(verdict) = not_an_alb(&balancer.kind)? {
        return Ok(verdict);
    }
    let limit = alarm_requirement(Measure::Count, j.policy.alarms.alb_5xx_count, j.policy);
    let requirements = [
        (&TARGET, balancer.of_targets(TARGET.metric, &limit)),
        (&ITSELF, balancer.of_itself(ITSELF.metric, &limit)),
    ];
    let summary =
        "create alarms on the 5xx responses of the targets and of the load balancer itself";
    judge_balancer(balancer, &requirements, &limit, summary)
}
