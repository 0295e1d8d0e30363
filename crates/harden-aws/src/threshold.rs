//! Thresholds of alarms: which values breach them, whether the metric can reach them, and which
//! threshold to use instead.

use harden_core::Unknown;

use crate::resources::{MetricAlarm, TunedMetric, Worst};
use crate::views::{AlarmRequirement, Form, JudgedMetric, Measure, MetricOwner, alarm_metrics};

/// A threshold with its comparison operator.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Threshold {
    pub(crate) value: f64,
    /// Whether high values breach it; otherwise low values do.
    pub(crate) high: bool,
    /// Whether a value equal to the threshold breaches it.
    pub(crate) inclusive: bool,
}

impl Threshold {
    /// The threshold of an alarm, or `None` where it has none or compares with an anomaly band.
    pub(crate) fn of(alarm: &MetricAlarm) -> Option<Self> {
        let (high, inclusive) = match alarm.comparison.as_deref()? {
            "GreaterThanThreshold" => (true, false),
            "GreaterThanOrEqualToThreshold" => (true, true),
            "LessThanThreshold" => (false, false),
            "LessThanOrEqualToThreshold" => (false, true),
            _ => return None,
        };
        Some(Self {
            value: alarm.threshold?,
            high,
            inclusive,
        })
    }

    /// The same comparison with another number.
    pub(crate) fn at(self, value: f64) -> Self {
        Self { value, ..self }
    }

    pub(crate) fn is_breached_by(self, value: f64) -> bool {
        match (self.high, self.inclusive) {
            (true, false) => value > self.value,
            (true, true) => value >= self.value,
            (false, false) => value < self.value,
            (false, true) => value <= self.value,
        }
    }
}

/// What a metric measures.
pub(crate) fn measure(tuned: TunedMetric) -> Measure {
    match tuned {
        TunedMetric::EcsCpu | TunedMetric::EcsMemory => Measure::Percent,
        TunedMetric::Alb5xx => Measure::Count,
        TunedMetric::AlbLatency => Measure::Seconds,
    }
}

/// The highest threshold that the policy allows for an alarm. `None` where the alarm compares a
/// value in another unit, or is about low values.
pub(crate) fn highest(
    alarm: &MetricAlarm,
    threshold: Threshold,
    required: &AlarmRequirement,
) -> Option<f64> {
    let metrics = alarm_metrics(alarm);
    let same_unit = match required.measure {
        Measure::Count => metrics.series.iter().all(|s| s.statistic == Some("Sum")),
        Measure::Percent | Measure::Seconds => {
            let one = metrics.series.len() == 1;
            one && metrics.series.iter().all(|s| is_a_value(s.statistic))
        }
    };
    let comparable = threshold.high && metrics.form == Form::Sum && same_unit;
    comparable.then(|| metrics.period().map(|period| required.max_for(period)))?
}

/// Whether a statistic is a value that the metric can have, rather than a sum or a count of values.
fn is_a_value(statistic: Option<&str>) -> bool {
    statistic.is_some_and(|s| matches!(s, "Average" | "Maximum" | "Minimum") || s.starts_with('p'))
}

/// The longest time in seconds that a load balancer waits for its target: the maximum of
/// `idle_timeout.timeout_seconds` ("Load balancer attributes" in the user guide for ALBs).
const LONGEST_WAIT: f64 = 4000.0;

/// Why the metric cannot reach the threshold, or `None` where it can.
pub(crate) fn out_of_reach(
    alarm: &MetricAlarm,
    threshold: Threshold,
    judged: &JudgedMetric,
) -> Result<Option<&'static str>, Unknown> {
    let Threshold {
        value,
        high,
        inclusive,
    } = threshold;
    if !high {
        let never = if inclusive { value < 0.0 } else { value <= 0.0 };
        return Ok(never.then_some("the metric is never below 0"));
    }
    // the range of an expression is unknown
    let of_metric = alarm.metric.is_some();
    let statistic = alarm.statistic.as_deref();
    let statistic = statistic.or(alarm.extended_statistic.as_deref());
    if !of_metric || !is_a_value(statistic) {
        return Ok(None);
    }
    let beyond = |most: f64| {
        if inclusive {
            value > most
        } else {
            value >= most
        }
    };
    match &judged.owner {
        // CloudWatch reports one datapoint with value 1 for each error, so only Sum counts errors:
        // "The most useful statistic is Sum" for HTTPCode_Target_5XX_Count
        MetricOwner::Balancer(_) if judged.tuned == TunedMetric::Alb5xx => Ok(beyond(1.0)
            .then_some(
                "each datapoint of the metric is 1, so only the statistic Sum counts errors",
            )),
        MetricOwner::Balancer(_) => {
            let latency = judged.tuned == TunedMetric::AlbLatency;
            Ok((latency && beyond(LONGEST_WAIT)).then_some(
                "a load balancer waits at most 4000 s for its target; the threshold may be in milliseconds",
            ))
        }
        MetricOwner::Service(service) if beyond(100.0) => {
            let Some(service) = service.get()? else {
                return Ok(None);
            };
            let runs_on = service.runs_on.get()?;
            if runs_on.is_empty() {
                return Err(Unknown::undetermined(
                    "the launch type of the service is not set: tasks on EC2 can use more than 100 %, tasks \
                     on Fargate cannot",
                ));
            }
            let on_fargate = runs_on.iter().all(|on| on.starts_with("FARGATE"));
            Ok(on_fargate
                .then_some("tasks on Fargate cannot use more than 100 % of their reservation"))
        }
        MetricOwner::Service(_) => Ok(None),
    }
}

/// What to do about a threshold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Advice {
    /// Use this threshold: the policy allows it, and the alarm would have stayed in OK.
    Use(f64),
    /// The alarm would have stayed in OK only with a threshold beyond this value, which the policy
    /// does not allow.
    OnlyLooser(f64),
    /// Missing data breaches every threshold, so no threshold helps.
    MissingData,
    /// The statistic is wrong: Sum is needed.
    Sum,
    /// No threshold can be recommended.
    Nothing,
}

/// The threshold to use instead, from the value that must not breach it.
pub(crate) fn advice(worst: Option<Worst>, threshold: Threshold, highest: Option<f64>) -> Advice {
    let value = match worst {
        Some(Worst::Always) => return Advice::MissingData,
        Some(Worst::Value(value)) => value,
        // no value to tolerate: the policy's threshold
        Some(Worst::Quiet) | None => return highest.map_or(Advice::Nothing, Advice::Use),
    };
    if !threshold.high {
        let below = rounded_down(value, threshold.inclusive);
        return below.map_or(Advice::Nothing, Advice::Use);
    }
    let above = rounded_up(value, threshold.inclusive);
    match highest {
        Some(highest) if threshold.at(highest).is_breached_by(value) => Advice::OnlyLooser(value),
        Some(highest) => Advice::Use(above.min(highest)),
        None => Advice::Use(above),
    }
}

/// The smallest round number that is not below a value, or that is above it with `beyond`.
fn rounded_up(value: f64, beyond: bool) -> f64 {
    let far_enough = |n: &f64| if beyond { *n > value } else { *n >= value };
    round_numbers(value).find(far_enough).unwrap_or(value)
}

/// The largest round number that is not above a value. `None` for zero, since no metric is negative.
fn rounded_down(value: f64, beyond: bool) -> Option<f64> {
    let far_enough = |n: &f64| if beyond { *n < value } else { *n <= value };
    let all: Vec<f64> = round_numbers(value).collect();
    all.into_iter()
        .rev()
        .find(far_enough)
        .filter(|_| value > 0.0)
}

/// Round numbers near a value: multiples of five from 10 to 100, otherwise 1, 1.5, 2, 2.5, 3, 4, 5, 6
/// and 8 times a power of ten.
fn round_numbers(value: f64) -> impl Iterator<Item = f64> {
    let fives = (10.0..=100.0).contains(&value);
    let power = if value > 0.0 {
        value.log10().floor()
    } else {
        0.0
    };
    let tens = [power - 1.0, power, power + 1.0].map(|p| 10_f64.powf(p));
    let steps = [1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0];
    let usual = tens
        .into_iter()
        .flat_map(move |ten| steps.map(|step| clean(step * ten)));
    let by_five = (1..=21).map(|n| f64::from(n) * 5.0);
    by_five
        .filter(move |_| fives)
        .chain(usual.filter(move |_| !fives))
}

/// Removes the rounding errors of binary fractions.
fn clean(value: f64) -> f64 {
    format!("{value:.6e}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HIGH: Threshold = Threshold {
        value: 50.0,
        high: true,
        inclusive: false,
    };

    #[test]
    fn thresholds_are_round_numbers() {
        let up = |value| rounded_up(value, false);
        let all = [
            0.0, 0.07, 0.42, 1.0, 1.2, 7.3, 62.1, 85.0, 96.0, 130.0, 2600.0,
        ]
        .map(up);
        assert_eq!(
            all,
            [
                0.1, 0.08, 0.5, 1.0, 1.5, 8.0, 65.0, 85.0, 100.0, 150.0, 3000.0
            ]
        );
        assert_eq!(
            [1.0, 85.0, 100.0, 9.0].map(|v| rounded_up(v, true)),
            [1.5, 90.0, 105.0, 10.0]
        );
        let down = |value| rounded_down(value, false);
        assert_eq!(
            [0.0, 0.42, 9.4, 62.1].map(down),
            [None, Some(0.4), Some(8.0), Some(60.0)]
        );
        assert_eq!(rounded_down(60.0, true), Some(55.0));
    }

    #[test]
    fn the_advice_is_quiet_and_never_looser_than_the_policy() {
        let of = |value, highest| advice(Some(Worst::Value(value)), HIGH, highest);
        assert_eq!(of(62.1, Some(85.0)), Advice::Use(65.0));
        assert_eq!(of(83.9, Some(84.0)), Advice::Use(84.0));
        assert_eq!(of(86.2, Some(85.0)), Advice::OnlyLooser(86.2));
        assert_eq!(of(86.2, None), Advice::Use(90.0));
        let inclusive = Threshold {
            inclusive: true,
            ..HIGH
        };
        assert_eq!(
            advice(Some(Worst::Value(85.0)), inclusive, Some(85.0)),
            Advice::OnlyLooser(85.0)
        );
        assert_eq!(
            advice(Some(Worst::Always), HIGH, Some(85.0)),
            Advice::MissingData
        );
        assert_eq!(
            advice(Some(Worst::Quiet), HIGH, Some(85.0)),
            Advice::Use(85.0)
        );
        assert_eq!(advice(None, HIGH, None), Advice::Nothing);
        let low = Threshold {
            high: false,
            ..HIGH
        };
        assert_eq!(
            advice(Some(Worst::Value(8.7)), low, Some(85.0)),
            Advice::Use(8.0)
        );
        assert_eq!(advice(Some(Worst::Value(0.0)), low, None), Advice::Nothing);
    }
}
