use harden_core::{Judgement, Judging, Meta, Rule, Severity};

use crate::AwsPolicy;
use crate::coverage::{Requirement, judge_service};
use crate::views::ServiceWithAlarms;

pub(crate) static CHECK: Rule<ServiceWithAlarms, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/ecs-cpu-alarm-missing",
        "ECS services have an alarm on CPU utilization",
        Severity::High,
    )
    .tags(&["guide:3"])
    .remediation(
        "Create an alarm on CPUUtilization of the service, with a threshold that the policy allows.",
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

fn judge(service: &ServiceWithAlarms, j: &Judging<AwsPolicy>) -> Judgement {
    judge_service(service, j, &CPU, j.policy.alarms.ecs_cpu_percent)
}
