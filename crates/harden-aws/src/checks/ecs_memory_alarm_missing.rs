use harden_core::{Judgement, Judging, Meta, Rule, Severity};

use crate::AwsPolicy;
use crate::coverage::{Requirement, judge_service};
use crate::views::ServiceWithAlarms;

pub(crate) static CHECK: Rule<ServiceWithAlarms, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/ecs-memory-alarm-missing",
        "ECS services have an alarm on memory utilization",
        Severity::High,
    )
    .tags(&["guide:3"])
    .remediation(
        "Create an alarm on MemoryUtilization of the service, with a threshold that the policy \
         allows.",
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

fn judge(service: &ServiceWithAlarms, j: &Judging<AwsPolicy>) -> Judgement {
    judge_service(service, j, &MEMORY, j.policy.alarms.ecs_memory_percent)
}
