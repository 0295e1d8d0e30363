//! Alerts on issues: which conditions the situation implies.

use std::sync::Arc;

use harden_core::Unknown;

use super::{Requirement, Route, Situation, alternatives, routes_over_filters, span};
use crate::resources::{Alert, Condition, Match};

/// The level `fatal` of an event, as the API numbers it.
const FATAL: u64 = 50;

/// The category `error` of an issue, as the API numbers it.
pub(super) const ERROR: u64 = 1;

/// The routes through an alert on issues; empty where the situation is about a metric.
pub(super) fn routes(mut start: Route, alert: &Alert, requirement: &Requirement<'_>) -> Vec<Route> {
    if matches!(requirement.situation, Situation::Latency { .. }) {
        return Vec::new();
    }
    let Some(triggers) = start.value_of(&alert.triggers) else {
        return vec![start];
    };
    let mut routes = Vec::new();
    for trigger in alternatives(triggers.logic, &triggers.conditions) {
        let over_filters = routes_over_filters(&start, alert, requirement, |route, conditions| {
            let all = || trigger.iter().chain(conditions);
            for condition in all() {
                check_condition(route, condition, requirement);
            }
            // "first seen" holds only at the first event, when the issue has one event, so
            // the two conditions never hold together. In the other situations "first seen" is a
            // difference already, and is not reported twice.
            let first = all().any(|c| matches!(c, Condition::FirstSeen));
            let is_regression = matches!(requirement.situation, Situation::Regression { .. });
            if is_regression && first && all().any(needs_more_than_one_event) {
                let found = "first_seen_event and more than one event, which never hold together";
                route.add_difference("conditions", found, "only one of the two");
            }
        });
        routes.extend(over_filters);
    }
    routes
}

fn needs_more_than_one_event(condition: &Condition) -> bool {
    match condition {
        Condition::EventCount { over, .. } => *over >= 1.0,
        Condition::Occurrences { at_least } => *at_least > 1.0,
        _ => false,
    }
}

/// Adds a difference where the situation does not imply the condition.
fn check_condition(route: &mut Route, condition: &Condition, requirement: &Requirement<'_>) {
    let situation = requirement.situation;
    match (condition, situation) {
        (Condition::EveryEvent, _) => {}
        (Condition::EventCount { over, .. }, _) if *over < 0.0 => {
            let message = format!("the alert has a condition of over {over} events");
            route.add_unknown(Arc::new(Unknown::undetermined(message)));
        }
        (Condition::EventCount { over, seconds }, _) => {
            let (n, w) = events(situation);
            if !implies_more_than(n, w, *over, *seconds) {
                let found = format!("over {over} in {}", span(*seconds));
                let expected = format!("over {n} or fewer in {}, or tighter", span(w));
                route.add_difference("event_frequency_count", found, expected);
            }
        }
        (Condition::Occurrences { at_least }, _) => {
            let most = events(situation).0 + 1.0;
            if *at_least > most {
                let found = format!("at least {at_least}");
                route.add_difference(
                    "issue_occurrences",
                    found,
                    format!("at least {most}, or fewer"),
                );
            }
        }
        (Condition::Category { category }, _) => {
            if *category != ERROR {
                route.add_difference(
                    "issue_category",
                    category.to_string(),
                    "1 (error), or no such condition",
                );
            }
        }
        (Condition::Level { matching, level }, Situation::Fatal) => {
            let admits = match matching {
                Match::Eq => *level == FATAL,
                Match::Gte => *level <= FATAL,
                Match::Lte => *level >= FATAL,
            };
            if !admits {
                let found = format!("{} {level}", comparison_name(*matching));
                route.add_difference("level", found, "a comparison that admits 50 (fatal)");
            }
        }
        (Condition::Level { matching, level }, _) => {
            add_narrowing(
                route,
                "level",
                format!("{} {level}", comparison_name(*matching)),
            );
        }
        (Condition::LatestRelease | Condition::FirstSeen, Situation::Regression { .. }) => {}
        (Condition::YoungerThan { seconds }, Situation::Regression { seconds: w, .. }) => {
            if *seconds < w {
                let found = format!("newer than {}", span(*seconds));
                route.add_difference(
                    "age_comparison",
                    found,
                    format!("newer than {} or more", span(w)),
                );
            }
        }
        (Condition::YoungerThan { seconds }, _) => {
            add_narrowing(
                route,
                "age_comparison",
                format!("newer than {}", span(*seconds)),
            );
        }
        (Condition::LatestRelease, _) => add_narrowing(route, "latest_release", "true"),
        (Condition::FirstSeen, _) => add_narrowing(route, "first_seen_event", "true"),
        (Condition::Regression, _) => add_narrowing(route, "regression_event", "true"),
        (Condition::Reappeared, _) => add_narrowing(route, "reappeared_event", "true"),
        (Condition::PriorityAtLeast { priority }, _) => {
            add_narrowing(
                route,
                "issue_priority_greater_or_equal",
                priority.to_string(),
            );
        }
        (Condition::Narrower { name }, _) => add_narrowing(route, "conditions", name.as_str()),
        (Condition::Unrecognized { name }, _) => {
            let reason = format!("this program does not know the condition {name}");
            route.add_unknown(Arc::new(Unknown::undetermined(reason)));
        }
    }
}

/// The number of events and the window in seconds of a situation: it has more than this many events
/// in this window. A fatal event is more than 0 events, in a window of any length.
fn events(situation: Situation) -> (f64, u64) {
    match situation {
        Situation::ErrorRate { over, seconds } | Situation::Regression { over, seconds } => {
            (over, seconds)
        }
        Situation::Fatal | Situation::Latency { .. } => (0.0, 0),
    }
}

/// Whether more than `n` events in `w` seconds always imply more than `m` events in some `v`
/// seconds.
///
/// `w` is covered by `k = ceil(w / v)` windows of `v` seconds. The `n + 1` events can be spread
/// over them, so only `(n + 1) / k` of them are certain to lie in one window. Where `v` is at least
/// `w`, `k` is 1 and the condition is `m <= n`.
pub(super) fn implies_more_than(n: f64, w: u64, m: f64, v: u64) -> bool {
    if v == 0 {
        return false;
    }
    #[allow(
        clippy::cast_precision_loss,
        reason = "at most the minutes of a month, far below 2^53"
    )]
    let windows = w.div_ceil(v).max(1) as f64;
    m < (n + 1.0) / windows
}

fn add_narrowing(route: &mut Route, setting: &'static str, found: impl Into<String>) {
    route.add_difference(setting, found, "no such condition");
}

fn comparison_name(matching: Match) -> &'static str {
    match matching {
        Match::Eq => "equal to",
        Match::Gte => "at least",
        Match::Lte => "at most",
    }
}

#[cfg(test)]
mod tests {
    use super::implies_more_than;

    /// Compares with counting: every way to spread n + 1 events over the minutes of the window.
    #[test]
    fn a_shorter_window_is_as_tight_only_where_it_always_triggers() {
        fn always_triggers(n: u64, minutes: usize, m: u64) -> bool {
            fn can_be_spread(left: u64, minutes: usize, m: u64) -> bool {
                // whether the events can be spread with at most m of them in every minute
                if minutes == 0 {
                    return left == 0;
                }
                (0..=left.min(m)).any(|here| can_be_spread(left - here, minutes - 1, m))
            }
            !can_be_spread(n + 1, minutes, m)
        }
        for n in 0..8_u64 {
            for minutes in 1..4_usize {
                for m in 0..8_u64 {
                    let result = implies_more_than(n as f64, minutes as u64 * 60, m as f64, 60);
                    assert_eq!(
                        result,
                        always_triggers(n, minutes, m),
                        "{n} in {minutes} min, {m} in 1 min"
                    );
                }
            }
        }
    }

    #[test]
    fn a_longer_window_is_as_tight_at_the_same_count() {
        assert!(implies_more_than(100.0, 300, 100.0, 3600));
        assert!(!implies_more_than(100.0, 300, 101.0, 3600));
        assert!(!implies_more_than(100.0, 300, 1.0, 0));
    }
}
