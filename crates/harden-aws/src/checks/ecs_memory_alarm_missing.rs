use harden_core::{Judgement, Judging, Meta, Rule, Section, Severity};

use crate::AwsPolicy;
use crate::coverage::{Requirement, judge_service};
use crate::views::ServiceWithAlarms;

pub(crate) static CHECK: Rule<ServiceWithAlarms, AwsPolicy> = Rule {
    meta: Meta {
        id: "aws/ecs-memory-alarm-missing",
        title: "ECS services have an alarm on their memory",
        severity: Severity::High,
        section: Section::Thresholds,
        beyond_guide: false,
        security: false,
        remediation: "Make an alarm on the service's MemoryUtilization, at or under the policy's threshold.",
        page: include_str!("ecs_memory_alarm_missing.md"),
    },
    judge,
    off: None,
};

const MEMORY: Requirement = Requirement {
    metric: "MemoryUtilization",
    what: "the memory utilization",
    suffix: "ecs-memory-high",
    label: "ecs_memory_high",
};

fn judge(service: &ServiceWithAlarms, j: &Judging<AwsPolicy>) -> Judgement {
    judge_service(service, j, &MEMORY, j.policy.alarms.ecs_memory_percent)
}
