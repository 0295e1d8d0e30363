use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Step, Verdict,
    glob_matches_any,
};
use serde_json::{Value, json};

use crate::AwsPolicy;
use crate::environment::is_production;
use crate::remediations::cli::{Input, aws};
use crate::views::{DatabaseKind, ResourceType, SchedulableResource};

pub(crate) static CHECK: Rule<SchedulableResource, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/nonprod-always-on",
        "Non-production resources have a schedule that stops them",
        Severity::Low,
    )
    .tags(&["guide:6"])
    .remediation("Add a schedule that scales it down outside working hours.")
    .page(include_str!("nonprod_always_on.md"))
    .since("0.1.0"),
    judge,
);

fn judge(resource: &SchedulableResource, j: &Judging<AwsPolicy>) -> Judgement {
    let policy = &j.policy.nonproduction;
    let is_database = matches!(resource.resource_type, ResourceType::Database(_));
    if is_database && glob_matches_any(&j.policy.backups.drill_instances, &resource.name) {
        return Ok(Verdict::not_applicable(
            "created by a restore drill, which must delete it",
        ));
    }
    let mut production = is_production(&resource.name, &resource.tags, policy);
    if let ResourceType::Service { cluster, .. } = &resource.resource_type {
        // A service in a staging cluster is staging, whatever its own name is.
        let by_cluster = is_production(cluster, &resource.tags, policy);
        production = Known::all([production, by_cluster]);
    }
    if *production.get()? {
        return Ok(Verdict::not_applicable(
            "production (according to its tag and its name)",
        ));
    }
    if let Some(reason) = resource.stopped_reason.get()? {
        return Ok(Verdict::not_applicable(reason.clone()));
    }
    if let Known::Yes(Some(reason)) = &resource.cannot_stop_reason {
        return Ok(Verdict::not_applicable(reason.clone()));
    }
    let evidence = |found: &str, source: &'static str| {
        Evidence::of("schedule", found, source)
            .expected("a schedule that scales it down outside working hours")
    };
    match resource.schedule.get()? {
        Some(schedule) => Ok(Verdict::Pass(evidence(
            schedule,
            source_of(schedule, &resource.resource_type),
        ))),
        None => {
            // A resource that RDS cannot stop needs no schedule, so a failure must know this.
            resource.cannot_stop_reason.get()?;
            Ok(Verdict::Fail(
                evidence("missing", "scheduler:ListSchedules")
                    .note(format!("the tag {} is missing too", policy.schedule_tag)),
                remediation(resource),
            ))
        }
    }
}

fn source_of(schedule: &str, sort: &ResourceType) -> &'static str {
    if schedule.starts_with("scheduled action ") {
        "application-autoscaling:DescribeScheduledActions"
    } else if schedule.starts_with("schedule ") {
        "scheduler:GetSchedule"
    } else {
        // The schedule is the tag of Instance Scheduler, which is read with the resource.
        match sort {
            ResourceType::Service { .. } => "ecs:DescribeServices",
            ResourceType::Database(DatabaseKind::Instance) => "rds:DescribeDBInstances",
            ResourceType::Database(DatabaseKind::Cluster) => "rds:DescribeDBClusters",
        }
    }
}

const ROLE: Input = Input {
    marker: "@ROLE@",
    name: "SCHEDULER_ROLE_ARN",
    hint: "the ARN of a role that scheduler.amazonaws.com can assume and that allows the call",
};

/// Two schedules: one stops the resource in the evening, and one starts it in the morning of working
/// days.
fn remediation(resource: &SchedulableResource) -> Remediation {
    let (down, up) = calls(resource);
    let stem = stem(&resource.name);
    let schedule = |suffix: &str, cron: &str, (target, input): (&str, Value)| -> Step {
        let document = json!({
            "Name": format!("{stem}-{suffix}"),
            "ScheduleExpression": cron,
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": {
                "Arn": format!("arn:{}:scheduler:::aws-sdk:{target}", resource.partition),
                "RoleArn": ROLE.marker,
                "Input": input.to_string()
            }
        });
        aws("scheduler", "create-schedule")
            .json_with(&document, &[ROLE])
            .region(&resource.place.region)
            .step(
                format!("Create the schedule {stem}-{suffix}"),
                &["iam:PassRole", "scheduler:CreateSchedule"],
            )
    };
    let mut to = Remediation::new(
        "stop it at 19:00 UTC and start it at 07:00 UTC on working days, which saves about two \
         thirds of its cost",
    );
    if matches!(resource.resource_type, ResourceType::Service { .. }) {
        to = to.step(Step::by_hand(
            "If Application Auto Scaling has a minimum capacity, use its scheduled actions \
             instead, because it would start the service again",
        ));
    }
    to.step(schedule("down", "cron(0 19 ? * MON-FRI *)", down))
        .step(schedule("up", "cron(0 7 ? * MON-FRI *)", up))
        .link("https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html")
}

/// The call that scales the resource down and the call that scales it up, each with its input.
fn calls(resource: &SchedulableResource) -> ((&'static str, Value), (&'static str, Value)) {
    let name = &*resource.name;
    match &resource.resource_type {
        ResourceType::Service { cluster, desired } => {
            let call = |count: i64| {
                let input = json!({
                    "Cluster": &**cluster, "Service": name, "DesiredCount": count
                });
                ("ecs:updateService", input)
            };
            (call(0), call(desired.ok().copied().unwrap_or(1)))
        }
        ResourceType::Database(DatabaseKind::Instance) => {
            let input = json!({"DbInstanceIdentifier": name});
            (
                ("rds:stopDBInstance", input.clone()),
                ("rds:startDBInstance", input),
            )
        }
        ResourceType::Database(DatabaseKind::Cluster) => {
            let input = json!({"DbClusterIdentifier": name});
            (
                ("rds:stopDBCluster", input.clone()),
                ("rds:startDBCluster", input),
            )
        }
    }
}

/// The prefix of the schedule names, with only the characters and the length that EventBridge
/// Scheduler allows (64, with the suffix).
fn stem(name: &str) -> String {
    let fit = |c: char| {
        if c.is_ascii_alphanumeric() || "-_.".contains(c) {
            c
        } else {
            '-'
        }
    };
    name.chars().map(fit).take(58).collect()
}
