//! The conditions of alerts: those of Sentry's two alert models in one type.

use serde::{Deserialize, Serialize};

/// Conditions, and how they are combined.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Group {
    /// How they are combined.
    pub logic: Logic,
    /// The conditions. A group without conditions always holds.
    pub conditions: Vec<Condition>,
}

/// How conditions are combined (logicType; actionMatch and filterMatch of rules).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
#[serde(rename_all = "kebab-case")]
pub enum Logic {
    /// At least one must hold (`any`, `any-short`).
    Any,
    /// All must hold.
    All,
    /// No condition may hold.
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

/// A condition of a trigger or of a filter. Its names in the two models are in parentheses.
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
    /// The issue has more than a number of events in a window (event_frequency_count;
    /// EventFrequencyCondition).
    EventCount {
        /// The number of events.
        over: f64,
        /// The window, in seconds.
        seconds: u64,
    },
    /// The issue has at least a number of events in total (issue_occurrences;
    /// IssueOccurrencesFilter).
    Occurrences {
        /// The number of events.
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
    /// The event is from the latest release (latest_release; LatestReleaseFilter).
    LatestRelease,
    /// The issue is younger than an age (age_comparison `newer`; AgeComparisonFilter).
    YoungerThan {
        /// The age, in seconds.
        seconds: u64,
    },
    /// The priority is at least a value (issue_priority_greater_or_equal): 25 low, 50
    /// medium, 75 high.
    PriorityAtLeast {
        /// The priority.
        priority: f64,
    },
    /// Another condition of Sentry, which makes the alert narrower.
    Narrower {
        /// Sentry's name for it.
        name: String,
    },
    /// A condition that this program does not know, or whose values have a form that it does not
    /// know.
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
