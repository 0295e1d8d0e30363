use harden_core::{Judgement, Judging, Meta, Rule, Severity};

use crate::AwsPolicy;
use crate::coverage::{Requirement, judge_balancer, not_an_alb, wanted};
use crate::views::{Measure, WatchedLoadBalancer};

pub(crate) static CHECK: Rule<WatchedLoadBalancer, AwsPolicy> = Rule::new(Meta::new("aws/alb-5xx-alarm-missing", "Load balancers have alarms on 5xx answers", Severity::High,)
.tags(&["guide:3"])
.remediation("Make an alarm on the 5xx answers of the targets and one on those of the load balancer itself.")
.page(include_str!("alb_5xx_alarm_missing.md"))
.since("0.1.0"), judge,);

/// What the targets answer.
const TARGET: Requirement = Requirement {
    metric: "HTTPCode_Target_5XX_Count",
    what: "5xx answers of the targets",
    suffix: "target-5xx-high",
    label: "alb_target_5xx_high",
};

/// What the load balancer answers where no target did: refused, timed out, none healthy.
const ITSELF: Requirement = Requirement {
    metric: "HTTPCode_ELB_5XX_Count",
    what: "5xx answers of its own",
    suffix: "elb-5xx-high",
    label: "alb_elb_5xx_high",
};

fn judge(balancer: &WatchedLoadBalancer, j: &Judging<AwsPolicy>) -> Judgement {
    if let Some(verdict) = not_an_alb(&balancer.kind)? {
        return Ok(verdict);
    }
    let wanted = wanted(Measure::Count, j.policy.alarms.alb_5xx_count, j.policy);
    let requirements = [
        (&TARGET, balancer.of_targets(TARGET.metric, &wanted)),
        (&ITSELF, balancer.of_itself(ITSELF.metric, &wanted)),
    ];
    let summary = "have alarms on the 5xx answers of the targets and of the load balancer itself";
    judge_balancer(balancer, &requirements, &wanted, summary)
}
