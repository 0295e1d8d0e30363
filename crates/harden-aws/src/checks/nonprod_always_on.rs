use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Step, Verdict,
    glob_matches_any,
};
use serde_json::{Value, json};

use crate::AwsPolicy;
use crate::environment::is_production;
use crate::remediations::cli::{Input, aws};
use crate::views::{DatabaseKind, Schedulable, Sort};

pub(crate) static CHECK: Rule<Schedulable, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/nonprod-always-on",
        "What is not production stands still at night",
        Severity::Low,
    )
    .tags(&["guide:6"])
    .remediation("Give it a schedule that scales it down when nobody works.")
    .page(include_str!("nonprod_always_on.md"))
    .since("0.1.0"),
    judge,
);

fn judge(what: &Schedulable, j: &Judging<AwsPolicy>) -> Judgement {
    let policy = &j.policy.nonproduction;
    let is_database = matches!(what.sort, Sort::Database(_));
    if is_database && glob_matches_any(&j.policy.backups.drill_instances, &what.name) {
        return Ok(Verdict::not_applicable(
            "made by a restore drill, to be deleted after it",
        ));
    }
    let mut production = is_production(&what.name, &what.tags, policy);
    if let Sort::Service { cluster, .. } = &what.sort {
        // the services of a staging cluster are staging
        let by_cluster = is_production(cluster, &what.tags, policy);
        production = Known::all([production, by_cluster]);
    }
    if *production.get()? {
        return Ok(Verdict::not_applicable("production, by its tag and name"));
    }
    if let Some(reason) = what.rests.get()? {
        return Ok(Verdict::not_applicable(reason.clone()));
    }
    if let Known::Yes(Some(reason)) = &what.unstoppable {
        return Ok(Verdict::not_applicable(reason.clone()));
    }
    let evidence = |found: &str, source: &'static str| {
        Evidence::of("schedule", found, source)
            .expected("one that scales it down when nobody works")
    };
    match what.schedule.get()? {
        Some(schedule) => Ok(Verdict::Pass(evidence(
            schedule,
            source_of(schedule, &what.sort),
        ))),
        None => {
            // what can't be stopped needs no schedule
            what.unstoppable.get()?;
            Ok(Verdict::Fail(
                evidence("none", "scheduler:ListSchedules")
                    .note(format!("no tag {} either", policy.schedule_tag)),
                remediation(what),
            ))
        }
    }
}

fn source_of(schedule: &str, sort: &Sort) -> &'static str {
    if schedule.starts_with("scheduled action ") {
        "application-autoscaling:DescribeScheduledActions"
    } else if schedule.starts_with("schedule ") {
        "scheduler:GetSchedule"
    } else {
        // its tag
        match sort {
            Sort::Service { .. } => "ecs:DescribeServices",
            Sort::Database(DatabaseKind::Instance) => "rds:DescribeDBInstances",
            Sort::Database(DatabaseKind::Cluster) => "rds:DescribeDBClusters",
        }
    }
}

const ROLE: Input = Input {
    marker: "@ROLE@",
    name: "SCHEDULER_ROLE_ARN",
    hint: "the ARN of a role that scheduler.amazonaws.com may assume and that may do it",
};

/// Two schedules: one stops it in the evening, one starts it in the morning of working days.
fn remediation(what: &Schedulable) -> Remediation {
    let (down, up) = calls(what);
    let stem = stem(&what.name);
    let schedule = |suffix: &str, cron: &str, (target, input): (&str, Value)| -> Step {
        let document = json!({
            "Name": format!("{stem}-{suffix}"),
            "ScheduleExpression": cron,
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": {
                "Arn": format!("arn:{}:scheduler:::aws-sdk:{target}", what.partition),
                "RoleArn": ROLE.marker,
                "Input": input.to_string()
            }
        });
        aws("scheduler", "create-schedule")
            .json_with(&document, &[ROLE])
            .region(&what.place.region)
            .step(
                format!("Create the schedule {stem}-{suffix}"),
                &["iam:PassRole", "scheduler:CreateSchedule"],
            )
    };
    let mut to = Remediation::new(
        "stop it at 19:00 and start it at 07:00 UTC on working days, which saves some two thirds \
         of its cost",
    );
    if matches!(what.sort, Sort::Service { .. }) {
        to = to.step(Step::by_hand(
            "Where Application Auto Scaling keeps a least number of tasks, use scheduled actions \
             of it instead: it would bring the service up again",
        ));
    }
    to.step(schedule("down", "cron(0 19 ? * MON-FRI *)", down))
        .step(schedule("up", "cron(0 7 ? * MON-FRI *)", up))
        .link("https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html")
}

/// The call that scales it down and the one that scales it up, each with its input.
fn calls(what: &Schedulable) -> ((&'static str, Value), (&'static str, Value)) {
    let name = &*what.name;
    match &what.sort {
        Sort::Service { cluster, desired } => {
            let call = |count: i64| {
                let input = json!({
                    "Cluster": &**cluster, "Service": name, "DesiredCount": count
                });
                ("ecs:updateService", input)
            };
            (call(0), call(desired.ok().copied().unwrap_or(1)))
        }
        Sort::Database(DatabaseKind::Instance) => {
            let input = json!({"DbInstanceIdentifier": name});
            (
                ("rds:stopDBInstance", input.clone()),
                ("rds:startDBInstance", input),
            )
        }
        Sort::Database(DatabaseKind::Cluster) => {
            let input = json!({"DbClusterIdentifier": name});
            (
                ("rds:stopDBCluster", input.clone()),
                ("rds:startDBCluster", input),
            )
        }
    }
}

/// What names of schedules begin with, of the characters and the length that they may have.
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
