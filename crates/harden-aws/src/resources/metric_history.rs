//! The statistics of a metric over a window of time.
//!
//! One alarm has up to 1,440 datapoints a day, and an estate has a thousand alarms, so only the
//! statistics that checks need are recorded. They are computed from the datapoints that CloudWatch
//! returned (in the alarm's statistic and period, or as hourly averages). CloudWatch has no percentiles
//! for metrics that are published as statistic sets, so its own percentiles are not used.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The hours of a day.
const HOURS: usize = 24;

/// The statistics of a metric over a window of time, in the unit of the metric.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MetricHistory {
    /// The time of the first datapoint.
    pub first: Timestamp,
    /// The number of datapoints.
    pub points: u32,
    /// The average.
    pub average: f64,
    /// The median.
    pub p50: f64,
    /// The 95th percentile.
    pub p95: f64,
    /// The 99th percentile.
    pub p99: f64,
    /// The lowest.
    pub minimum: f64,
    /// The highest.
    pub maximum: f64,
    /// The average of each hour of the day, from 00:00 UTC on; null for an hour without data.
    pub by_hour: Vec<Option<f64>>,
}

impl MetricHistory {
    /// Computes the statistics of datapoints in any order, or `None` without a datapoint.
    #[must_use]
    pub fn of(points: &[(Timestamp, f64)]) -> Option<Self> {
        let first = points.iter().map(|(at, _)| *at).min()?;
        let mut sorted: Vec<f64> = points.iter().map(|(_, value)| *value).collect();
        sorted.sort_by(f64::total_cmp);
        let mut hours = vec![Vec::new(); HOURS];
        for (at, value) in points {
            let hour = at.as_second().rem_euclid(86_400) / 3600;
            if let Some(of_hour) = usize::try_from(hour).ok().and_then(|h| hours.get_mut(h)) {
                of_hour.push(*value);
            }
        }
        Some(Self {
            first,
            points: u32::try_from(points.len()).unwrap_or(u32::MAX),
            average: short(average(&sorted)?),
            p50: short(percentile(&sorted, 50)?),
            p95: short(percentile(&sorted, 95)?),
            p99: short(percentile(&sorted, 99)?),
            minimum: short(*sorted.first()?),
            maximum: short(*sorted.last()?),
            by_hour: hours
                .iter()
                .map(|values| average(values).map(short))
                .collect(),
        })
    }

    /// The busiest hours of the day (UTC), at most three, the busiest first, with their average.
    #[must_use]
    pub fn peak_hours(&self) -> Vec<(usize, f64)> {
        let hours = self.by_hour.iter().enumerate();
        let mut hours: Vec<(usize, f64)> = hours.filter_map(|(h, v)| Some((h, (*v)?))).collect();
        hours.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        hours.truncate(3);
        hours
    }
}

/// Rounds to six significant digits, which keeps snapshots small.
pub(crate) fn short(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    format!("{value:.5e}").parse().unwrap_or(value)
}

fn average(values: &[f64]) -> Option<f64> {
    let count = u32::try_from(values.len()).ok().filter(|n| *n > 0)?;
    Some(values.iter().sum::<f64>() / f64::from(count))
}

/// A percentile of sorted values.
fn percentile(sorted: &[f64], percent: usize) -> Option<f64> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied()
}

/// The median; of an even number of values the lower of the two in the middle.
pub(crate) fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    percentile(values, 50)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(values: impl IntoIterator<Item = f64>) -> Vec<(Timestamp, f64)> {
        let at = |hour: i64| Timestamp::from_second(hour * 3600).unwrap();
        (0..)
            .zip(values)
            .map(|(hour, value)| (at(hour), value))
            .collect()
    }

    #[test]
    fn numbers_of_known_values() {
        let history = MetricHistory::of(&points((1..=100).map(f64::from))).unwrap();
        assert_eq!(history.points, 100);
        assert_eq!(
            [history.p50, history.p95, history.p99, history.maximum],
            [50.0, 95.0, 99.0, 100.0]
        );
        assert_eq!((history.average, history.minimum), (50.5, 1.0));
        // hour 0 has the datapoints 1, 25, 49, 73 and 97
        assert_eq!(history.by_hour[0], Some(49.0));
        assert_eq!(history.peak_hours()[0], (23, 60.0));
    }

    #[test]
    fn few_values_and_none() {
        assert_eq!(MetricHistory::of(&[]), None);
        let one = MetricHistory::of(&points([0.123_456_789])).unwrap();
        assert_eq!(
            (one.p50, one.p99, one.maximum),
            (0.123457, 0.123457, 0.123457)
        );
        assert_eq!(one.by_hour[1], None);
        assert_eq!(one.peak_hours(), [(0, 0.123457)]);
        assert_eq!(median(&mut [4.0, 1.0, 3.0, 2.0]), Some(2.0));
        assert_eq!(median(&mut []), None);
    }
}
