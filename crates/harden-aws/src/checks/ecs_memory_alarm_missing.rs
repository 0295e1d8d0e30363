use harden_core::{Judgement, Judging, Meta, Rule, Severity};

use crate::AwsPolicy;
use crate::coverage::{Requirement, judge_service};
use crate::views::WatchedService;

pub(crate) static CHECK: Rule<WatchedService, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/ecs-memory-alarm-missing",
        "ECS services have an alarm on their memory",
        Severity::High,
    )
    .tags(&["guide:3"])
    .remediation(
        "Make an alarm on the service's MemoryUtilization, at or under the policy's threshold.",
    )
    .page(include_str!("ecs_memory_alarm_missing.md"))
    .since("0.1.0"),
    judge,
);

const MEMORY: Requirement = Requirement {
    metric: "MemoryUtilization",
    what: "the memory utilization",
    suffix: "ecs-memory-high",
    label: "ecs_memory_high",
};

fn judge(service: &WatchedService, j: &Judging<AwsPolicy>) -> Judgement {
    judge_service(service, j, &MEMORY, j.policy.alarms.ecs_memory_percent)
}
