//! The utilization of ECS services.

use harden_core::{Kind, Known, Place, Resource, ResourceId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{EcsService, MetricHistory};

/// The utilization of an ECS service with a desired count above 0, as hourly averages: the metrics
/// CPUUtilization and MemoryUtilization of AWS/ECS, in percent. Source: cloudwatch:GetMetricData,
/// two metrics for each service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ServiceMetrics {
    /// The account.
    pub account: String,
    /// The region.
    pub region: String,
    /// The cluster's name.
    pub cluster: String,
    /// The service's name.
    pub service: String,
    /// The start of the window.
    pub from: Timestamp,
    /// The end of the window.
    pub until: Timestamp,
    /// The CPU utilization; null without a datapoint.
    #[serde(default)]
    pub cpu: Known<Option<MetricHistory>>,
    /// The memory utilization; null without a datapoint.
    #[serde(default)]
    pub memory: Known<Option<MetricHistory>>,
    /// The median of the hourly averages of the memory in each 24 hours from `from` on; null for a day
    /// without a datapoint.
    #[serde(default)]
    pub memory_by_day: Known<Vec<Option<f64>>>,
}

impl Resource for ServiceMetrics {
    const KIND: &'static Kind = &Kind::new("aws/ecs-service-metrics")
        .permissions(&["cloudwatch:GetMetricData"])
        .starts_from(&[EcsService::KIND]);

    fn id(&self) -> ResourceId {
        // the same name as the service
        let place = Place::new(&*self.account, &*self.region);
        let name = format!("{}/{}", self.cluster, self.service);
        ResourceId::new(Self::KIND.name, place, &name)
    }
}

/// The median of each 24 hours of datapoints from `from` on, over `days` days.
#[must_use]
pub fn medians_by_day(points: &[(Timestamp, f64)], from: Timestamp, days: u32) -> Vec<Option<f64>> {
    let mut by_day = vec![Vec::new(); days as usize];
    for (at, value) in points {
        let day = (at.as_second() - from.as_second()).div_euclid(86_400);
        if let Some(of_day) = usize::try_from(day).ok().and_then(|d| by_day.get_mut(d)) {
            of_day.push(*value);
        }
    }
    let median = |values: &mut Vec<f64>| super::metric_history::median(values);
    let medians = by_day.iter_mut().map(median);
    medians
        .map(|m| m.map(super::metric_history::short))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_count_from_the_start_of_the_window() {
        let at = |hour: i64| Timestamp::from_second(hour * 3600).unwrap();
        let points = [
            (at(5), 1.0),
            (at(28), 3.0),
            (at(29), 9.0),
            (at(60), 7.0),
            (at(4), 8.0),
        ];
        let days = medians_by_day(&points, at(5), 3);
        // 28 is the last hour of the first day
        assert_eq!(days, [Some(1.0), Some(9.0), Some(7.0)]);
        assert_eq!(medians_by_day(&points, at(1000), 2), [None, None]);
    }
}
