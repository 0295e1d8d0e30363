//! Thresholds of alarms: what breaches them, what can, and which to have instead.

use harden_core::Unknown;

use crate::resources::{MetricAlarm, TunedMetric, Worst};
use crate::views::{Form, Measure, Thing, Wanted, Watched, alarm_metrics};

/// A threshold with the comparison that it is for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Threshold {
    pub(crate) value: f64,
    /// Whether high values breach; else low ones.
    pub(crate) high: bool,
    /// Whether the value itself breaches.
    pub(crate) inclusive: bool,
}

impl Threshold {
    /// The threshold of an alarm; none where it has none, or is compared in a way of its own.
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

/// The highest threshold that the policy allows an alarm; none where what it compares is in another
/// unit, or is no high value of the metric itself.
pub(crate) fn highest(alarm: &MetricAlarm, threshold: Threshold, wanted: &Wanted) -> Option<f64> {
    let reading = alarm_metrics(alarm);
    let same_unit = match wanted.measure {
        Measure::Count => reading.series.iter().all(|s| s.statistic == Some("Sum")),
        Measure::Percent | Measure::Seconds => {
            let one = reading.series.len() == 1;
            one && reading.series.iter().all(|s| is_a_value(s.statistic))
        }
    };
    let comparable = threshold.high && reading.form == Form::Sum && same_unit;
    comparable.then(|| reading.period().map(|period| wanted.max_for(period)))?
}

/// Whether a statistic is a value that the metric can have: not a sum or a count of them.
fn is_a_value(statistic: Option<&str>) -> bool {
    statistic.is_some_and(|s| matches!(s, "Average" | "Maximum" | "Minimum") || s.starts_with('p'))
}

/// The longest that a load balancer waits for its target, in seconds: the largest idle timeout.
const LONGEST_WAIT: f64 = 4000.0;

/// Why the metric can't reach the threshold; none where it can.
pub(crate) fn out_of_reach(
    alarm: &MetricAlarm,
    threshold: Threshold,
    watched: &Watched,
) -> Result<Option<&'static str>, Unknown> {
    let Threshold {
        value,
        high,
        inclusive,
    } = threshold;
    if !high {
        let never = if inclusive { value < 0.0 } else { value <= 0.0 };
        return Ok(never.then_some("the metric is never under 0"));
    }
    // of an expression the reach is not known
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
    match &watched.thing {
        // the datapoints of errors are 1 each, of which only the sum is a count
        Thing::Balancer(_) if watched.tuned == TunedMetric::Alb5xx => Ok(beyond(1.0).then_some(
            "each datapoint of the metric is 1, and only their sum counts errors: is Sum meant?",
        )),
        Thing::Balancer(_) => {
            let latency = watched.tuned == TunedMetric::AlbLatency;
            Ok((latency && beyond(LONGEST_WAIT)).then_some(
                "a load balancer waits at most 4000 s for its target: is it meant in milliseconds?",
            ))
        }
        Thing::Service(service) if beyond(100.0) => {
            let Some(service) = service.get()? else {
                return Ok(None);
            };
            let runs_on = service.runs_on.get()?;
            if runs_on.is_empty() {
                return Err(Unknown::undetermined(
                    "what the service's tasks run on is not said: on EC2 they may pass 100 %, on \
                     Fargate they can't",
                ));
            }
            let on_fargate = runs_on.iter().all(|on| on.starts_with("FARGATE"));
            Ok(
                on_fargate
                    .then_some("tasks on Fargate can't use more than 100 % of what they have"),
            )
        }
        Thing::Service(_) => Ok(None),
    }
}

/// What to do about a threshold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Advice {
    /// Have this one: it would have been quiet, and the policy allows it.
    Have(f64),
    /// Only a threshold beyond this value would have been quiet, and the policy allows none.
    OnlyLooser(f64),
    /// No threshold would have been quiet: missing data breach it.
    MissingData,
    /// None of this statistic: the sum is meant.
    Sum,
    /// There is none to name.
    Nothing,
}

/// The threshold to have instead, from the value that would have to be let pass.
pub(crate) fn advice(worst: Option<Worst>, threshold: Threshold, highest: Option<f64>) -> Advice {
    let value = match worst {
        Some(Worst::Always) => return Advice::MissingData,
        Some(Worst::Value(value)) => value,
        // nothing to let pass: the policy's own
        Some(Worst::Quiet) | None => return highest.map_or(Advice::Nothing, Advice::Have),
    };
    if !threshold.high {
        let below = rounded_down(value, threshold.inclusive);
        return below.map_or(Advice::Nothing, Advice::Have);
    }
    let above = rounded_up(value, threshold.inclusive);
    match highest {
        Some(highest) if threshold.at(highest).is_breached_by(value) => Advice::OnlyLooser(value),
        Some(highest) => Advice::Have(above.min(highest)),
        None => Advice::Have(above),
    }
}

/// The first of the numbers that a person would take which is not under a value; over it, where the
/// number itself would be breached.
fn rounded_up(value: f64, beyond: bool) -> f64 {
    let far_enough = |n: &f64| if beyond { *n > value } else { *n >= value };
    numbers(value).find(far_enough).unwrap_or(value)
}

/// The last that is not over a value and not zero, which no metric is under.
fn rounded_down(value: f64, beyond: bool) -> Option<f64> {
    let far_enough = |n: &f64| if beyond { *n < value } else { *n <= value };
    let all: Vec<f64> = numbers(value).collect();
    all.into_iter()
        .rev()
        .find(far_enough)
        .filter(|_| value > 0.0)
}

/// Numbers that a person would take, around a value: fives from 10 to 100, else 1, 1.5, 2, 2.5, 3,
/// 4, 5, 6 and 8 with any number of zeros.
fn numbers(value: f64) -> impl Iterator<Item = f64> {
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

/// Without what binary fractions leave behind.
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
    fn numbers_are_those_of_a_person() {
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
    fn never_looser_than_the_policy_and_quiet() {
        let of = |value, highest| advice(Some(Worst::Value(value)), HIGH, highest);
        assert_eq!(of(62.1, Some(85.0)), Advice::Have(65.0));
        assert_eq!(of(83.9, Some(84.0)), Advice::Have(84.0));
        assert_eq!(of(86.2, Some(85.0)), Advice::OnlyLooser(86.2));
        assert_eq!(of(86.2, None), Advice::Have(90.0));
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
            Advice::Have(85.0)
        );
        assert_eq!(advice(None, HIGH, None), Advice::Nothing);
        let low = Threshold {
            high: false,
            ..HIGH
        };
        assert_eq!(
            advice(Some(Worst::Value(8.7)), low, Some(85.0)),
            Advice::Have(8.0)
        );
        assert_eq!(advice(Some(Worst::Value(0.0)), low, None), Advice::Nothing);
    }
}
