use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Resource, Rule, Severity, Verdict,
};
use serde_json::json;

use crate::AwsPolicy;
use crate::remediations::cli::aws;
use crate::resources::{Alarm, AlarmDefinition};
use crate::views::{ALARM_SOURCE, AimedAlarm, SCALING, is_scaling_alarm};

pub(crate) static CHECK: Rule<AimedAlarm, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/alarm-dead-dimension",
        "Alarms watch resources that exist",
        Severity::Medium,
    )
    .tags(&["guide:3"])
    .remediation("Point the alarm at the resource that took the old one's place, or delete it.")
    .page(include_str!("alarm_dead_dimension.md"))
    .since("0.1.0"),
    judge,
);

fn judge(aimed: &AimedAlarm, j: &Judging<AwsPolicy>) -> Judgement {
    let alarm = &*aimed.alarm;
    if *is_scaling_alarm(alarm).get()? {
        return Ok(Verdict::not_applicable(SCALING));
    }
    if matches!(alarm.definition.get()?, AlarmDefinition::Composite(_)) {
        return Ok(Verdict::not_applicable(
            "a composite alarm watches alarms, not a metric",
        ));
    }
    let state = alarm.state.get()?;
    let evidence = Evidence::of("StateValue", state, ALARM_SOURCE);
    if state != "INSUFFICIENT_DATA" {
        return Ok(Verdict::Pass(evidence));
    }
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

    let is_dead = *Known::all([long.clone(), dead]).get()?;
    if aimed.targets.is_empty() && *long.get()? {
        return Ok(Verdict::not_applicable(
            "it has no data, and its dimensions name no kind of resource that is read",
        ));
    }
    let mut evidence = evidence;
    if let Some(hours) = hours.ok() {
        evidence = evidence
            .and("in that state", format_args!("{hours} h"), ALARM_SOURCE)
            .expected(format!("at most {limit} h where a resource is missing"));
    }
    for target in &aimed.targets {
        let word = match target.exists.ok() {
            Some(true) => "exists",
            Some(false) => "does not exist",
            None => continue,
        };
        let found = format!("{}, which {word}", target.name);
        evidence = evidence
            .and(target.dimension, found, target.source)
            .expected("a resource that exists");
    }
    if !is_dead {
        return Ok(Verdict::Pass(evidence));
    }
    Ok(Verdict::Fail(evidence, remediation(alarm)))
}

fn remediation(alarm: &Alarm) -> Remediation {
    let id = alarm.id();
    Remediation::new("delete the alarm, once what replaced the resource has one of its own")
        .step(harden_core::Step::by_hand(
            "See whether the resource was renamed or replaced, and whether its successor has an alarm on this metric",
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
