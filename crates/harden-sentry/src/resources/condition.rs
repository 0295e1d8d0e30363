//! The conditions of alerts, of both of Sentry's models in one form.

use serde::{Deserialize, Serialize};

/// Conditions, and how they are joined.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Group {
    /// How they are joined.
    pub logic: Logic,
    /// The conditions. A group without any always holds.
    pub conditions: Vec<Condition>,
}

/// How conditions are joined (logicType; actionMatch and filterMatch of rules).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
#[serde(rename_all = "kebab-case")]
pub enum Logic {
    /// One of them must hold (`any`, `any-short`).
    Any,
    /// All must hold.
    All,
    /// None may hold.
    None,
}

/// How a value is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
#[serde(rename_all = "kebab-case")]
pub enum Match {
    /// Equal.
    Eq,
    /// Equal or above.
    Gte,
    /// Equal or below.
    Lte,
}

/// A condition of a trigger or of a filter. What it is called in the two models stands behind it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
#[serde(rename_all = "kebab-case", tag = "type")]
pub enum Condition {
    /// Every event (every_event; EveryEventCondition).
    EveryEvent,
    /// The issue is new (first_seen_event; FirstSeenEventCondition).
    FirstSeen,
    /// The issue went from resolved to unresolved (regression_event; RegressionEventCondition).
    Regression,
    /// The issue went from archived to unresolved (reappeared_event; ReappearedEventCondition).
    Reappeared,
    /// The issue has more than so many events in so long (event_frequency_count;
    /// EventFrequencyCondition).
    EventCount {
        /// More than this many.
        over: f64,
        /// Within this many seconds.
        seconds: u64,
    },
    /// The issue has at least so many events in all (issue_occurrences; IssueOccurrencesFilter).
    Occurrences {
        /// At least this many.
        at_least: f64,
    },
    /// The event's level (level; LevelFilter): 10 sample, 20 info, 30 warning, 40 error, 50 fatal.
    Level {
        /// How it is compared.
        matching: Match,
        /// The level.
        level: u64,
    },
    /// The category (issue_category; IssueCategoryFilter): 1 is error.
    Category {
        /// The category.
        category: u64,
    },
    /// The event is of the latest release (latest_release; LatestReleaseFilter).
    LatestRelease,
    /// The issue is younger than this (age_comparison `newer`; AgeComparisonFilter).
    YoungerThan {
        /// Seconds.
        seconds: u64,
    },
    /// The priority is at least this (issue_priority_greater_or_equal): 25 low, 50 medium,
    /// 75 high.
    PriorityAtLeast {
        /// The priority.
        priority: f64,
    },
    /// Another condition of Sentry's, which narrows what the alert is about.
    Narrower {
        /// Sentry's name for it.
        name: String,
    },
    /// A condition that this program does not know, or one whose values it can't read.
    Unrecognized {
        /// Sentry's name for it.
        name: String,
    },
}

impl Condition {
    /// Sentry's name for it.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::EveryEvent => "every_event",
            Self::FirstSeen => "first_seen_event",
            Self::Regression => "regression_event",
            Self::Reappeared => "reappeared_event",
            Self::EventCount { .. } => "event_frequency_count",
            Self::Occurrences { .. } => "issue_occurrences",
            Self::Level { .. } => "level",
            Self::Category { .. } => "issue_category",
            Self::LatestRelease => "latest_release",
            Self::YoungerThan { .. } => "age_comparison",
            Self::PriorityAtLeast { .. } => "issue_priority_greater_or_equal",
            Self::Narrower { name } | Self::Unrecognized { name } => name,
        }
    }
}
