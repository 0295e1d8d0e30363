//! Alerts on issues: which conditions a situation implies.

use std::sync::Arc;

use harden_core::Unknown;

use super::{Situation, Wanted, Way, alternatives, on, span};
use crate::resources::{Alert, Condition, Match};

/// Levels of events.
const FATAL: u64 = 50;

/// The category of errors.
pub(super) const ERROR: u64 = 1;

/// The ways through an alert on issues. None where the situation is one of a metric.
pub(super) fn ways(mut start: Way, alert: &Alert, wanted: &Wanted<'_>) -> Vec<Way> {
    if matches!(wanted.situation, Situation::Latency { .. }) {
        return Vec::new();
    }
    let Some(triggers) = start.known(&alert.triggers) else {
        return vec![start];
    };
    let mut ways = Vec::new();
    for trigger in alternatives(triggers.logic, &triggers.conditions) {
        ways.extend(on(&start, alert, wanted, |way, conditions| {
            let all = || trigger.iter().chain(conditions);
            for condition in all() {
                implied(way, condition, wanted);
            }
            // both at once: at its first event an issue has one event. Where the first event is
            // not enough anyway, that stands already
            let first = all().any(|c| matches!(c, Condition::FirstSeen));
            let counts = matches!(wanted.situation, Situation::Regression { .. });
            if counts && first && all().any(more_than_one) {
                let found = "first seen, and more than one event: it never goes off";
                way.looser("conditions", found, "either of them");
            }
        }));
    }
    ways
}

fn more_than_one(condition: &Condition) -> bool {
    match condition {
        Condition::EventCount { over, .. } => *over >= 1.0,
        Condition::Occurrences { at_least } => *at_least > 1.0,
        _ => false,
    }
}

/// Notes where the situation does not imply a condition.
fn implied(way: &mut Way, condition: &Condition, wanted: &Wanted<'_>) {
    let situation = wanted.situation;
    match (condition, situation) {
        (Condition::EveryEvent, _) => {}
        (Condition::EventCount { over, seconds }, _) => {
            let (n, w) = events(situation);
            if !holds_more_than(n, w, *over, *seconds) {
                let found = format!("over {over} in {}", span(*seconds));
                let wanted = format!("over {n} or fewer in {}, or tighter", span(w));
                way.looser("event_frequency_count", found, wanted);
            }
        }
        (Condition::Occurrences { at_least }, _) => {
            let most = events(situation).0 + 1.0;
            if *at_least > most {
                let found = format!("at least {at_least}");
                way.looser(
                    "issue_occurrences",
                    found,
                    format!("at least {most} or fewer"),
                );
            }
        }
        (Condition::Category { category }, _) => {
            if *category != ERROR {
                way.looser("issue_category", category.to_string(), "1 (error), or none");
            }
        }
        (Condition::Level { matching, level }, Situation::Fatal) => {
            let admits = match matching {
                Match::Eq => *level == FATAL,
                Match::Gte => *level <= FATAL,
                Match::Lte => *level >= FATAL,
            };
            if !admits {
                let found = format!("{} {level}", word(*matching));
                way.looser("level", found, "one that admits 50 (fatal)");
            }
        }
        (Condition::Level { matching, level }, _) => {
            narrower(way, "level", format!("{} {level}", word(*matching)));
        }
        (Condition::LatestRelease | Condition::FirstSeen, Situation::Regression { .. }) => {}
        (Condition::YoungerThan { seconds }, Situation::Regression { seconds: w, .. }) => {
            if *seconds < w {
                let found = format!("newer than {}", span(*seconds));
                way.looser(
                    "age_comparison",
                    found,
                    format!("newer than {} or more", span(w)),
                );
            }
        }
        (Condition::YoungerThan { seconds }, _) => {
            narrower(
                way,
                "age_comparison",
                format!("newer than {}", span(*seconds)),
            );
        }
        (Condition::LatestRelease, _) => narrower(way, "latest_release", "true"),
        (Condition::FirstSeen, _) => narrower(way, "first_seen_event", "true"),
        (Condition::Regression, _) => narrower(way, "regression_event", "true"),
        (Condition::Reappeared, _) => narrower(way, "reappeared_event", "true"),
        (Condition::PriorityAtLeast { priority }, _) => {
            narrower(way, "issue_priority_greater_or_equal", priority.to_string());
        }
        (Condition::Narrower { name }, _) => narrower(way, "conditions", name.as_str()),
        (Condition::Unrecognized { name }, _) => {
            let reason = format!("a condition that this program can't read: {name}");
            way.unsure(Arc::new(Unknown::undetermined(reason)));
        }
    }
}

/// How many events the situation is of, and in which window: more than the first within the
/// second. One event is more than none, in however short a window.
fn events(situation: Situation) -> (f64, u64) {
    match situation {
        Situation::ErrorRate { over, seconds } | Situation::Regression { over, seconds } => {
            (over, seconds)
        }
        Situation::Fatal | Situation::Latency { .. } => (0.0, 0),
    }
}

/// Whether more than `n` events within `w` seconds are always more than `m` within some `v`.
pub(super) fn holds_more_than(n: f64, w: u64, m: f64, v: u64) -> bool {
    if v == 0 {
        return false;
    }
    // counts are far below what an f64 holds exactly
    #[allow(clippy::cast_precision_loss, reason = "at most the minutes of a month")]
    let windows = w.div_ceil(v).max(1) as f64;
    m < (n + 1.0) / windows
}

fn narrower(way: &mut Way, setting: &'static str, found: impl Into<String>) {
    way.looser(setting, found, "no such condition");
}

fn word(matching: Match) -> &'static str {
    match matching {
        Match::Eq => "equal to",
        Match::Gte => "at least",
        Match::Lte => "at most",
    }
}

#[cfg(test)]
mod tests {
    use super::holds_more_than;

    /// Against counting: every way to put n + 1 events into the minutes of the window.
    #[test]
    fn a_shorter_window_is_as_tight_only_where_it_must_go_off() {
        fn must(n: u64, minutes: usize, m: u64) -> bool {
            fn spread(left: u64, minutes: usize, m: u64) -> bool {
                // whether some way keeps every minute at or under m
                if minutes == 0 {
                    return left == 0;
                }
                (0..=left.min(m)).any(|here| spread(left - here, minutes - 1, m))
            }
            !spread(n + 1, minutes, m)
        }
        for n in 0..8_u64 {
            for minutes in 1..4_usize {
                for m in 0..8_u64 {
                    let ours = holds_more_than(n as f64, minutes as u64 * 60, m as f64, 60);
                    assert_eq!(
                        ours,
                        must(n, minutes, m),
                        "{n} in {minutes} min, {m} in 1 min"
                    );
                }
            }
        }
    }

    #[test]
    fn a_longer_window_is_as_tight_at_the_same_count() {
        assert!(holds_more_than(100.0, 300, 100.0, 3600));
        assert!(!holds_more_than(100.0, 300, 101.0, 3600));
        assert!(!holds_more_than(100.0, 300, 1.0, 0));
    }
}
