//! The conditions of workflows, and what rules have in common with them.
//!
//! What the conditions compare with is not in Sentry's description; it is read as the handlers in
//! its source write it (src/sentry/workflow_engine/handlers/condition). One that can't be read so
//! is unrecognized, never left out.

use serde_json::Value;

use crate::resources::{Condition, Match};

/// The other conditions of Sentry. Each of them narrows an alert.
const NARROWER: [&str; 15] = [
    "assigned_to",
    "event_attribute",
    "event_created_by_detector",
    "event_frequency_percent",
    "event_seen_count",
    "event_unique_user_frequency_count",
    "event_unique_user_frequency_percent",
    "existing_high_priority_issue",
    "issue_priority_deescalating",
    "issue_priority_equals",
    "issue_resolved_trigger",
    "latest_adopted_release",
    "new_high_priority_issue",
    "percent_sessions_count",
    "tagged_event",
];

/// A condition of a workflow by its type and what it compares with.
pub(super) fn typed(kind: &str, comparison: &Value) -> Option<Condition> {
    let number = |name: &str| comparison.get(name)?.as_f64();
    let whole = |name: &str| comparison.get(name)?.as_u64();
    let holds = |condition| (comparison == &Value::Bool(true)).then_some(condition);
    match kind {
        "every_event" => holds(Condition::EveryEvent),
        "first_seen_event" => holds(Condition::FirstSeen),
        "regression_event" => holds(Condition::Regression),
        "reappeared_event" => holds(Condition::Reappeared),
        "latest_release" => holds(Condition::LatestRelease),
        "event_frequency_count" => {
            // its filters narrow it
            let filters = comparison.get("filters").and_then(Value::as_array);
            if filters.is_some_and(|filters| !filters.is_empty()) {
                return Some(narrower(kind));
            }
            Some(Condition::EventCount {
                over: number("value")?,
                seconds: interval(comparison.get("interval")?.as_str()?)?,
            })
        }
        "issue_occurrences" => Some(Condition::Occurrences {
            at_least: number("value")?,
        }),
        "issue_category" => {
            if comparison.get("include") == Some(&Value::Bool(false)) {
                return Some(narrower(kind));
            }
            Some(Condition::Category {
                category: whole("value")?,
            })
        }
        "level" => Some(Condition::Level {
            matching: matching(comparison.get("match")?.as_str()?)?,
            level: whole("level")?,
        }),
        "age_comparison" => {
            // the API writes it in either case
            let which = comparison.get("comparisonType");
            let which = which.or_else(|| comparison.get("comparison_type"))?;
            age(
                which.as_str()?,
                whole("value")?,
                comparison.get("time")?.as_str()?,
            )
        }
        "issue_priority_greater_or_equal" => Some(Condition::PriorityAtLeast {
            priority: comparison.as_f64()?,
        }),
        _ if NARROWER.contains(&kind) => Some(narrower(kind)),
        _ => None,
    }
}

fn narrower(name: &str) -> Condition {
    Condition::Narrower {
        name: name.to_owned(),
    }
}

/// Sentry's names of windows, in seconds.
pub(super) fn interval(name: &str) -> Option<u64> {
    Some(match name {
        "1m" => 60,
        "5m" => 300,
        "15m" => 900,
        "1h" => 3_600,
        "1d" => 86_400,
        "1w" => 604_800,
        "30d" => 2_592_000,
        _ => return None,
    })
}

pub(super) fn matching(name: &str) -> Option<Match> {
    Some(match name {
        "eq" => Match::Eq,
        "gte" => Match::Gte,
        "lte" => Match::Lte,
        _ => return None,
    })
}

pub(super) fn age(which: &str, value: u64, unit: &str) -> Option<Condition> {
    let length = match unit {
        "minute" => 60,
        "hour" => 3_600,
        "day" => 86_400,
        "week" => 604_800,
        _ => return None,
    };
    match which {
        "newer" => Some(Condition::YoungerThan {
            seconds: value.checked_mul(length)?,
        }),
        "older" => Some(narrower("age_comparison older")),
        _ => None,
    }
}
