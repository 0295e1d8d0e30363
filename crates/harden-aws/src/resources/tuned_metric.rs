//! The metrics whose alarm thresholds are compared with their history.

use super::{Metric, MetricAlarm};

/// A metric whose alarms are compared with its history: one that the guide requires alarms on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TunedMetric {
    /// CPUUtilization of an ECS service.
    EcsCpu,
    /// MemoryUtilization of an ECS service.
    EcsMemory,
    /// HTTPCode_Target_5XX_Count or HTTPCode_ELB_5XX_Count of a load balancer or a target group.
    Alb5xx,
    /// TargetResponseTime of a load balancer or a target group.
    AlbLatency,
}

impl TunedMetric {
    /// The entry for a metric.
    #[must_use]
    pub fn of(metric: &Metric) -> Option<Self> {
        let has = |name| metric.dimensions.get(name).is_some();
        match (&*metric.namespace, &*metric.name) {
            ("AWS/ECS", name) if has("ClusterName") && has("ServiceName") => match name {
                "CPUUtilization" => Some(Self::EcsCpu),
                "MemoryUtilization" => Some(Self::EcsMemory),
                _ => None,
            },
            ("AWS/ApplicationELB", name) if has("LoadBalancer") => match name {
                "HTTPCode_Target_5XX_Count" | "HTTPCode_ELB_5XX_Count" => Some(Self::Alb5xx),
                "TargetResponseTime" => Some(Self::AlbLatency),
                _ => None,
            },
            _ => None,
        }
    }

    /// The first such metric of an alarm, alone or in an expression. An alarm on a Metrics Insights query
    /// has none, since such queries are not parsed.
    #[must_use]
    pub fn of_alarm(alarm: &MetricAlarm) -> Option<(Self, &Metric)> {
        let in_queries = alarm
            .queries
            .iter()
            .filter_map(|query| query.metric.as_ref());
        let mut metrics = alarm.metric.iter().chain(in_queries);
        metrics.find_map(|metric| Some((Self::of(metric)?, metric)))
    }

    /// Whether all metrics of an alarm are counts that are reported only when they are not zero.
    #[must_use]
    pub fn is_sparse(alarm: &MetricAlarm) -> bool {
        let in_queries = alarm
            .queries
            .iter()
            .filter_map(|query| query.metric.as_ref());
        let mut metrics = alarm.metric.iter().chain(in_queries).peekable();
        metrics.peek().is_some() && metrics.all(|metric| Self::of(metric) == Some(Self::Alb5xx))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alarm(text: &str) -> MetricAlarm {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn metrics_of_a_service_or_a_balancer() {
        let of = |namespace: &str, name: &str, dimensions: &[(&str, &str)]| {
            TunedMetric::of(&Metric {
                namespace: namespace.to_owned(),
                name: name.to_owned(),
                dimensions: dimensions.iter().copied().collect(),
            })
        };
        let service = [("ClusterName", "c"), ("ServiceName", "s")];
        assert_eq!(
            of("AWS/ECS", "CPUUtilization", &service),
            Some(TunedMetric::EcsCpu)
        );
        assert_eq!(of("AWS/ECS", "CPUUtilization", &service[..1]), None);
        assert_eq!(of("AWS/RDS", "CPUUtilization", &service), None);
        let balancer = [("LoadBalancer", "app/a/1")];
        assert_eq!(
            of("AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", &balancer),
            Some(TunedMetric::Alb5xx)
        );
        assert_eq!(of("AWS/ApplicationELB", "RequestCount", &balancer), None);
    }

    #[test]
    fn expressions_over_them() {
        let rate = alarm(
            r#"{"queries": [{"id": "e", "expression": "m/r"},
               {"id": "r", "metric": {"namespace": "AWS/ApplicationELB", "name": "RequestCount",
                "dimensions": {"LoadBalancer": "app/a/1"}}},
               {"id": "m", "metric": {"namespace": "AWS/ApplicationELB",
                "name": "HTTPCode_ELB_5XX_Count", "dimensions": {"LoadBalancer": "app/a/1"}}}]}"#,
        );
        let found = TunedMetric::of_alarm(&rate).map(|(tuned, _)| tuned);
        assert_eq!(found, Some(TunedMetric::Alb5xx));
        assert!(!TunedMetric::is_sparse(&rate));
        assert!(!TunedMetric::is_sparse(&alarm("{}")));
        assert_eq!(TunedMetric::of_alarm(&alarm("{}")), None);
    }
}
