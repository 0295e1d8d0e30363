//! Alerts on metrics: counts of errors, and the duration of transactions.

use std::sync::Arc;

use harden_core::Unknown;

use super::issue::holds_more_than;
use super::{Situation, Wanted, Way, environment, on, span};
use crate::resources::{Alert, Condition, Group, Logic, Measure, Threshold};

/// The category of metric issues, by its old and by its new number.
const METRIC: [u64; 2] = [8, 11];

/// The ways through an alert on a metric. None where it is another metric than the situation's.
pub(super) fn ways(
    mut start: Way,
    alert: &Alert,
    measure: &Measure,
    wanted: &Wanted<'_>,
) -> Vec<Way> {
    let Some(aggregate) = start.known(&measure.aggregate).cloned() else {
        return vec![start];
    };
    match wanted.situation {
        Situation::ErrorRate { .. } if aggregate.starts_with("count(") => {}
        Situation::Latency { .. } if aggregate.contains("duration") => {}
        _ => return Vec::new(),
    }
    environment(&mut start, &measure.environment, wanted);
    if let Some(detection) = start.known(&measure.detection)
        && detection != "static"
    {
        start.looser("detectionType", detection.as_str(), "static");
    }
    match wanted.situation {
        Situation::Latency { percentile, .. } => {
            duration(&mut start, &aggregate, percentile);
            query(&mut start, measure, is_of_transactions);
        }
        _ => query(&mut start, measure, is_of_errors),
    }
    if let Some(triggers) = start.known(&alert.triggers) {
        let triggers = triggers.clone();
        opened_and_reopened(&mut start, &triggers);
    }
    let Some(thresholds) = start.known(&measure.thresholds) else {
        return vec![start];
    };
    let above: Vec<&Threshold> = thresholds.iter().filter(|t| t.above).collect();
    if above.is_empty() {
        start.looser("conditionGroup", "no threshold from above", "one");
        return on(&start, alert, wanted, |_, _| {});
    }
    let mut ways = Vec::new();
    for threshold in above {
        let mut start = start.clone();
        bound(&mut start, threshold, measure, wanted);
        ways.extend(on(&start, alert, wanted, |way, conditions| {
            for condition in conditions {
                implied(way, condition, threshold);
            }
        }));
    }
    ways
}

/// The value and the window together.
fn bound(way: &mut Way, threshold: &Threshold, measure: &Measure, wanted: &Wanted<'_>) {
    let Some(window) = way.known(&measure.window_seconds).copied() else {
        return;
    };
    let value = threshold.value;
    match wanted.situation {
        Situation::Latency {
            milliseconds,
            seconds,
            ..
        } => {
            if value > milliseconds {
                let wanted = format!("over {milliseconds} ms or less");
                way.looser("comparison", format!("over {value} ms"), wanted);
            }
            // in a longer window a short trouble is diluted
            if window > seconds {
                let wanted = format!("{} or less", span(seconds));
                way.looser("timeWindow", span(window), wanted);
            }
        }
        Situation::ErrorRate { over, seconds } => {
            if !holds_more_than(over, seconds, value, window) {
                let found = format!("over {value} in {}", span(window));
                let wanted = format!("over {over} or fewer in {}, or tighter", span(seconds));
                way.looser("comparison", found, wanted);
            }
        }
        Situation::Fatal | Situation::Regression { .. } => {}
    }
}

/// Whether the aggregate is at least as high a percentile of the duration.
fn duration(way: &mut Way, aggregate: &str, wanted: f64) {
    if percentile(aggregate).is_none_or(|found| found < wanted) {
        let wanted = format!("p{wanted}(span.duration), or a higher percentile");
        way.looser("aggregate", aggregate, wanted);
    }
}

/// `p95(span.duration)`, `percentile(transaction.duration, 0.95)`, `max(span.duration)`.
fn percentile(aggregate: &str) -> Option<f64> {
    let (function, rest) = aggregate.split_once('(')?;
    let (inside, _) = rest.rsplit_once(')')?;
    let mut arguments = inside.split(',').map(str::trim);
    if !matches!(
        arguments.next(),
        Some("span.duration" | "transaction.duration")
    ) {
        return None;
    }
    match function {
        "max" => Some(100.0),
        "percentile" => {
            let fraction: f64 = arguments.next()?.parse().ok()?;
            Some(fraction * 100.0)
        }
        _ => function.strip_prefix('p')?.parse().ok(),
    }
}

/// Whether a query leaves in all that the situation is about; else what it should be.
fn query(
    way: &mut Way,
    measure: &Measure,
    leaves_all: fn(&str, &[&str]) -> Result<(), &'static str>,
) {
    let Some(dataset) = way.known(&measure.dataset).cloned() else {
        return;
    };
    let Some(query) = way.known(&measure.query).cloned() else {
        return;
    };
    let words: Vec<&str> = query.split_whitespace().collect();
    if let Err(wanted) = leaves_all(&dataset, &words) {
        let found = if query.trim().is_empty() {
            format!("none, over {dataset}")
        } else {
            format!("{query}, over {dataset}")
        };
        way.looser("query", found, wanted);
    }
}

fn is_of_transactions(dataset: &str, words: &[&str]) -> Result<(), &'static str> {
    match (dataset, words) {
        ("events_analytics_platform", ["is_transaction:true" | "is_transaction:1"])
        | ("transactions" | "generic_metrics", [] | ["event.type:transaction"]) => Ok(()),
        ("events_analytics_platform", _) => Err("is_transaction:true"),
        ("transactions" | "generic_metrics", _) => Err("all transactions"),
        _ => Err("is_transaction:true, over events_analytics_platform"),
    }
}

fn is_of_errors(dataset: &str, words: &[&str]) -> Result<(), &'static str> {
    match (dataset, words) {
        ("events" | "errors", []) => Ok(()),
        ("events" | "errors", words) if admits_errors(words) => Ok(()),
        ("events" | "errors", _) => Err("event.type:error, or none"),
        _ => Err("event.type:error, over events"),
    }
}

/// Whether all errors are among what a query finds: it is for them alone, or they are one of its
/// alternatives (`(event.type:error OR event.type:default)`). More events are counted then, so
/// that the alert goes off no later.
fn admits_errors(words: &[&str]) -> bool {
    let query = words.join(" ");
    let inner = query.strip_prefix('(').and_then(|q| q.strip_suffix(')'));
    let inner = inner.unwrap_or(&query);
    // a parenthesis within may tie the alternatives otherwise
    !inner.contains(['(', ')', '"'])
        && inner
            .split(" OR ")
            .any(|alternative| alternative.trim() == "event.type:error")
}

/// A metric issue is opened when the value is first crossed, and the same issue is opened again
/// when it is crossed the next time: an alert that hears only of the first tells only once.
fn opened_and_reopened(way: &mut Way, triggers: &Group) {
    let has = |wanted: &Condition| triggers.conditions.contains(wanted);
    if triggers.conditions.is_empty() || has(&Condition::EveryEvent) {
        return;
    }
    if triggers.logic == Logic::Any && has(&Condition::FirstSeen) && has(&Condition::Regression) {
        return;
    }
    for condition in &triggers.conditions {
        if let Condition::Unrecognized { name } = condition {
            let reason = format!("a trigger that this program can't read: {name}");
            way.unsure(Arc::new(Unknown::undetermined(reason)));
            return;
        }
    }
    let found = match triggers.logic {
        Logic::Any => "not both of first_seen_event and regression_event",
        Logic::All => "all of its triggers at once",
        Logic::None => "none of its triggers",
    };
    let wanted = "none, or any of first_seen_event and regression_event";
    way.looser("triggers", found, wanted);
}

/// Notes where a metric issue of this threshold does not meet a condition.
fn implied(way: &mut Way, condition: &Condition, threshold: &Threshold) {
    match condition {
        Condition::EveryEvent => {}
        Condition::Category { category } if METRIC.contains(category) => {}
        Condition::PriorityAtLeast { priority } => {
            if *priority > threshold.priority {
                let found = format!("at least {priority}");
                let wanted = format!("{} or less, as the monitor sets it", threshold.priority);
                way.looser("issue_priority_greater_or_equal", found, wanted);
            }
        }
        Condition::Unrecognized { name } => {
            let reason = format!("a condition that this program can't read: {name}");
            way.unsure(Arc::new(Unknown::undetermined(reason)));
        }
        other => way.looser("conditions", other.name(), "no such condition"),
    }
}

#[cfg(test)]
mod tests {
    use super::{admits_errors, percentile};

    #[test]
    fn errors_may_be_one_of_several_alternatives() {
        for (query, admits) in [
            ("event.type:error", true),
            ("(event.type:error OR event.type:default)", true),
            ("event.type:default OR event.type:error", true),
            ("( event.type:default OR event.type:error )", true),
            ("event.type:error OR event.type:default message:x", true),
            ("event.type:error message:x", false),
            ("event.type:default", false),
            ("event.type:default OR event.type:error message:x", false),
            ("(event.type:error OR event.type:default) message:x", false),
            ("message:x (event.type:error OR event.type:default)", false),
            ("(message:x) (a OR event.type:error OR b)", false),
            ("!event.type:error", false),
        ] {
            let words: Vec<&str> = query.split_whitespace().collect();
            assert_eq!(admits_errors(&words), admits, "{query}");
        }
    }

    #[test]
    fn percentiles_are_read_in_each_form() {
        assert_eq!(percentile("p95(span.duration)"), Some(95.0));
        assert_eq!(percentile("p99(transaction.duration)"), Some(99.0));
        assert_eq!(percentile("max(span.duration)"), Some(100.0));
        assert_eq!(
            percentile("percentile(transaction.duration, 0.5)"),
            Some(50.0)
        );
        for other in [
            "avg(span.duration)",
            "p95(measurements.lcp)",
            "p95",
            "p95(",
            "percentile(span.duration)",
        ] {
            assert_eq!(percentile(other), None, "{other}");
        }
    }
}
