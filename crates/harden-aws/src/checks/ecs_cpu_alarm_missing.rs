use harden_core::{Judgement, Judging, Meta, Rule, Severity};

use crate::AwsPolicy;
use crate::coverage::{Requirement, judge_service};
use crate::views::WatchedService;

pub(crate) static CHECK: Rule<WatchedService, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/ecs-cpu-alarm-missing",
        "ECS services have an alarm on their CPU",
        Severity::High,
    )
    .tags(&["guide:3"])
    .remediation(
        "Make an alarm on the service's CPUUtilization, at or under the policy's threshold.",
    )
    .page(include_str!("ecs_cpu_alarm_missing.md"))
    .since("0.1.0"),
    judge,
);

const CPU: Requirement = Requirement {
    metric: "CPUUtilization",
    what: "the CPU utilization",
    suffix: "ecs-cpu-high",
    label: "ecs_cpu_high",
};

fn judge(service: &WatchedService, j: &Judging<AwsPolicy>) -> Judgement {
    judge_service(service, j, &CPU, j.policy.alarms.ecs_cpu_percent)
}
