use harden_core::{
    Evidence, Judgement, Judging, Meta, Remediation, Resource, Rule, Severity, Step, Unknown,
    Verdict, hcl_string,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::AwsPolicy;
use crate::remediations::put_alarm::{put_metric_alarm_input, put_step, set};
use crate::resources::Alarm;
use crate::views::{
    HISTORY, RecentAlarm, SCALING, Spell, alarm_metrics, datapoints, is_scaling_alarm,
    metric_alarm, seconds,
};

pub(crate) static CHECK: Rule<RecentAlarm, AwsPolicy> = Rule::new(
    Meta::new("aws/alarm-flapping", "Alarms do not flap", Severity::Low)
        .tags(&["guide:3"])
        .remediation("Have the alarm wait for more datapoints, or mend what it tells of.")
        .page(include_str!("alarm_flapping.md"))
        .since("0.1.0"),
    judge,
);

fn judge(recent: &RecentAlarm, j: &Judging<AwsPolicy>) -> Judgement {
    let alarm = &*recent.alarm;
    if *is_scaling_alarm(alarm).get()? {
        return Ok(Verdict::not_applicable(SCALING));
    }
    let history = recent.history.get()?;
    let days = j.policy.alarms.flapping_days;
    let most = j.policy.alarms.flapping_changes;
    let from = days_before(j.now, days)?;
    let spells = history.spells(from, j.now);
    let is_over = spells.len() > most as usize;
    if !is_over && history.since > from {
        return Err(Unknown::undetermined(format!(
            "the history of alarms was read from {} on, not over {days} days",
            history.since
        ))
        .during(HISTORY));
    }
    let evidence = evidence(alarm, &spells, most, days);
    if is_over {
        let remediation = remediation(alarm, j.policy.alarms.max_delay_seconds);
        return Ok(Verdict::Fail(evidence, remediation));
    }
    Ok(Verdict::Pass(evidence))
}

fn days_before(now: Timestamp, days: u32) -> Result<Timestamp, Unknown> {
    now.checked_sub(SignedDuration::from_hours(24 * i64::from(days)))
        .map_err(|_| Unknown::undetermined("the time of the judgement is out of range"))
}

fn evidence(alarm: &Alarm, spells: &[Spell], most: u32, days: u32) -> Evidence {
    let setting = format!("changes to ALARM in {days} days");
    let evidence = Evidence::of(setting, spells.len(), HISTORY).expected(format!("at most {most}"));
    let Some(median) = median(spells) else {
        return evidence;
    };
    let evidence = evidence.and("median time in ALARM", format_args!("{median} s"), HISTORY);
    match metric_alarm(alarm).and_then(|metric| alarm_metrics(metric).period()) {
        Some(period) => {
            let quick = |s: &&Spell| s.cleared && s.seconds <= period;
            let setting = format!("cleared by themselves within one period ({period} s)");
            evidence.and(setting, spells.iter().filter(quick).count(), HISTORY)
        }
        None => evidence.note("it has no period in which an alarm could clear by itself"),
    }
}

/// The median of the times; of an even number the lower middle one.
fn median(spells: &[Spell]) -> Option<i64> {
    let mut all: Vec<i64> = spells.iter().map(|s| s.seconds).collect();
    all.sort_unstable();
    all.get(all.len().checked_sub(1)? / 2).copied()
}

fn remediation(alarm: &Alarm, max_delay: f64) -> Remediation {
    let id = alarm.id();
    let look = json!({
        "AlarmName": &*id.name,
        "AlarmTypes": ["MetricAlarm", "CompositeAlarm"],
        "HistoryItemType": "StateUpdate",
        "MaxRecords": 50,
    });
    let remediation = Remediation::new(
        "find out whether the trouble is real; if it clears by itself, have the alarm wait longer",
    )
    .step(
        crate::remediations::cli::aws("cloudwatch", "describe-alarm-history")
            .json(&look)
            .region(&id.place.region)
            .step("See when it went off, and at which values", &[HISTORY]),
    )
    .link("https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html");
    let Some(metric) = metric_alarm(alarm) else {
        return remediation.step(Step::by_hand(
            "Mend the child alarm that goes to and fro: the composite alarm only follows it",
        ));
    };
    // as many datapoints as the policy's delay allows, all of which must breach
    let period = alarm_metrics(metric).period().filter(|p| *p > 0);
    let room = period.and_then(|period| {
        let fits = |n: &i64| seconds(*n) * seconds(period) <= max_delay;
        (1..=90).rev().find(fits)
    });
    let now = datapoints(metric).unwrap_or(1);
    let Some(more) = room.filter(|more| *more > now) else {
        return remediation.step(Step::by_hand(
            "It waits as long as the policy allows already: mend what it tells of, or review its threshold",
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
            let title = format!("Wait for {more} datapoints in a row");
            remediation.step(put_step(
                title,
                "put-metric-alarm",
                &input,
                &id.place.region,
            ))
        }
        Err(unknown) => {
            remediation.withheld(format!("the call replaces the whole alarm: {unknown}"))
        }
    }
}
