//! The history of metrics as text, and whether there is enough of it to judge.

use harden_core::Unknown;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use crate::resources::MetricHistory;

/// The operation that returns datapoints.
pub(crate) const METRICS: &str = "cloudwatch:GetMetricData";

/// The number of days of data that a judgement needs.
pub(crate) const MIN_DAYS: i64 = 7;

const DAY: i64 = 86_400;

/// Checks that the recorded window of metrics is as long as the policy requires.
///
/// # Errors
/// The window is shorter: the snapshot was recorded under another policy.
pub(crate) fn require_window(from: Timestamp, until: Timestamp, days: u32) -> Result<(), Unknown> {
    let read = until.as_second() - from.as_second();
    if read >= i64::from(days) * DAY {
        return Ok(());
    }
    Err(Unknown::undetermined(format!(
        "its metrics were read for {} days; the policy requires {days}",
        read / DAY
    ))
    .during(METRICS))
}

/// Checks that there is enough data for a judgement.
///
/// # Errors
/// There is not enough data yet. The message contains the first day with enough.
pub(crate) fn require_days(since: Timestamp, until: Timestamp, days: i64) -> Result<(), Unknown> {
    if until.as_second() - since.as_second() >= days * DAY {
        return Ok(());
    }
    // the first day (in UTC) that begins with enough data
    let then = since.as_second() + days * DAY;
    let then = then + (DAY - then.rem_euclid(DAY)).rem_euclid(DAY);
    let day = Timestamp::from_second(then).map(|at| Offset::UTC.to_datetime(at).date());
    let when = day.map_or_else(|_| "later".to_owned(), |day| format!("from {day} on"));
    Err(Unknown::undetermined(format!(
        "its first data is of {since}, less than {days} days ago: it can be judged {when}"
    ))
    .during(METRICS))
}

/// Checks that a resource exists for long enough to have data. It can have none: without requests a
/// load balancer reports no metrics.
///
/// # Errors
/// It is younger. The message contains the first day on which it is old enough.
pub(crate) fn require_age(created: Timestamp, until: Timestamp, days: i64) -> Result<(), Unknown> {
    require_days(created, until, days).map_err(|unknown| {
        let message = unknown
            .message
            .replacen("its first data is of", "it was created on", 1);
        Unknown::undetermined(message).during(METRICS)
    })
}

/// The metric has no datapoint.
pub(crate) fn no_data(until: Timestamp) -> Unknown {
    let then = until.checked_add(SignedDuration::from_hours(24 * MIN_DAYS));
    let day = then.map(|at| Offset::UTC.to_datetime(at).date());
    let when = day.map_or_else(|_| "later".to_owned(), |day| format!("on {day}"));
    Unknown::undetermined(format!(
        "the metric has no data: it can be judged {when} at the earliest, after {MIN_DAYS} days of data"
    ))
    .during(METRICS)
}

/// Average, percentiles and maximum as text.
pub(crate) fn statistics(history: &MetricHistory, unit: &str) -> String {
    let MetricHistory {
        average,
        p50,
        p95,
        p99,
        maximum,
        ..
    } = history;
    let [average, p50, p95, p99, maximum] =
        [average, p50, p95, p99, maximum].map(|v| format!("{}{unit}", format_number(*v)));
    format!("average {average}, P50 {p50}, P95 {p95}, P99 {p99}, maximum {maximum}")
}

/// The busiest hours of the day as text: `13:00 UTC (61 %), 14:00 UTC (60 %)`.
pub(crate) fn peak_hours(history: &MetricHistory, unit: &str) -> String {
    let hours = history.peak_hours();
    let hours = hours
        .iter()
        .map(|(hour, v)| format!("{hour:02}:00 UTC ({}{unit})", format_number(*v)));
    hours.collect::<Vec<_>>().join(", ")
}

/// A number with up to three significant digits and without trailing zeros.
pub(crate) fn format_number(value: f64) -> String {
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
    fn a_number_has_three_significant_digits() {
        let all = [0.0, 0.12345, 1.0, 1.256, 34.16, 99.96, 100.4, 12_345.6].map(format_number);
        assert_eq!(
            all,
            ["0", "0.123", "1", "1.26", "34.2", "100", "100", "12346"]
        );
    }

    #[test]
    fn the_message_contains_the_first_day_with_enough_data() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let until = at("2026-01-15T12:00:00Z");
        assert!(require_days(at("2026-01-08T12:00:00Z"), until, 7).is_ok());
        let unknown = require_days(at("2026-01-10T09:00:00Z"), until, 7).unwrap_err();
        assert!(unknown.message.ends_with("from 2026-01-18 on"), "{unknown}");
        let unknown = require_days(at("2026-01-10T00:00:00Z"), until, 7).unwrap_err();
        assert!(unknown.message.ends_with("from 2026-01-17 on"), "{unknown}");
        assert!(require_window(at("2026-01-01T12:00:00Z"), until, 14).is_ok());
        assert!(require_window(at("2026-01-01T13:00:00Z"), until, 14).is_err());
    }
}
