//! Workflows (alerts) and detectors (monitors), of Sentry's current alert model.

use harden_core::Step;
use serde_json::{Value, json};

use super::{CHAT, Latency, USER, WORKFLOW, call, frequency, interval, placeholders, whole};
use crate::resources::Project;
use crate::tightness::{Requirement, Situation};

/// The actions of a workflow. An email about an issue goes to its owners, else to the active
/// members of the project, so that no id is needed. A metric issue has no owner: its email goes to
/// a member.
fn actions(requirement: &Requirement<'_>, of_metric: bool) -> Vec<Value> {
    let mut all = Vec::new();
    if requirement.email || !requirement.chat {
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
    if requirement.chat {
        all.push(json!({"type": "slack", "integrationId": CHAT[0].0, "data": {},
            "config": {"targetType": "specific", "targetIdentifier": "", "targetDisplay": CHAT[1].0},
            "status": "active"}));
    }
    all
}

fn condition(kind: &str, comparison: Value) -> Value {
    json!({"type": kind, "comparison": comparison, "conditionResult": true})
}

/// The conditions of a workflow on issues.
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

pub(super) fn workflow(
    project: &Project,
    requirement: &Requirement<'_>,
    name: &str,
    monitor: &str,
) -> Step {
    // Sentry's ids are numbers; an id in a snapshot can be any string and is passed on unchanged
    let detector = monitor
        .parse::<u64>()
        .map_or_else(|_| json!(monitor), |id| json!(id));
    let body = json!({
        "name": name, "enabled": true, "environment": requirement.environment,
        "config": {"frequency": frequency(requirement)},
        "detector_ids": [detector],
        "triggers": {"logic_type": "any-short", "conditions": []},
        "action_filters": [{"logicType": "all", "conditions": conditions(requirement.situation),
            "actions": actions(requirement, false)}],
    });
    let path = format!("/api/0/organizations/{}/workflows/", project.organization);
    let title = "Create the alert, connected to the project's error monitor";
    call(
        title,
        "POST",
        &project.server,
        &path,
        Some(&body),
        &placeholders(requirement, &[]),
    )
}

pub(super) fn metric_alert(project: &Project, requirement: &Requirement<'_>, name: &str) -> Step {
    let opened_or_reopened = ["first_seen_event", "reappeared_event", "regression_event"];
    let body = json!({
        "name": name, "enabled": true, "environment": requirement.environment,
        "config": {"frequency": frequency(requirement)},
        "detector_ids": [],
        "triggers": {"logic_type": "any-short",
            "conditions": opened_or_reopened.map(|kind| condition(kind, json!(true)))},
        "action_filters": [{"logicType": "all",
            "conditions": [condition("issue_priority_greater_or_equal", json!(75))],
            "actions": actions(requirement, true)}],
    });
    let path = format!("/api/0/organizations/{}/workflows/", project.organization);
    let title = "Create the alert, which has the recipients; the call prints its id";
    call(
        title,
        "POST",
        &project.server,
        &path,
        Some(&body),
        &placeholders(requirement, &[USER]),
    )
}

pub(super) fn metric_monitor(
    project: &Project,
    requirement: &Requirement<'_>,
    name: &str,
    of: &Latency,
) -> Step {
    let body = json!({
        "name": name, "type": "metric_issue", "enabled": true,
        "data_sources": [{
            "dataset": "events_analytics_platform", "queryType": 1,
            "aggregate": of.aggregate, "query": "is_transaction:true",
            "timeWindow": of.window_minutes * 60, "eventTypes": ["trace_item_span"],
            "environment": requirement.environment, "extrapolationMode": "unknown",
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
