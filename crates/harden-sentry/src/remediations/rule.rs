//! Alert rules, for servers without monitors and workflows.

use harden_core::Step;
use serde_json::{Value, json};

use super::{CHAT, Latency, USER, call, frequency, interval, placeholders, whole};
use crate::resources::Project;
use crate::tightness::{Requirement, Situation};

/// The conditions and the filters of an issue rule for a situation.
fn rule_filters(situation: Situation) -> (Vec<Value>, Vec<Value>) {
    let frequency = |over: f64, seconds| {
        json!({"id": "sentry.rules.conditions.event_frequency.EventFrequencyCondition",
            "value": whole(over), "interval": interval(seconds)})
    };
    let category =
        json!({"id": "sentry.rules.filters.issue_category.IssueCategoryFilter", "value": 1});
    match situation {
        Situation::ErrorRate { over, seconds } => (vec![frequency(over, seconds)], vec![category]),
        Situation::Fatal => (
            vec![frequency(0.0, 60)],
            vec![
                json!({"id": "sentry.rules.filters.level.LevelFilter", "match": "gte", "level": "50"}),
            ],
        ),
        Situation::Regression { over, seconds } => (
            vec![frequency(over, seconds)],
            vec![
                json!({"id": "sentry.rules.filters.latest_release.LatestReleaseFilter"}),
                json!({"id": "sentry.rules.filters.age_comparison.AgeComparisonFilter",
                    "comparison_type": "newer", "value": seconds / 60, "time": "minute"}),
                category,
            ],
        ),
        Situation::Latency { .. } => (Vec::new(), Vec::new()),
    }
}

pub(super) fn issue_rule(project: &Project, requirement: &Requirement<'_>, name: &str) -> Step {
    let (conditions, filters) = rule_filters(requirement.situation);
    let mut actions = Vec::new();
    if requirement.email || !requirement.chat {
        actions.push(json!({"id": "sentry.mail.actions.NotifyEmailAction",
            "targetType": "IssueOwners", "targetIdentifier": "", "fallthroughType": "ActiveMembers"}));
    }
    if requirement.chat {
        actions.push(json!({
            "id": "sentry.integrations.slack.notify_action.SlackNotifyServiceAction",
            "workspace": CHAT[0].0, "channel": CHAT[1].0}));
    }
    let body = json!({
        "name": name, "actionMatch": "all", "filterMatch": "all",
        "frequency": frequency(requirement).max(5), "environment": requirement.environment,
        "conditions": conditions, "filters": filters, "actions": actions,
    });
    let path = format!(
        "/api/0/projects/{}/{}/rules/",
        project.organization, project.slug
    );
    let title = "Create the rule";
    call(
        title,
        "POST",
        &project.server,
        &path,
        Some(&body),
        &placeholders(requirement, &[]),
    )
}

pub(super) fn metric_rule(
    project: &Project,
    requirement: &Requirement<'_>,
    name: &str,
    of: &Latency,
) -> Step {
    let mut actions = Vec::new();
    if requirement.email || !requirement.chat {
        actions.push(json!({"type": "email", "targetType": "user", "targetIdentifier": USER.0}));
    }
    if requirement.chat {
        actions.push(json!({"type": "slack", "targetType": "specific",
            "integrationId": CHAT[0].0, "targetIdentifier": CHAT[1].0}));
    }
    let body = json!({
        "name": name, "projects": [project.slug], "environment": requirement.environment,
        "dataset": "events_analytics_platform", "queryType": 1,
        "eventTypes": ["trace_item_span"], "aggregate": of.aggregate,
        "query": "is_transaction:true", "timeWindow": of.window_minutes,
        "thresholdType": 0, "resolveThreshold": of.milliseconds,
        "triggers": [{"label": "critical", "alertThreshold": of.milliseconds, "actions": actions}],
    });
    let path = format!("/api/0/organizations/{}/alert-rules/", project.organization);
    let title = "Create the rule";
    call(
        title,
        "POST",
        &project.server,
        &path,
        Some(&body),
        &placeholders(requirement, &[USER]),
    )
}
