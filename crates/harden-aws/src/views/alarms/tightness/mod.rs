//! Whether an alarm is at least as tight as the policy asks.

use crate::resources::MetricAlarm;
use crate::views::alarms::metrics::{AlarmMetrics, Form};

/// The seconds that the policy's counts are over.
pub(crate) const COUNT_SECONDS: f64 = 300.0;

/// What a metric measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Measure {
    /// A share, in percent.
    Percent,
    /// A time, in seconds.
    Seconds,
    /// A number of events, to be summed.
    Count,
}

impl Measure {
    /// CloudWatch's unit of it.
    pub(crate) fn unit(self) -> &'static str {
        match self {
            Self::Percent => "Percent",
            Self::Seconds => "Seconds",
            Self::Count => "Count",
        }
    }
}

/// What is asked of an alarm.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    pub(crate) measure: Measure,
    /// The highest threshold; of a count in [`COUNT_SECONDS`].
    pub(crate) max: f64,
    /// The longest time from the start of a breach to the alarm, in seconds.
    pub(crate) max_delay: f64,
}

impl Wanted {
    /// The threshold in words: `at most 85 %`.
    pub(crate) fn threshold(&self) -> String {
        let max = self.max;
        match self.measure {
            Measure::Percent => format!("at most {max} %"),
            Measure::Seconds => format!("at most {max} s"),
            Measure::Count => format!("at most {max} in {COUNT_SECONDS} s"),
        }
    }

    /// The highest threshold for a period.
    pub(crate) fn max_for(&self, period: i64) -> f64 {
        match self.measure {
            Measure::Percent | Measure::Seconds => self.max,
            Measure::Count => self.max * seconds(period) / COUNT_SECONDS,
        }
    }
}

/// In which way an alarm is looser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// It looks out for something else: low values.
    Comparison,
    Statistic,
    Unit,
    Threshold,
    Delay,
}

/// A setting that makes an alarm looser than asked.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    pub(crate) way: Way,
    pub(crate) setting: &'static str,
    pub(crate) found: String,
    pub(crate) wanted: String,
}

/// How tight an alarm is.
#[derive(Debug, Clone)]
pub(crate) enum Tightness {
    Tight,
    /// Coverage whose tightness is not judged, and why.
    NotJudged(&'static str),
    Loose(Vec<Fault>),
}

/// Judges an alarm that is over the metric in question.
pub(crate) fn judge_tightness(
    alarm: &MetricAlarm,
    reading: &AlarmMetrics<'_>,
    wanted: &Wanted,
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
        Form::Sum if reading.series.len() > 1 && wanted.measure != Measure::Count => {
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
        match statistic_of(statistic, wanted.measure) {
            Shows::Trouble => {}
            Shows::Unclear => not_judged = Some("the statistic is none that can be compared"),
            Shows::Less(instead) => faults.push(Fault {
                way: Way::Statistic,
                setting: "Statistic",
                found: statistic.to_owned(),
                wanted: instead.to_owned(),
            }),
        }
        if let Some(unit) = series.unit.filter(|u| *u != wanted.measure.unit()) {
            faults.push(Fault {
                way: Way::Unit,
                setting: "Unit",
                found: format!("{unit}, which the metric does not have"),
                wanted: wanted.measure.unit().to_owned(),
            });
        }
    }
    faults.dedup_by(|b, a| a.way == b.way && a.found == b.found);
    faults.extend(threshold_fault(alarm, reading, wanted));
    faults.extend(delay_fault(alarm, reading, wanted));
    match not_judged {
        _ if !faults.is_empty() => Tightness::Loose(faults),
        Some(why) => Tightness::NotJudged(why),
        None => Tightness::Tight,
    }
}

/// How many datapoints must breach: all that are looked at, where it is not set.
pub(crate) fn datapoints(alarm: &MetricAlarm) -> Option<i64> {
    alarm.datapoints_to_alarm.or(alarm.evaluation_periods)
}

/// As a number to calculate with.
#[allow(
    clippy::cast_precision_loss,
    reason = "periods and counts of datapoints are far below 2^52"
)]
pub(crate) fn seconds(count: i64) -> f64 {
    count as f64
}

fn comparison_fault(found: &str, wanted: &str) -> Fault {
    Fault {
        way: Way::Comparison,
        setting: "ComparisonOperator",
        found: found.to_owned(),
        wanted: wanted.to_owned(),
    }
}

fn threshold_fault(
    alarm: &MetricAlarm,
    reading: &AlarmMetrics<'_>,
    wanted: &Wanted,
) -> Option<Fault> {
    let fault = |found: String| Fault {
        way: Way::Threshold,
        setting: "Threshold",
        found,
        wanted: wanted.threshold(),
    };
    let Some(threshold) = alarm.threshold else {
        return Some(fault("not set".to_owned()));
    };
    if wanted.measure != Measure::Count {
        return (threshold > wanted.max).then(|| fault(threshold.to_string()));
    }
    // what is not set can't be scaled: the fault of the period is found below
    let period = reading.period().filter(|p| *p > 0)?;
    (threshold > wanted.max_for(period)).then(|| fault(format!("{threshold} in {period} s")))
}

fn delay_fault(alarm: &MetricAlarm, reading: &AlarmMetrics<'_>, wanted: &Wanted) -> Option<Fault> {
    let fault = |found: String| Fault {
        way: Way::Delay,
        setting: "DatapointsToAlarm × Period",
        found,
        wanted: format!("at most {} s", wanted.max_delay),
    };
    let known = datapoints(alarm).zip(reading.period().filter(|p| *p > 0));
    let Some((datapoints, period)) = known else {
        return Some(fault("not set".to_owned()));
    };
    let delay = seconds(datapoints) * seconds(period);
    (delay > wanted.max_delay).then(|| fault(format!("{datapoints} × {period} s = {delay} s")))
}

enum Shows {
    Trouble,
    /// An extended statistic that has no place among the others.
    Unclear,
    /// It hides the trouble; what to use instead.
    Less(&'static str),
}

fn statistic_of(statistic: &str, measure: Measure) -> Shows {
    let percentile = statistic
        .strip_prefix(['p', 'P'])
        .and_then(|p| p.parse::<f64>().ok());
    match (measure, statistic, percentile) {
        (Measure::Count, "Sum", _) => Shows::Trouble,
        (Measure::Count, "Average" | "Minimum" | "Maximum" | "SampleCount" | "not set", _)
        | (Measure::Count, _, Some(_)) => Shows::Less("Sum"),
        (Measure::Percent | Measure::Seconds, "Average" | "Maximum", _) => Shows::Trouble,
        (Measure::Percent | Measure::Seconds, _, Some(p)) if p >= 50.0 => Shows::Trouble,
        (Measure::Percent | Measure::Seconds, "Minimum" | "Sum" | "SampleCount" | "not set", _)
        | (Measure::Percent | Measure::Seconds, _, Some(_)) => {
            Shows::Less("Average, Maximum or a percentile from p50 up")
        }
        _ => Shows::Unclear,
    }
}

#[cfg(test)]
mod tests;
