use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Resource, Rule, Severity, Verdict,
};
use serde_json::json;

use crate::AwsPolicy;
use crate::remediations::cli::aws;
use crate::resources::{Alarm, AlarmDefinition};
use crate::views::{ALARM_SOURCE, AlarmWithTargets, SCALING, is_scaling_alarm};

pub(crate) static CHECK: Rule<AlarmWithTargets, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/alarm-dead-dimension",
        "Alarms monitor resources that exist",
        Severity::Medium,
    )
    .tags(&["guide:3"])
    .remediation(
        "Create an alarm on the replacement of the missing resource, and delete this alarm.",
    )
    .page(include_str!("alarm_dead_dimension.md"))
    .since("0.1.0"),
    judge,
);

fn judge(aimed: &AlarmWithTargets, j: &Judging<AwsPolicy>) -> Judgement {
    let alarm = &*aimed.alarm;
    if *is_scaling_alarm(alarm).get()? {
        return Ok(Verdict::not_applicable(SCALING));
    }
    let AlarmDefinition::Metric(metric) = alarm.definition.get()? else {
        return Ok(Verdict::not_applicable(
            "a composite alarm or a log alarm does not monitor a metric",
        ));
    };
    let state = alarm.state.get()?;
    let evidence = Evidence::of("StateValue", state, ALARM_SOURCE);
    if state != "INSUFFICIENT_DATA" {
        return Ok(Verdict::Pass(evidence));
    }
    metric.require_metrics()?;
    let limit = j.policy.alarms.dead_after_hours;
    let hours = alarm
        .state_since
        .as_ref()
        .map(|since| (j.now.as_second() - since.as_second()) / 3600);
    let long = alarm
        .state_since
        .as_ref()
        .map(|since| j.now.as_second() - since.as_second() > i64::from(limit) * 3600);
    let dead = Known::any(aimed.targets.iter().map(|t| t.exists.clone().map(|e| !e)));

    // Known::all: a target that exists, or a recent change of state, settles the verdict even if
    // the other part is unknown.
    let is_dead = *Known::all([long.clone(), dead]).get()?;
    if aimed.targets.is_empty() && *long.get()? {
        return Ok(Verdict::not_applicable(
            "the alarm has no data, and its dimensions name no resource of a kind that is looked up",
        ));
    }
    let mut evidence = evidence;
    if let Some(hours) = hours.ok() {
        evidence = evidence
            .and(
                "time in this state",
                format_args!("{hours} h"),
                ALARM_SOURCE,
            )
            .expected(format!("at most {limit} h if a resource is missing"));
    }
    for target in &aimed.targets {
        let word = match target.exists.ok() {
            Some(true) => "exists",
            Some(false) => "does not exist",
            None => continue,
        };
        let found = format!("{} ({word})", target.name);
        evidence = evidence
            .and(target.dimension, found, target.source)
            .expected("an existing resource");
    }
    if !is_dead {
        return Ok(Verdict::Pass(evidence));
    }
    Ok(Verdict::Fail(evidence, remediation(alarm)))
}

fn remediation(alarm: &Alarm) -> Remediation {
    let id = alarm.id();
    Remediation::new("delete the alarm after the replacement of the missing resource has an alarm")
        .step(harden_core::Step::by_hand(
            "Find the resource that replaced the missing one, and make sure that it has an alarm \
             on this metric",
        ))
        .step(
            aws("cloudwatch", "delete-alarms")
                .json(&json!({"AlarmNames": [&*id.name]}))
                .region(&id.place.region)
                .step("Delete the alarm", &["cloudwatch:DeleteAlarms"])
                .destructive(),
        )
        .link("https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html")
}
