//! Alerts on metrics: the count of errors, and the duration of transactions.

use std::sync::Arc;

use harden_core::Unknown;

use super::issue::implies_more_than;
use super::query::admits;
use super::{Requirement, Route, Situation, check_environment, routes_over_filters, span};
use crate::resources::{Alert, Condition, Group, Logic, Measure, Threshold};

/// The category of metric issues: Sentry changed its number from 8 to 11.
const METRIC: [u64; 2] = [8, 11];

/// The routes through an alert on a metric; empty where the situation is about another metric.
pub(super) fn routes(
    mut start: Route,
    alert: &Alert,
    measure: &Measure,
    requirement: &Requirement<'_>,
) -> Vec<Route> {
    let Some(aggregate) = start.value_of(&measure.aggregate).cloned() else {
        return vec![start];
    };
    match requirement.situation {
        Situation::ErrorRate { .. } if aggregate.starts_with("count(") => {}
        Situation::Latency { .. } if is_of_duration(&aggregate) => {}
        _ => return Vec::new(),
    }
    check_environment(&mut start, &measure.environment, requirement);
    if let Some(detection) = start.value_of(&measure.detection)
        && detection != "static"
    {
        start.add_difference("detectionType", detection.as_str(), "static");
    }
    match requirement.situation {
        Situation::Latency { percentile, .. } => {
            check_percentile(&mut start, &aggregate, percentile);
            check_query(&mut start, measure, covers_all_transactions);
        }
        _ => check_query(&mut start, measure, covers_all_errors),
    }
    if let Some(triggers) = start.value_of(&alert.triggers) {
        let triggers = triggers.clone();
        check_triggers(&mut start, &triggers);
    }
    let Some(thresholds) = start.value_of(&measure.thresholds) else {
        return vec![start];
    };
    let above: Vec<&Threshold> = thresholds.iter().filter(|t| t.above).collect();
    if above.is_empty() {
        start.add_difference("conditionGroup", "no upper threshold", "an upper threshold");
        return routes_over_filters(&start, alert, requirement, |_, _| {});
    }
    let mut routes = Vec::new();
    for threshold in above {
        let mut start = start.clone();
        check_threshold(&mut start, threshold, measure, requirement);
        let over_filters = routes_over_filters(&start, alert, requirement, |route, conditions| {
            for condition in conditions {
                check_condition(route, condition, threshold);
            }
        });
        routes.extend(over_filters);
    }
    routes
}

/// Compares a threshold together with its window: neither can be judged without the other.
fn check_threshold(
    route: &mut Route,
    threshold: &Threshold,
    measure: &Measure,
    requirement: &Requirement<'_>,
) {
    let Some(window) = route.value_of(&measure.window_seconds).copied() else {
        return;
    };
    let value = threshold.value;
    match requirement.situation {
        Situation::Latency {
            milliseconds,
            seconds,
            ..
        } => {
            if value > milliseconds {
                let expected = format!("over {milliseconds} ms or less");
                route.add_difference("comparison", format!("over {value} ms"), expected);
            }
            // a percentile over a longer window hides a short slow period: the fast transactions
            // around it outnumber the slow ones
            if window > seconds {
                let expected = format!("{} or less", span(seconds));
                route.add_difference("timeWindow", span(window), expected);
            }
        }
        Situation::ErrorRate { over, seconds } => {
            if !implies_more_than(over, seconds, value, window) {
                let found = format!("over {value} in {}", span(window));
                let expected = format!("over {over} or fewer in {}, or tighter", span(seconds));
                route.add_difference("comparison", found, expected);
            }
        }
        Situation::Fatal | Situation::Regression { .. } => {}
    }
}

/// Adds a difference unless the aggregate is the required percentile of the duration or a higher
/// one.
fn check_percentile(route: &mut Route, aggregate: &str, required: f64) {
    if percentile(aggregate).is_none_or(|found| found < required) {
        let expected = format!("p{required}(span.duration), or a higher percentile");
        route.add_difference("aggregate", aggregate, expected);
    }
}

/// Whether an aggregate is one of the duration: it names it, or takes it where nothing is named.
fn is_of_duration(aggregate: &str) -> bool {
    aggregate.contains("duration") || percentile(aggregate).is_some()
}

/// The percentile of the duration that an aggregate is: `p95(span.duration)`,
/// `percentile(transaction.duration, 0.95)`, `max(span.duration)`. Without an argument, `p95()` is one of
/// the duration too. `None` for every other aggregate.
fn percentile(aggregate: &str) -> Option<f64> {
    let (function, rest) = aggregate.split_once('(')?;
    let (inside, _) = rest.rsplit_once(')')?;
    let mut arguments = inside.split(',').map(str::trim);
    let of = arguments.next().unwrap_or_default();
    match function {
        "p50" | "p75" | "p90" | "p95" | "p99" | "p100" if of.is_empty() => {}
        _ if matches!(of, "span.duration" | "transaction.duration") => {}
        _ => return None,
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

/// Adds a difference where the query leaves out events of the situation. `covers_all` returns the
/// expected query as its error.
fn check_query(
    route: &mut Route,
    measure: &Measure,
    covers_all: fn(&str, &[&str]) -> Result<(), &'static str>,
) {
    let Some(dataset) = route.value_of(&measure.dataset).cloned() else {
        return;
    };
    let Some(query) = route.value_of(&measure.query).cloned() else {
        return;
    };
    let words: Vec<&str> = query.split_whitespace().collect();
    if let Err(expected) = covers_all(&dataset, &words) {
        let found = if query.trim().is_empty() {
            format!("no filter, dataset {dataset}")
        } else {
            format!("{query}, dataset {dataset}")
        };
        route.add_difference("query", found, expected);
    }
}

fn covers_all_transactions(dataset: &str, words: &[&str]) -> Result<(), &'static str> {
    let query = words.join(" ");
    let (of_transaction, of_other) = (admits(&query, true), admits(&query, false));
    match dataset {
        // without the filter, the percentile is one of all spans
        "events_analytics_platform" => match (of_transaction, of_other) {
            (Some(true), Some(false)) => Ok(()),
            _ => Err("is_transaction:true"),
        },
        "transactions" | "generic_metrics" => match of_transaction {
            Some(true) => Ok(()),
            _ => Err("all transactions"),
        },
        _ => Err("is_transaction:true, dataset events_analytics_platform"),
    }
}

fn covers_all_errors(dataset: &str, words: &[&str]) -> Result<(), &'static str> {
    match (dataset, words) {
        ("events" | "errors", []) => Ok(()),
        ("events" | "errors", words) if admits_errors(words) => Ok(()),
        ("events" | "errors", _) => Err("event.type:error, or no filter"),
        _ => Err("event.type:error, dataset events"),
    }
}

/// Whether a query finds all errors: it asks for them alone, or they are one of its alternatives
/// (`(event.type:error OR event.type:default)`). Further alternatives only add to the count, so the
/// alert triggers no later.
fn admits_errors(words: &[&str]) -> bool {
    let query = words.join(" ");
    let inner = query.strip_prefix('(').and_then(|q| q.strip_suffix(')'));
    let inner = inner.unwrap_or(&query);
    // a parenthesis inside can group the alternatives differently: such a query is not accepted
    !inner.contains(['(', ')', '"'])
        && inner
            .split(" OR ")
            .any(|alternative| alternative.trim() == "event.type:error")
}

/// Adds a difference unless the alert triggers both when a metric issue opens and when it reopens.
///
/// Sentry opens one metric issue when the value first crosses the threshold, and reopens the same
/// issue at each later crossing. An alert on the first event alone would notify once and never
/// again.
fn check_triggers(route: &mut Route, triggers: &Group) {
    let has = |condition: &Condition| triggers.conditions.contains(condition);
    if triggers.conditions.is_empty() || has(&Condition::EveryEvent) {
        return;
    }
    if triggers.logic == Logic::Any && has(&Condition::FirstSeen) && has(&Condition::Regression) {
        return;
    }
    for condition in &triggers.conditions {
        if let Condition::Unrecognized { name } = condition {
            let reason = format!("this program does not know the trigger {name}");
            route.add_unknown(Arc::new(Unknown::undetermined(reason)));
            return;
        }
    }
    let found = match triggers.logic {
        Logic::Any => "without first_seen_event or without regression_event",
        Logic::All => "all triggers must hold together",
        Logic::None => "no trigger may hold",
    };
    let expected = "no trigger, or any of first_seen_event and regression_event";
    route.add_difference("triggers", found, expected);
}

/// Adds a difference where a metric issue of this threshold does not meet the condition.
fn check_condition(route: &mut Route, condition: &Condition, threshold: &Threshold) {
    match condition {
        Condition::EveryEvent => {}
        Condition::Category { category } if METRIC.contains(category) => {}
        Condition::PriorityAtLeast { priority } => {
            if *priority > threshold.priority {
                let found = format!("at least {priority}");
                let expected = format!("{} or less, as the monitor sets it", threshold.priority);
                route.add_difference("issue_priority_greater_or_equal", found, expected);
            }
        }
        Condition::Unrecognized { name } => {
            let reason = format!("this program does not know the condition {name}");
            route.add_unknown(Arc::new(Unknown::undetermined(reason)));
        }
        other => route.add_difference("conditions", other.name(), "no such condition"),
    }
}

#[cfg(test)]
mod tests {
    use super::{admits_errors, percentile};

    #[test]
    fn errors_can_be_one_of_several_alternatives() {
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
        assert_eq!(percentile("p95()"), Some(95.0));
        assert_eq!(
            percentile("percentile(transaction.duration, 0.5)"),
            Some(50.0)
        );
        for other in [
            "avg(span.duration)",
            "p95(measurements.lcp)",
            "p95",
            "max()",
            "count()",
            "p95(",
            "percentile(span.duration)",
        ] {
            assert_eq!(percentile(other), None, "{other}");
        }
    }
}
