use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Resource, ResourceId, Rule, Severity,
    Verdict,
};
use serde_json::json;

use crate::AwsPolicy;
use crate::arn::Arn;
use crate::remediations::cli::aws;
use crate::remediations::put_alarm::{
    put_composite_alarm_input, put_metric_alarm_input, put_step_with_topic,
};
use crate::resources::{Alarm, AlarmDefinition};
use crate::views::{
    ALARM_SOURCE, AlarmWithParents, NOT_READ, SCALING, acts, is_scaling_alarm, is_suppressor_of,
};

pub(crate) static CHECK: Rule<AlarmWithParents, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/alarm-actions-disabled",
        "Alarms have ALARM actions, and the actions are enabled",
        Severity::High,
    )
    .tags(&["guide:2"])
    .remediation("Enable the actions of the alarm, and add an ALARM action if it has none.")
    .page(include_str!("alarm_actions_disabled.md"))
    .since("0.1.0"),
    judge,
);

fn judge(wired: &AlarmWithParents, _: &Judging<AwsPolicy>) -> Judgement {
    let alarm = &*wired.alarm;
    if *is_scaling_alarm(alarm).get()? {
        return Ok(Verdict::not_applicable(SCALING));
    }
    let itself = acts(alarm);
    let has_no_action = alarm.alarm_actions.ok().is_some_and(Vec::is_empty);
    if let Some(composite) = wired.suppresses.as_deref().filter(|_| has_no_action) {
        return Ok(Verdict::not_applicable(is_suppressor_of(composite)));
    }
    let through =
        |(name, acts): &(Box<str>, Known<bool>)| (acts == &Known::Yes(true)).then(|| name.clone());
    let composite = wired.parents.iter().find_map(through);
    let by_composite = Known::any(wired.parents.iter().map(|(_, acts)| acts.clone()));
    // A composite alarm that could not be read may act, so "no action" is certain only where all
    // composite alarms were read.
    let by_unread_composite = wired.all_parents_read.as_ref().map(|()| false);
    let is_wired = Known::any([itself.clone(), by_composite, by_unread_composite]);

    let is_wired = *is_wired.get()?;
    let mut evidence = Evidence::default();
    if let Some(enabled) = alarm.actions_enabled.ok() {
        evidence = evidence
            .and("ActionsEnabled", enabled, ALARM_SOURCE)
            .expected("true");
    }
    if let Some(actions) = alarm.alarm_actions.ok() {
        evidence = evidence
            .and("AlarmActions", actions.len(), ALARM_SOURCE)
            .expected("at least 1");
    }
    if !is_wired {
        let evidence = evidence.note(NOT_READ);
        return Ok(Verdict::Fail(evidence, remediation(alarm, &alarm.id())));
    }
    if let Some(service) = unverified_service(alarm) {
        evidence = evidence.note(format!("delivery by {service} is not verified"));
    }
    Ok(Verdict::Pass(match composite {
        Some(name) if itself != Known::Yes(true) => {
            evidence.note(format!("the composite alarm {name} acts for this alarm"))
        }
        _ => evidence,
    }))
}

/// The service whose delivery is not verified, for an alarm without an SNS action. What a Lambda
/// function, an OpsItem or a response plan does is not read, so such an action counts as delivered.
fn unverified_service(alarm: &Alarm) -> Option<&'static str> {
    let actions = alarm.alarm_actions.ok()?;
    let services = actions
        .iter()
        .filter_map(|arn| Arn::parse(arn))
        .map(|parts| parts.service);
    if services.clone().any(|service| service == "sns") {
        return None;
    }
    services.into_iter().find_map(|service| match service {
        "lambda" => Some("Lambda"),
        "ssm" => Some("Systems Manager"),
        "ssm-incidents" => Some("Incident Manager"),
        _ => None,
    })
}

fn remediation(alarm: &Alarm, id: &ResourceId) -> Remediation {
    let link = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-actions.html";
    let has_actions = alarm
        .alarm_actions
        .ok()
        .is_some_and(|arns| !arns.is_empty());
    let is_composite = matches!(alarm.definition.ok(), Some(AlarmDefinition::Composite(_)));
    let is_log = matches!(alarm.definition.ok(), Some(AlarmDefinition::Log(_)));
    let resource = if is_composite {
        "aws_cloudwatch_composite_alarm"
    } else {
        "aws_cloudwatch_metric_alarm"
    };
    let block = |line: &str| {
        format!(
            "resource \"{resource}\" \"this\" {{\n  alarm_name = {}\n  # … the settings it has\n  {line}\n}}\n",
            harden_core::hcl_string(&id.name)
        )
    };
    let to = |summary: &'static str, line: &str| match is_log {
        // Terraform has no resource of this type of alarm in a form that is known here
        true => Remediation::new(summary).link(link),
        false => Remediation::new(summary).terraform(block(line)).link(link),
    };
    if has_actions {
        let step = aws("cloudwatch", "enable-alarm-actions")
            .json(&json!({"AlarmNames": [&*id.name]}))
            .region(&id.place.region)
            .step("Enable the actions", &["cloudwatch:EnableAlarmActions"]);
        return to("enable the actions of the alarm", "actions_enabled = true").step(step);
    }
    let remediation = to(
        "add the alert topic as an ALARM action",
        "actions_enabled = true\n  alarm_actions   = [var.alert_topic_arn]",
    );
    if is_log {
        return remediation.withheld(
            "PutLogAlarm replaces the whole alarm, and not all its settings are read: add the \
             action in the CloudWatch console",
        );
    }
    let (operation, input) = if is_composite {
        ("put-composite-alarm", put_composite_alarm_input(alarm))
    } else {
        ("put-metric-alarm", put_metric_alarm_input(alarm))
    };
    match input {
        Ok(input) => {
            let title = "Add the alert topic as an ALARM action".to_owned();
            let region = &id.place.region;
            remediation.step(put_step_with_topic(title, operation, input, region))
        }
        Err(unknown) => remediation.withheld(format!(
            "the call replaces the whole alarm, and one of its settings could not be read: \
                 {unknown}"
        )),
    }
}
