//! What alerts watch.

use harden_core::Known;
use serde::{Deserialize, Serialize};

/// What an alert watches in a project: a monitor (detector), or the same of a rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Monitor {
    /// Its number; the rule's own for a rule.
    pub id: String,
    /// The slug of the project; none for one that watches all projects of the organization.
    #[serde(deserialize_with = "Option::deserialize")]
    pub project: Option<String>,
    /// Whether it is switched on.
    #[serde(default)]
    pub enabled: Known<bool>,
    /// What it looks at.
    #[serde(default)]
    pub watches: Known<Watches>,
}

/// What a monitor looks at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
#[serde(rename_all = "kebab-case", tag = "type")]
pub enum Watches {
    /// The errors of the project, issue by issue (Sentry's built-in monitor `error`; every issue
    /// rule).
    Errors,
    /// All issues of the project, those of its other monitors as well (Sentry's built-in monitor
    /// `issue_stream`, of a project or of all projects).
    IssueStream,
    /// A number over a window (`metric_issue`; a metric rule).
    Metric(Box<Measure>),
    /// Something else: uptime, crons, …
    Other {
        /// Sentry's name for it.
        name: String,
    },
}

/// The number that a metric monitor looks at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Measure {
    /// `p95(span.duration)`, `count()`.
    #[serde(default)]
    pub aggregate: Known<String>,
    /// `events`, `events_analytics_platform`, `transactions`, `generic_metrics`.
    #[serde(default)]
    pub dataset: Known<String>,
    /// What narrows it: `is_transaction:true`.
    #[serde(default)]
    pub query: Known<String>,
    /// The window, in seconds (timeWindow; rules have it in minutes).
    #[serde(default)]
    pub window_seconds: Known<u64>,
    /// The environment; none for all.
    #[serde(default)]
    pub environment: Known<Option<String>>,
    /// How the number is judged: `static`, `percent`, `dynamic` (config.detectionType).
    #[serde(default)]
    pub detection: Known<String>,
    /// From which values on it is trouble.
    #[serde(default)]
    pub thresholds: Known<Vec<Threshold>>,
}

/// A value from which on it is trouble.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Threshold {
    /// Whether trouble lies above the value (`gt`, `gte`), and not below it.
    pub above: bool,
    /// The value, in the unit of the aggregate: milliseconds for durations.
    pub value: f64,
    /// The priority of the issue that it opens: 75 high, 50 medium (conditionResult).
    pub priority: f64,
}
