//! Alerts and monitors as the API of today takes them.

use harden_core::Step;
use serde_json::{Value, json};

use super::{CHAT, Latency, USER, WORKFLOW, blanks, call, frequency, interval, whole};
use crate::resources::Project;
use crate::tightness::{Situation, Wanted};

/// What a workflow does. To the owners of an issue, or else the active members of the project:
/// that needs no number. A metric has no owner.
fn actions(wanted: &Wanted<'_>, of_metric: bool) -> Vec<Value> {
    let mut all = Vec::new();
    if wanted.email || !wanted.chat {
        let (data, config) = if of_metric {
            (
                json!({}),
                json!({"targetType": "user", "targetIdentifier": USER.0, "targetDisplay": null}),
            )
        } else {
            (
                json!({"fallthroughType": "ActiveMembers"}),
                json!({"targetType": "issue_owners", "targetIdentifier": null, "targetDisplay": null}),
            )
        };
        all.push(
            json!({"type": "email", "integrationId": null, "data": data, "config": config,
            "status": "active"}),
        );
    }
    if wanted.chat {
        all.push(json!({"type": "slack", "integrationId": CHAT[0].0, "data": {},
            "config": {"targetType": "specific", "targetIdentifier": "", "targetDisplay": CHAT[1].0},
            "status": "active"}));
    }
    all
}

fn condition(kind: &str, comparison: Value) -> Value {
    json!({"type": kind, "comparison": comparison, "conditionResult": true})
}

/// The conditions of an alert on issues.
fn conditions(situation: Situation) -> Vec<Value> {
    match situation {
        Situation::ErrorRate { over, seconds } => vec![
            condition(
                "event_frequency_count",
                json!({"value": whole(over), "interval": interval(seconds)}),
            ),
            condition("issue_category", json!({"value": 1})),
        ],
        Situation::Fatal => vec![condition("level", json!({"level": 50, "match": "gte"}))],
        Situation::Regression { over, seconds } => vec![
            condition("latest_release", json!(true)),
            condition(
                "age_comparison",
                json!({"time": "minute", "value": seconds / 60, "comparisonType": "newer"}),
            ),
            condition("issue_occurrences", json!({"value": whole(over + 1.0)})),
            condition("issue_category", json!({"value": 1})),
        ],
        Situation::Latency { .. } => Vec::new(),
    }
}

pub(super) fn workflow(project: &Project, wanted: &Wanted<'_>, name: &str, monitor: &str) -> Step {
    // Sentry's own ids are numbers; whatever else there was stays as it is
    let detector = monitor
        .parse::<u64>()
        .map_or_else(|_| json!(monitor), |id| json!(id));
    let body = json!({
        "name": name, "enabled": true, "environment": wanted.environment,
        "config": {"frequency": frequency(wanted)},
        "detector_ids": [detector],
        "triggers": {"logic_type": "any-short", "conditions": []},
        "action_filters": [{"logicType": "all", "conditions": conditions(wanted.situation),
            "actions": actions(wanted, false)}],
    });
    let path = format!("/api/0/organizations/{}/workflows/", project.organization);
    let title = "Create the alert, connected to the project's monitor of errors";
    call(
        title,
        "POST",
        &project.server,
        &path,
        Some(&body),
        &blanks(wanted, &[]),
    )
}

pub(super) fn metric_alert(project: &Project, wanted: &Wanted<'_>, name: &str) -> Step {
    let opened = ["first_seen_event", "reappeared_event", "regression_event"];
    let body = json!({
        "name": name, "enabled": true, "environment": wanted.environment,
        "config": {"frequency": frequency(wanted)},
        "detector_ids": [],
        "triggers": {"logic_type": "any-short",
            "conditions": opened.map(|kind| condition(kind, json!(true)))},
        "action_filters": [{"logicType": "all",
            "conditions": [condition("issue_priority_greater_or_equal", json!(75))],
            "actions": actions(wanted, true)}],
    });
    let path = format!("/api/0/organizations/{}/workflows/", project.organization);
    let title = "Create the alert, which says whom to tell; it prints its id";
    call(
        title,
        "POST",
        &project.server,
        &path,
        Some(&body),
        &blanks(wanted, &[USER]),
    )
}

pub(super) fn metric_monitor(
    project: &Project,
    wanted: &Wanted<'_>,
    name: &str,
    of: &Latency,
) -> Step {
    let body = json!({
        "name": name, "type": "metric_issue", "enabled": true,
        "data_sources": [{
            "dataset": "events_analytics_platform", "queryType": 1,
            "aggregate": of.aggregate, "query": "is_transaction:true",
            "timeWindow": of.window_minutes * 60, "eventTypes": ["trace_item_span"],
            "environment": wanted.environment, "extrapolationMode": "unknown",
        }],
        "config": {"detectionType": "static"},
        "condition_group": {"logic_type": "any", "conditions": [
            {"type": "gt", "comparison": of.milliseconds, "conditionResult": 75},
            {"type": "lte", "comparison": of.milliseconds, "conditionResult": 0},
        ]},
        "workflow_ids": ["\u{e000}WORKFLOW_ID\u{e000}"],
    });
    let path = format!(
        "/api/0/organizations/{}/projects/{}/detectors/",
        project.organization, project.slug
    );
    let title = "Create the monitor, connected to that alert";
    call(
        title,
        "POST",
        &project.server,
        &path,
        Some(&body),
        &[WORKFLOW],
    )
}
