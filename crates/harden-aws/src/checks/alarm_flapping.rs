use harden_core::{
    Evidence, Judgement, Judging, Meta, Remediation, Resource, Rule, Severity, Step, Unknown,
    Verdict, hcl_string,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::AwsPolicy;
use crate::remediations::put_alarm::{put_metric_alarm_input, put_step, set};
use crate::resources::{Alarm, AlarmDefinition};
use crate::views::{
    AlarmWithStateChanges, HISTORY, SCALING, TimeInAlarm, alarm_metrics, datapoints,
    is_scaling_alarm, metric_alarm, seconds,
};

pub(crate) static CHECK: Rule<AlarmWithStateChanges, AwsPolicy> = Rule::new(
    Meta::new("aws/alarm-flapping", "Alarms do not flap", Severity::Low)
        .tags(&["guide:3"])
        .remediation(
            "Increase the number of datapoints to alarm, or fix the problem that the alarm \
             reports.",
        )
        .page(include_str!("alarm_flapping.md"))
        .since("0.1.0"),
    judge,
);

fn judge(recent: &AlarmWithStateChanges, j: &Judging<AwsPolicy>) -> Judgement {
    let alarm = &*recent.alarm;
    if *is_scaling_alarm(alarm).get()? {
        return Ok(Verdict::not_applicable(SCALING));
    }
    let history = recent.history.get()?;
    let days = j.policy.alarms.flapping_days;
    let most = j.policy.alarms.flapping_changes;
    let from = days_before(j.now, days)?;
    let periods_in_alarm = history.periods_in_alarm(from, j.now);
    // A short history can prove that there were too many changes, but not that there were few.
    let is_over = periods_in_alarm.len() > most as usize;
    if !is_over && history.since > from {
        return Err(Unknown::undetermined(format!(
            "the alarm history was read from {} on, which is less than {days} days",
            history.since
        ))
        .during(HISTORY));
    }
    let evidence = evidence(alarm, &periods_in_alarm, most, days);
    if is_over {
        let remediation = remediation(alarm, j.policy.alarms.max_delay_seconds);
        return Ok(Verdict::Fail(evidence, remediation));
    }
    Ok(Verdict::Pass(evidence))
}

fn days_before(now: Timestamp, days: u32) -> Result<Timestamp, Unknown> {
    now.checked_sub(SignedDuration::from_hours(24 * i64::from(days)))
        .map_err(|_| Unknown::undetermined("the time of the run is out of range"))
}

fn evidence(alarm: &Alarm, periods_in_alarm: &[TimeInAlarm], most: u32, days: u32) -> Evidence {
    let label = format!("changes to ALARM in {days} days");
    let evidence =
        Evidence::of(label, periods_in_alarm.len(), HISTORY).expected(format!("at most {most}"));
    let Some(median) = median(periods_in_alarm) else {
        return evidence;
    };
    let evidence = evidence.and("median time in ALARM", format_args!("{median} s"), HISTORY);
    match metric_alarm(alarm).and_then(|metric| alarm_metrics(metric).period()) {
        Some(period) => {
            let quick = |s: &&TimeInAlarm| s.cleared && s.seconds <= period;
            let label = format!("changes back to OK within one period ({period} s)");
            evidence.and(
                label,
                periods_in_alarm.iter().filter(quick).count(),
                HISTORY,
            )
        }
        None => {
            evidence.note("the alarm has no period, so quick changes back to OK are not counted")
        }
    }
}

/// The median time in ALARM, in seconds. For an even number of spells: the lower of the two middle
/// values.
fn median(periods_in_alarm: &[TimeInAlarm]) -> Option<i64> {
    let mut all: Vec<i64> = periods_in_alarm.iter().map(|s| s.seconds).collect();
    all.sort_unstable();
    all.get(all.len().checked_sub(1)? / 2).copied()
}

/// The type, as DescribeAlarmHistory names it.
fn alarm_type(alarm: &Alarm) -> &'static str {
    match alarm.definition.ok() {
        Some(AlarmDefinition::Composite(_)) => "CompositeAlarm",
        Some(AlarmDefinition::Log(_)) => "LogAlarm",
        Some(AlarmDefinition::Metric(_)) | None => "MetricAlarm",
    }
}

fn remediation(alarm: &Alarm, max_delay: f64) -> Remediation {
    let id = alarm.id();
    let look = json!({
        "AlarmName": &*id.name,
        "AlarmTypes": [alarm_type(alarm)],
        "HistoryItemType": "StateUpdate",
        "MaxRecords": 50,
    });
    let remediation = Remediation::new(
        "find out whether the problem is real; if the alarm returns to OK by itself, increase \
         its datapoints to alarm",
    )
    .step(
        crate::remediations::cli::aws("cloudwatch", "describe-alarm-history")
            .json(&look)
            .region(&id.place.region)
            .step(
                "Find out when the alarm changed to ALARM, and at which values",
                &[HISTORY],
            ),
    )
    .link("https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html");
    if alarm_type(alarm) == "LogAlarm" {
        return remediation.step(Step::by_hand(
            "If it returns to OK by itself, let more results of the query breach before the alarm \
             goes into ALARM (QueryResultsToAlarm)",
        ));
    }
    let Some(metric) = metric_alarm(alarm) else {
        return remediation.step(Step::by_hand(
            "Fix the child alarm that flaps: the composite alarm only follows it",
        ));
    };
    // The highest number of datapoints that the policy's delay allows; all of them must breach.
    // More than 90 are not tried: an alarm that needs more already waits too long.
    let period = alarm_metrics(metric).period().filter(|p| *p > 0);
    let room = period.and_then(|period| {
        let fits = |n: &i64| seconds(*n) * seconds(period) <= max_delay;
        (1..=90).rev().find(fits)
    });
    let now = datapoints(metric).unwrap_or(1);
    let Some(more) = room.filter(|more| *more > now) else {
        return remediation.step(Step::by_hand(
            "The alarm already waits as long as the policy allows: fix the problem that it \
             reports, or review its threshold",
        ));
    };
    let remediation = remediation.terraform(format!(
        "resource \"aws_cloudwatch_metric_alarm\" \"this\" {{\n  alarm_name = {}\n  \
         # … the settings it has\n  evaluation_periods  = {more}\n  datapoints_to_alarm = {more}\n}}\n",
        hcl_string(&id.name)
    ));
    match put_metric_alarm_input(alarm) {
        Ok(mut input) => {
            set(&mut input, "EvaluationPeriods", json!(more));
            set(&mut input, "DatapointsToAlarm", json!(more));
            let title = format!("Require {more} consecutive breaching datapoints");
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
