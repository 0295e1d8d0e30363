use harden_core::{
    Evidence, Judgement, Judging, Meta, Remediation, Resource, Rule, Severity, Verdict, hcl_string,
};
use serde_json::json;

use crate::AwsPolicy;
use crate::remediations::put_alarm::{put_metric_alarm_input, put_step, set};
use crate::resources::{Alarm, AlarmDefinition, Metric};
use crate::views::{ALARM_SOURCE, SCALING, alarm_metrics, is_scaling_alarm};

pub(crate) static CHECK: Rule<Alarm, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/alarm-sparse-data",
        "Alarms on error counts treat missing data as not breaching",
        Severity::Low,
    )
    .tags(&["guide:3"])
    .remediation("Set TreatMissingData to notBreaching.")
    .page(include_str!("alarm_sparse_data.md"))
    .since("0.1.0"),
    judge,
);

/// Whether a metric counts errors and is reported only when the count is not zero. The reporting
/// criterion of these metrics is "there is a nonzero value" in the tables of Elastic Load Balancing:
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html>.
/// SNS reports a failure when it happens. Errors of Lambda, 5XXError of API Gateway and the metrics
/// of SQS also report zero.
fn is_sparse(metric: &Metric) -> bool {
    match &*metric.namespace {
        "AWS/ApplicationELB" => {
            let code = metric.name.strip_prefix("HTTPCode_");
            code.is_some_and(|rest| {
                let code = rest
                    .strip_prefix("Target_")
                    .or_else(|| rest.strip_prefix("ELB_"));
                code.is_some_and(|c| c.starts_with(['4', '5']))
            }) || matches!(
                &*metric.name,
                "ClientTLSNegotiationErrorCount"
                    | "ELBAuthError"
                    | "ELBAuthFailure"
                    | "LambdaInternalError"
                    | "LambdaUserError"
                    | "RejectedConnectionCount"
                    | "TargetConnectionErrorCount"
                    | "TargetTLSNegotiationErrorCount"
            )
        }
        "AWS/ELB" => matches!(
            &*metric.name,
            "BackendConnectionErrors"
                | "HTTPCode_Backend_4XX"
                | "HTTPCode_Backend_5XX"
                | "HTTPCode_ELB_4XX"
                | "HTTPCode_ELB_5XX"
                | "SpilloverCount"
        ),
        "AWS/SNS" => metric.name == "NumberOfNotificationsFailed",
        _ => false,
    }
}

fn judge(alarm: &Alarm, _: &Judging<AwsPolicy>) -> Judgement {
    if *is_scaling_alarm(alarm).get()? {
        return Ok(Verdict::not_applicable(SCALING));
    }
    let AlarmDefinition::Metric(metric) = alarm.definition.get()? else {
        return Ok(Verdict::not_applicable(
            "a composite alarm or a log alarm does not monitor a metric",
        ));
    };
    metric.require_metrics()?;
    let reading = alarm_metrics(metric);
    let sparse = reading.series.iter().filter(|s| is_sparse(s.metric));
    let Some(first) = sparse.clone().next() else {
        return Ok(Verdict::not_applicable(
            "no metric of the alarm is known to be reported only when it is not zero",
        ));
    };
    metric.require_settings()?;
    if metric
        .comparison
        .as_deref()
        .is_some_and(|c| c.starts_with("LessThan") && !c.contains("OrGreaterThan"))
    {
        return Ok(Verdict::not_applicable(
            "the alarm detects low values, and missing data can be the problem that it detects",
        ));
    }
    let found = metric.treat_missing_data.as_deref();
    let evidence = Evidence::of(
        "TreatMissingData",
        found.unwrap_or("not set (default: missing)"),
        ALARM_SOURCE,
    )
    .expected("notBreaching")
    .and("MetricName", &first.metric.name, ALARM_SOURCE);
    if found == Some("notBreaching") {
        return Ok(Verdict::Pass(evidence));
    }
    if sparse.clone().all(|series| series.filled) {
        return Ok(Verdict::Pass(evidence.note(
            "the expression replaces missing data with a number (FILL)",
        )));
    }
    Ok(Verdict::Fail(evidence, remediation(alarm)))
}

fn remediation(alarm: &Alarm) -> Remediation {
    let id = alarm.id();
    let remediation = Remediation::new("treat missing data as not breaching")
        .terraform(format!(
            "resource \"aws_cloudwatch_metric_alarm\" \"this\" {{\n  alarm_name = {}\n  \
             # … the settings it has\n  treat_missing_data = \"notBreaching\"\n}}\n",
            hcl_string(&id.name)
        ))
        .link("https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html")
        .link("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html");
    match put_metric_alarm_input(alarm) {
        Ok(mut input) => {
            set(&mut input, "TreatMissingData", json!("notBreaching"));
            let title = "Set TreatMissingData to notBreaching".to_owned();
            remediation.step(put_step(
                title,
                "put-metric-alarm",
                &input,
                &id.place.region,
            ))
        }
        Err(unknown) => remediation.withheld(format!(
            "the call replaces the whole alarm, and one of its settings could not be read: \
                 {unknown}"
        )),
    }
}
