//! What the history of metrics must be like.

use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::positive;

/// What the history of metrics must be like (guide §3).
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct MetricPolicy {
    /// The days over which alarms and the use of memory are judged: from 7 to 15, since CloudWatch
    /// keeps datapoints of a minute for 15.
    #[serde(deserialize_with = "history_days")]
    pub days: u32,
    /// In how much of that time an alarm may have been in ALARM, in percent: from 0.1 to 5.
    #[serde(deserialize_with = "share")]
    pub alarm_percent: f64,
    /// How fast the memory of an ECS service may rise, in percent of what it reserves a day.
    #[serde(deserialize_with = "positive")]
    pub memory_creep_percent: f64,
    /// The days over which the answers of load balancers are judged: from 1 to 15.
    #[serde(deserialize_with = "traffic_days")]
    pub traffic_days: u32,
    /// How much of the requests may be answered with 5xx, in percent.
    #[serde(deserialize_with = "rate")]
    pub error_percent: f64,
    /// How many requests it takes to judge them.
    pub error_min_requests: u32,
    /// The longest time in which a load balancer's targets answer 95 % of the requests, in seconds.
    #[serde(deserialize_with = "positive")]
    pub latency_p95_seconds: f64,
    /// The longest time in which they answer 99 % of the requests, in seconds.
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
        "is from 7 to 15 days: CloudWatch keeps datapoints of a minute for 15",
    ))
}

fn traffic_days<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let days = u32::deserialize(deserializer)?;
    if (1..=15).contains(&days) {
        return Ok(days);
    }
    Err(D::Error::custom("is from 1 to 15 days"))
}

fn share<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let value = f64::deserialize(deserializer)?;
    if (0.1..=5.0).contains(&value) {
        return Ok(value);
    }
    Err(D::Error::custom("is in percent, from 0.1 to 5"))
}

fn rate<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let value = f64::deserialize(deserializer)?;
    if value > 0.0 && value <= 100.0 {
        return Ok(value);
    }
    Err(D::Error::custom("is in percent, over 0 and at most 100"))
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
