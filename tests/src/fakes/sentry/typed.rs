//! What Sentry's handlers take of conditions, actions and monitors, where its description leaves
//! them open. Transcribed from the schemas in its source (workflow_engine/handlers/condition,
//! notification_action/action_handler_registry, snuba/models' validators); each returns what is
//! wrong.

use serde_json::Value;

const INTERVALS: [&str; 7] = ["1m", "5m", "15m", "1h", "1d", "1w", "30d"];
const FREQUENCIES: [u64; 8] = [0, 5, 10, 30, 60, 180, 720, 1440];
/// The windows of monitors over spans, in seconds.
const WINDOWS: [u64; 9] = [300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 86_400];

fn is_count(value: &Value) -> bool {
    value.is_u64()
}

/// The keys of an object that are not among these.
fn others<'a>(value: &'a Value, known: &[&str]) -> Vec<&'a str> {
    let keys = value
        .as_object()
        .into_iter()
        .flatten()
        .map(|(k, _)| k.as_str());
    keys.filter(|key| !known.contains(key)).collect()
}

/// What is wrong with a condition of a workflow.
pub(super) fn condition(condition: &Value) -> Option<String> {
    let (kind, with) = (condition["type"].as_str()?, &condition["comparison"]);
    let right = match kind {
        "first_seen_event" | "reappeared_event" | "regression_event" | "latest_release"
        | "every_event" => with.is_boolean(),
        "event_frequency_count" => {
            with["interval"]
                .as_str()
                .is_some_and(|i| INTERVALS.contains(&i))
                && is_count(&with["value"])
                && others(with, &["interval", "value", "filters"]).is_empty()
        }
        "issue_occurrences" => is_count(&with["value"]) && others(with, &["value"]).is_empty(),
        "issue_category" => {
            is_count(&with["value"]) && others(with, &["value", "include"]).is_empty()
        }
        "level" => {
            is_count(&with["level"])
                && matches!(with["match"].as_str(), Some("eq" | "gte" | "lte"))
                && others(with, &["level", "match"]).is_empty()
        }
        "age_comparison" => {
            let which = with.get("comparisonType").or(with.get("comparison_type"));
            matches!(which.and_then(Value::as_str), Some("newer" | "older"))
                && is_count(&with["value"])
                && matches!(
                    with["time"].as_str(),
                    Some("minute" | "hour" | "day" | "week")
                )
        }
        "issue_priority_greater_or_equal" => matches!(with.as_u64(), Some(25 | 50 | 75)),
        _ => return Some(format!("no condition is called {kind}")),
    };
    (!right).then(|| format!("{kind} does not compare with {with}"))
}

/// What is wrong with an action of a workflow.
pub(super) fn action(action: &Value) -> Option<String> {
    let (kind, config) = (action["type"].as_str()?, &action["config"]);
    let target = config["targetType"].as_str();
    let right = match kind {
        "email" => match target {
            Some("user" | "team") => config["targetIdentifier"].is_string(),
            Some("issue_owners") => config["targetIdentifier"].is_null(),
            _ => false,
        },
        "slack" | "msteams" | "discord" => {
            target == Some("specific")
                && action["integrationId"].is_string()
                && config["targetDisplay"].is_string()
        }
        "jira" => target == Some("specific") && action["integrationId"].is_string(),
        _ => return Some(format!("no action is called {kind}")),
    };
    (!right).then(|| format!("{kind} is not set up by {action}"))
}

/// What is wrong with a workflow.
pub(super) fn workflow(body: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    let frequency = body["config"]["frequency"].as_u64();
    if !frequency.is_some_and(|minutes| FREQUENCIES.contains(&minutes)) {
        wrong.push(format!("no frequency: {}", body["config"]));
    }
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    wrong.extend(
        list(&body["triggers"]["conditions"])
            .iter()
            .filter_map(condition),
    );
    for filter in list(&body["action_filters"]) {
        wrong.extend(list(&filter["conditions"]).iter().filter_map(condition));
        wrong.extend(list(&filter["actions"]).iter().filter_map(action));
        if list(&filter["actions"]).is_empty() {
            wrong.push("a filter without an action".to_owned());
        }
    }
    wrong
}

/// What is wrong with a monitor of a metric.
pub(super) fn detector(body: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    if body["type"] != "metric_issue" {
        wrong.push(format!("no type: {}", body["type"]));
    }
    let sources = body["data_sources"].as_array().cloned().unwrap_or_default();
    if sources.len() != 1 {
        wrong.push("a metric monitor has one data source".to_owned());
    }
    for source in &sources {
        let window = source["timeWindow"].as_u64();
        if !window.is_some_and(|seconds| WINDOWS.contains(&seconds)) {
            wrong.push(format!("no window: {}", source["timeWindow"]));
        }
        if source["dataset"] == "transactions" {
            wrong.push("use events_analytics_platform with is_transaction:true".to_owned());
        }
    }
    let conditions = body["condition_group"]["conditions"].as_array();
    let conditions = conditions.cloned().unwrap_or_default();
    let result = |wanted: &[u64]| {
        let results = conditions
            .iter()
            .filter_map(|c| c["conditionResult"].as_u64());
        results.filter(|r| wanted.contains(r)).count()
    };
    if conditions.len() > 3 || result(&[0]) != 1 || result(&[50, 75]) == 0 {
        wrong.push("up to three conditions, one of which says when it is over".to_owned());
    }
    for condition in &conditions {
        let kind = condition["type"].as_str();
        if !matches!(kind, Some("gt" | "gte" | "lt" | "lte"))
            || !condition["comparison"].is_number()
        {
            wrong.push(format!("no condition: {condition}"));
        }
    }
    wrong
}

/// What is wrong with an issue rule.
pub(super) fn issue_rule(body: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    if !body["frequency"]
        .as_u64()
        .is_some_and(|m| (5..=43_200).contains(&m))
    {
        wrong.push(format!(
            "frequency {} is not from 5 to 43200",
            body["frequency"]
        ));
    }
    let parts = |name: &str| body[name].as_array().cloned().unwrap_or_default();
    for part in parts("conditions").iter().chain(&parts("filters")) {
        let class = part["id"].as_str().and_then(|id| id.rsplit('.').next());
        let right = match class {
            Some("EventFrequencyCondition") => {
                is_count(&part["value"])
                    && part["interval"]
                        .as_str()
                        .is_some_and(|i| INTERVALS.contains(&i))
            }
            Some("LevelFilter") => {
                part["level"].is_string()
                    && matches!(part["match"].as_str(), Some("eq" | "gte" | "lte"))
            }
            Some("AgeComparisonFilter") => {
                is_count(&part["value"])
                    && matches!(part["comparison_type"].as_str(), Some("newer" | "older"))
                    && part["time"].is_string()
            }
            Some("IssueCategoryFilter" | "IssueOccurrencesFilter") => is_count(&part["value"]),
            Some(
                "LatestReleaseFilter" | "FirstSeenEventCondition" | "RegressionEventCondition",
            ) => true,
            _ => false,
        };
        if !right {
            wrong.push(format!("no condition: {part}"));
        }
    }
    for action in parts("actions") {
        let class = action["id"].as_str().and_then(|id| id.rsplit('.').next());
        let right = match class {
            Some("NotifyEmailAction") => match action["targetType"].as_str() {
                Some("IssueOwners") => true,
                Some("Member" | "Team") => !action["targetIdentifier"].is_null(),
                _ => false,
            },
            Some("SlackNotifyServiceAction") => {
                !action["workspace"].is_null() && action["channel"].is_string()
            }
            _ => false,
        };
        if !right {
            wrong.push(format!("no action: {action}"));
        }
    }
    if parts("actions").is_empty() {
        wrong.push("a rule without an action".to_owned());
    }
    wrong
}

/// What is wrong with a metric rule.
pub(super) fn metric_rule(body: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    let triggers = body["triggers"].as_array().cloned().unwrap_or_default();
    if triggers.first().is_none_or(|t| t["label"] != "critical") {
        wrong.push("the first trigger is `critical`".to_owned());
    }
    for trigger in &triggers {
        if !trigger["alertThreshold"].is_number() {
            wrong.push(format!("no threshold: {trigger}"));
        }
        for action in trigger["actions"].as_array().into_iter().flatten() {
            let target = action["targetType"].as_str();
            if !matches!(action["type"].as_str(), Some("email" | "slack" | "jira"))
                || !matches!(target, Some("user" | "team" | "specific"))
            {
                wrong.push(format!("no action: {action}"));
            }
        }
    }
    wrong
}
