//! The `[aws.metrics]` table.

use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::positive;

/// Requirements for the history of metrics (guide §3).
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct MetricPolicy {
    /// The number of days over which alarms and the use of memory are judged: 7 to 15. CloudWatch keeps
    /// datapoints of one minute for 15 days.
    #[serde(deserialize_with = "history_days")]
    pub days: u32,
    /// The share of that time that an alarm may spend in ALARM, in percent: 0.1 to 5.
    #[serde(deserialize_with = "share")]
    pub alarm_percent: f64,
    /// The highest rise of the memory of an ECS service, in percent of its reservation per day.
    #[serde(deserialize_with = "positive")]
    pub memory_creep_percent: f64,
    /// The number of days over which the responses of load balancers are judged: 1 to 15.
    #[serde(deserialize_with = "traffic_days")]
    pub traffic_days: u32,
    /// The highest share of requests with a 5xx response, in percent.
    #[serde(deserialize_with = "rate")]
    pub error_percent: f64,
    /// The number of requests below which the error rate is not judged.
    pub error_min_requests: u32,
    /// The highest P95 of the response time of a load balancer's targets, in seconds.
    #[serde(deserialize_with = "positive")]
    pub latency_p95_seconds: f64,
    /// The highest P99 of that response time, in seconds.
    #[serde(deserialize_with = "positive")]
    pub latency_p99_seconds: f64,
}

impl Default for MetricPolicy {
    fn default() -> Self {
        Self {
            days: 14,
            alarm_percent: 1.0,
            memory_creep_percent: 1.0,
            traffic_days: 7,
            error_percent: 1.0,
            error_min_requests: 1000,
            latency_p95_seconds: 0.5,
            latency_p99_seconds: 2.0,
        }
    }
}

fn history_days<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let days = u32::deserialize(deserializer)?;
    if (7..=15).contains(&days) {
        return Ok(days);
    }
    Err(D::Error::custom(
        "must be from 7 to 15 days: CloudWatch keeps datapoints of one minute for 15 days",
    ))
}

fn traffic_days<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let days = u32::deserialize(deserializer)?;
    if (1..=15).contains(&days) {
        return Ok(days);
    }
    Err(D::Error::custom("must be from 1 to 15 days"))
}

fn share<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let value = f64::deserialize(deserializer)?;
    if (0.1..=5.0).contains(&value) {
        return Ok(value);
    }
    Err(D::Error::custom("must be a percentage from 0.1 to 5"))
}

fn rate<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let value = f64::deserialize(deserializer)?;
    if value > 0.0 && value <= 100.0 {
        return Ok(value);
    }
    Err(D::Error::custom(
        "must be a percentage above 0 and at most 100",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<MetricPolicy, String> {
        toml::from_str(text).map_err(|e| e.message().to_owned())
    }

    #[test]
    fn numbers_out_of_range_are_refused() {
        assert_eq!(read(""), Ok(MetricPolicy::default()));
        assert_eq!(read("days = 15").unwrap().days, 15);
        for text in [
            "days = 6",
            "days = 16",
            "days = 14.5",
            "alarm_percent = 0.05",
            "alarm_percent = 5.1",
            "alarm_percent = nan",
            "memory_creep_percent = 0.0",
            "traffic_days = 0",
            "traffic_days = 16",
            "error_percent = 0.0",
            "error_percent = 101.0",
            "error_percent = \"1\"",
            "error_min_requests = -1",
            "latency_p95_seconds = -0.5",
            "latency_p99_seconds = inf",
            "latency_p95_milliseconds = 500",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
