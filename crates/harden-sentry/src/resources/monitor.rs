//! What alerts monitor.

use harden_core::Known;
use serde::{Deserialize, Serialize};

/// What an alert monitors in a project: a monitor (detector), or the equivalent of an alert rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Monitor {
    /// Its id; for an alert rule the id of the rule.
    pub id: String,
    /// The slug of the project; `None` for a monitor of all projects of the organization.
    #[serde(deserialize_with = "Option::deserialize")]
    pub project: Option<String>,
    /// Whether it is enabled.
    #[serde(default)]
    pub enabled: Known<bool>,
    /// What it evaluates.
    #[serde(default)]
    pub watches: Known<Watches>,
}

/// What a monitor evaluates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
#[serde(rename_all = "kebab-case", tag = "type")]
pub enum Watches {
    /// The errors of the project, for each issue (Sentry's built-in monitor `error`; every issue
    /// rule).
    Errors,
    /// All issues of the project, including those of its other monitors (Sentry's built-in monitor
    /// `issue_stream`, of a project or of all projects).
    IssueStream,
    /// A metric over a window (`metric_issue`; a metric rule).
    Metric(Box<Measure>),
    /// Something else, such as uptime or cron check-ins.
    Other {
        /// Sentry's name of the type.
        name: String,
    },
}

/// The metric that a metric monitor evaluates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Measure {
    /// The function over the events: `p95(span.duration)`, `count()`.
    #[serde(default)]
    pub aggregate: Known<String>,
    /// The dataset: `events`, `events_analytics_platform`, `transactions`, `generic_metrics`.
    #[serde(default)]
    pub dataset: Known<String>,
    /// The filter on the events: `is_transaction:true`.
    #[serde(default)]
    pub query: Known<String>,
    /// The window, in seconds (timeWindow; rules have it in minutes).
    #[serde(default)]
    pub window_seconds: Known<u64>,
    /// The environment; `None` for all environments.
    #[serde(default)]
    pub environment: Known<Option<String>>,
    /// How the value is compared: `static`, `percent`, `dynamic` (config.detectionType).
    #[serde(default)]
    pub detection: Known<String>,
    /// The values that open an issue.
    #[serde(default)]
    pub thresholds: Known<Vec<Threshold>>,
}

/// A value that opens an issue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Threshold {
    /// Whether the issue opens above the value (`gt`, `gte`), not below it.
    pub above: bool,
    /// The value, in the unit of the aggregate: milliseconds for durations.
    pub value: f64,
    /// The priority of the issue that it opens: 75 high, 50 medium (conditionResult).
    pub priority: f64,
}
