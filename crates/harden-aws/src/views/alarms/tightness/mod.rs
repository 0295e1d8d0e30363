//! Whether an alarm is at least as tight as the policy requires.
//!
//! An alarm is looser than required where it compares in the wrong direction, uses a statistic that
//! hides problems, has a unit that the metric never has, has a higher threshold, or takes too long to
//! go into ALARM.

use crate::resources::MetricAlarm;
use crate::views::alarms::metrics::{AlarmMetrics, Form};

/// The period in seconds to which the policy's counts apply.
pub(crate) const COUNT_SECONDS: f64 = 300.0;

/// What a metric measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Measure {
    /// A share in percent.
    Percent,
    /// A duration in seconds.
    Seconds,
    /// A number of events. Counts are added up.
    Count,
}

impl Measure {
    /// The CloudWatch unit.
    pub(crate) fn unit(self) -> &'static str {
        match self {
            Self::Percent => "Percent",
            Self::Seconds => "Seconds",
            Self::Count => "Count",
        }
    }
}

/// What the policy requires of an alarm.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AlarmRequirement {
    pub(crate) measure: Measure,
    /// The highest threshold. For a count, the highest number in [`COUNT_SECONDS`].
    pub(crate) max: f64,
    /// The longest time in seconds from the start of a breach to the state ALARM.
    pub(crate) max_delay: f64,
}

impl AlarmRequirement {
    /// The threshold as text: `at most 85 %`.
    pub(crate) fn threshold(&self) -> String {
        let max = self.max;
        match self.measure {
            Measure::Percent => format!("at most {max} %"),
            Measure::Seconds => format!("at most {max} s"),
            Measure::Count => format!("at most {max} in {COUNT_SECONDS} s"),
        }
    }

    /// The highest threshold for a period. A count is scaled to the period: 10 in 300 s are 2 in
    /// 60 s.
    pub(crate) fn max_for(&self, period: i64) -> f64 {
        match self.measure {
            Measure::Percent | Measure::Seconds => self.max,
            Measure::Count => self.max * seconds(period) / COUNT_SECONDS,
        }
    }
}

/// In which way an alarm is looser than required.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Looseness {
    /// It is about low values.
    Comparison,
    Statistic,
    Unit,
    Threshold,
    Delay,
}

/// A setting that makes an alarm looser than required.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    pub(crate) way: Looseness,
    pub(crate) setting: &'static str,
    pub(crate) found: String,
    pub(crate) expected: String,
}

/// How tight an alarm is.
#[derive(Debug, Clone)]
pub(crate) enum Tightness {
    Tight,
    /// The alarm covers the metric, but its tightness cannot be judged; the reason.
    NotJudged(&'static str),
    Loose(Vec<Fault>),
}

/// Judges an alarm on the required metric.
pub(crate) fn judge_tightness(
    alarm: &MetricAlarm,
    reading: &AlarmMetrics<'_>,
    required: &AlarmRequirement,
) -> Tightness {
    let comparison = alarm.comparison.as_deref().unwrap_or("not set");
    match reading.form {
        Form::Band if comparison == "LessThanLowerThreshold" => {
            return Tightness::Loose(vec![comparison_fault(
                comparison,
                "GreaterThanUpperThreshold",
            )]);
        }
        Form::Band => return Tightness::NotJudged("an anomaly detection band has no threshold"),
        Form::Other => {
            return Tightness::NotJudged("the expression may be in another unit than the metric");
        }
        Form::Sum if reading.series.len() > 1 && required.measure != Measure::Count => {
            return Tightness::NotJudged("the expression adds up several metrics");
        }
        Form::Sum => {}
    }
    let mut faults = Vec::new();
    if !matches!(
        comparison,
        "GreaterThanThreshold" | "GreaterThanOrEqualToThreshold"
    ) {
        faults.push(comparison_fault(comparison, "GreaterThanThreshold"));
    }
    let mut not_judged = None;
    for series in &reading.series {
        let statistic = series.statistic.unwrap_or("not set");
        match statistic_of(statistic, required.measure) {
            Shows::Problem => {}
            Shows::Unclear => not_judged = Some("its statistic cannot be compared with an average"),
            Shows::Less(instead) => faults.push(Fault {
                way: Looseness::Statistic,
                setting: "Statistic",
                found: statistic.to_owned(),
                expected: instead.to_owned(),
            }),
        }
        if let Some(unit) = series.unit.filter(|u| *u != required.measure.unit()) {
            faults.push(Fault {
                way: Looseness::Unit,
                setting: "Unit",
                found: format!("{unit}, a unit without data for this metric"),
                expected: required.measure.unit().to_owned(),
            });
        }
    }
    // several series of one expression often share a fault, which is reported once
    faults.dedup_by(|b, a| a.way == b.way && a.found == b.found);
    faults.extend(threshold_fault(alarm, reading, required));
    faults.extend(delay_fault(alarm, reading, required));
    match not_judged {
        _ if !faults.is_empty() => Tightness::Loose(faults),
        Some(why) => Tightness::NotJudged(why),
        None => Tightness::Tight,
    }
}

/// How many datapoints must breach. Without DatapointsToAlarm, all of EvaluationPeriods must
/// ("Evaluating an alarm" in the CloudWatch user guide).
pub(crate) fn datapoints(alarm: &MetricAlarm) -> Option<i64> {
    alarm.datapoints_to_alarm.or(alarm.evaluation_periods)
}

/// A period or count as a floating-point number.
#[allow(
    clippy::cast_precision_loss,
    reason = "periods and counts of datapoints are far below 2^52"
)]
pub(crate) fn seconds(count: i64) -> f64 {
    count as f64
}

fn comparison_fault(found: &str, expected: &str) -> Fault {
    Fault {
        way: Looseness::Comparison,
        setting: "ComparisonOperator",
        found: found.to_owned(),
        expected: expected.to_owned(),
    }
}

fn threshold_fault(
    alarm: &MetricAlarm,
    reading: &AlarmMetrics<'_>,
    required: &AlarmRequirement,
) -> Option<Fault> {
    let fault = |found: String| Fault {
        way: Looseness::Threshold,
        setting: "Threshold",
        found,
        expected: required.threshold(),
    };
    let Some(threshold) = alarm.threshold else {
        return Some(fault("not set".to_owned()));
    };
    // no utilization, no duration and no count is below zero: such an alarm is in ALARM whatever
    // happens, and reports nothing
    let always = match alarm.comparison.as_deref() {
        Some("GreaterThanOrEqualToThreshold") => threshold <= 0.0,
        _ => threshold < 0.0,
    };
    // a count above zero is an event; a utilization and a duration above zero are the normal state
    if always || (threshold == 0.0 && required.measure != Measure::Count) {
        return Some(fault(format!("{threshold}, which is always breached")));
    }
    if required.measure != Measure::Count {
        return (threshold > required.max).then(|| fault(threshold.to_string()));
    }
    // a count cannot be scaled without a period; `delay_fault` reports the missing period
    let period = reading.period().filter(|p| *p > 0)?;
    (threshold > required.max_for(period)).then(|| fault(format!("{threshold} in {period} s")))
}

fn delay_fault(
    alarm: &MetricAlarm,
    reading: &AlarmMetrics<'_>,
    required: &AlarmRequirement,
) -> Option<Fault> {
    let fault = |found: String| Fault {
        way: Looseness::Delay,
        setting: "DatapointsToAlarm × Period",
        found,
        expected: format!("at most {} s", required.max_delay),
    };
    let known = datapoints(alarm).zip(reading.period().filter(|p| *p > 0));
    let Some((datapoints, period)) = known else {
        return Some(fault("not set".to_owned()));
    };
    let delay = seconds(datapoints) * seconds(period);
    (delay > required.max_delay).then(|| fault(format!("{datapoints} × {period} s = {delay} s")))
}

/// Whether a statistic shows a problem.
enum Shows {
    Problem,
    /// An extended statistic that cannot be compared with the others (a trimmed mean, for example).
    Unclear,
    /// It hides the problem; what to use instead.
    Less(&'static str),
}

fn statistic_of(statistic: &str, measure: Measure) -> Shows {
    let percentile = statistic
        .strip_prefix(['p', 'P'])
        .and_then(|p| p.parse::<f64>().ok());
    match (measure, statistic, percentile) {
        (Measure::Count, "Sum", _) => Shows::Problem,
        (Measure::Count, "Average" | "Minimum" | "Maximum" | "SampleCount" | "not set", _)
        | (Measure::Count, _, Some(_)) => Shows::Less("Sum"),
        (Measure::Percent | Measure::Seconds, "Average" | "Maximum", _) => Shows::Problem,
        (Measure::Percent | Measure::Seconds, _, Some(p)) if p >= 50.0 => Shows::Problem,
        (Measure::Percent | Measure::Seconds, "Minimum" | "Sum" | "SampleCount" | "not set", _)
        | (Measure::Percent | Measure::Seconds, _, Some(_)) => {
            Shows::Less("Average, Maximum or a percentile from p50 up")
        }
        _ => Shows::Unclear,
    }
}

#[cfg(test)]
mod tests;
