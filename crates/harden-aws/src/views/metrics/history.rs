//! The history of metrics, in words: what several judges say of it.

use harden_core::Unknown;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use crate::resources::MetricHistory;

/// Where metrics are read.
pub(crate) const METRICS: &str = "cloudwatch:GetMetricData";

/// The days of data without which nothing is judged.
pub(crate) const LEAST_DAYS: i64 = 7;

const DAY: i64 = 86_400;

/// Whether a window of metrics that were read is as long as the policy wants it.
///
/// # Errors
/// Where it is shorter: a snapshot that was recorded under another policy.
pub(crate) fn covers(from: Timestamp, until: Timestamp, days: u32) -> Result<(), Unknown> {
    let read = until.as_second() - from.as_second();
    if read >= i64::from(days) * DAY {
        return Ok(());
    }
    Err(Unknown::undetermined(format!(
        "its metrics were read over {} days, not over {days}",
        read / DAY
    ))
    .during(METRICS))
}

/// Whether there are enough data to judge by.
///
/// # Errors
/// Where there are not, with the day on which there are.
pub(crate) fn enough(since: Timestamp, until: Timestamp, days: i64) -> Result<(), Unknown> {
    if until.as_second() - since.as_second() >= days * DAY {
        return Ok(());
    }
    // the first day that begins with enough
    let then = since.as_second() + days * DAY;
    let then = then + (DAY - then.rem_euclid(DAY)).rem_euclid(DAY);
    let day = Timestamp::from_second(then).map(|at| Offset::UTC.to_datetime(at).date());
    let when = day.map_or_else(|_| "later".to_owned(), |day| format!("from {day} on"));
    Err(Unknown::undetermined(format!(
        "it has data since {since}, which is under {days} days: it can be judged {when}"
    ))
    .during(METRICS))
}

/// No datapoint at all.
pub(crate) fn no_data(until: Timestamp) -> Unknown {
    let then = until.checked_add(SignedDuration::from_hours(24 * LEAST_DAYS));
    let day = then.map(|at| Offset::UTC.to_datetime(at).date());
    let when = day.map_or_else(|_| "later".to_owned(), |day| format!("on {day}"));
    Unknown::undetermined(format!(
        "the metric has no data: it can be judged {when} at the earliest, after {LEAST_DAYS} days of them"
    ))
    .during(METRICS)
}

/// Average, percentiles and maximum, in words.
pub(crate) fn numbers(history: &MetricHistory, unit: &str) -> String {
    let MetricHistory {
        average,
        p50,
        p95,
        p99,
        maximum,
        ..
    } = history;
    let [average, p50, p95, p99, maximum] =
        [average, p50, p95, p99, maximum].map(|v| format!("{}{unit}", shown(*v)));
    format!("average {average}, P50 {p50}, P95 {p95}, P99 {p99}, maximum {maximum}")
}

/// The busiest hours of the day, in words: `13:00 UTC (61 %), 14:00 UTC (60 %)`.
pub(crate) fn peak_hours(history: &MetricHistory, unit: &str) -> String {
    let hours = history.peak_hours();
    let hours = hours
        .iter()
        .map(|(hour, v)| format!("{hour:02}:00 UTC ({}{unit})", shown(*v)));
    hours.collect::<Vec<_>>().join(", ")
}

/// A number as a person would write it: three digits that count, and no zeros for their own sake.
pub(crate) fn shown(value: f64) -> String {
    let decimals = match value.abs() {
        v if v >= 100.0 || v == 0.0 => 0,
        v if v >= 10.0 => 1,
        v if v >= 1.0 => 2,
        _ => 3,
    };
    let text = format!("{value:.decimals$}");
    match text.split_once('.') {
        Some(_) => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        let all = [0.0, 0.12345, 1.0, 1.256, 34.16, 99.96, 100.4, 12_345.6].map(shown);
        assert_eq!(
            all,
            ["0", "0.123", "1", "1.26", "34.2", "100", "100", "12346"]
        );
    }

    #[test]
    fn the_day_on_which_it_can_be_judged() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let until = at("2026-01-15T12:00:00Z");
        assert!(enough(at("2026-01-08T12:00:00Z"), until, 7).is_ok());
        let unknown = enough(at("2026-01-10T09:00:00Z"), until, 7).unwrap_err();
        assert!(unknown.message.ends_with("from 2026-01-18 on"), "{unknown}");
        let unknown = enough(at("2026-01-10T00:00:00Z"), until, 7).unwrap_err();
        assert!(unknown.message.ends_with("from 2026-01-17 on"), "{unknown}");
        assert!(covers(at("2026-01-01T12:00:00Z"), until, 14).is_ok());
        assert!(covers(at("2026-01-01T13:00:00Z"), until, 14).is_err());
    }
}
