//! What the remediations of several checks are made of.
//!
//! Alerts are changed over the API with curl, since no tool of Sentry's does it; releases with
//! sentry-cli. curl hides the value of `--oauth2-bearer` from the list of processes.

use std::borrow::Cow;

use harden_core::{Arg, Known, Remediation, Step};
use serde_json::{Value, json};

use crate::resources::Project;
use crate::tightness::{Situation, Wanted};
use crate::views::ProjectAlerts;

pub(crate) const WRITE: &[&str] = &["alerts:write"];

/// What only a person knows, and the mark that stands for it in a document.
type Blank = (&'static str, &'static str, &'static str);

const USER: Blank = ("@USER_ID@", "USER_ID", "the number of the member to tell");
/// A number: the mark takes the quotes with it.
const WORKFLOW: Blank = (
    "\"@WORKFLOW_ID@\"",
    "WORKFLOW_ID",
    "the id that the first step printed",
);
const CHAT: [Blank; 2] = [
    (
        "@SLACK_ID@",
        "SLACK_ID",
        "the number of the Slack integration",
    ),
    ("@CHANNEL@", "CHANNEL", "the name of the Slack channel"),
];

/// A call of the API with a JSON body.
pub(crate) fn call(
    title: impl Into<Cow<'static, str>>,
    method: &'static str,
    server: &Known<String>,
    path: &str,
    body: Option<&Value>,
    blanks: &[Blank],
) -> Step {
    let token = Arg::input("SENTRY_AUTH_TOKEN", "a token with alerts:write");
    let mut argv = vec![
        Arg::word("curl"),
        Arg::word("--fail-with-body"),
        Arg::word("--request"),
        Arg::word(method),
        Arg::word("--oauth2-bearer"),
        token,
    ];
    if let Some(body) = body {
        let document = blanks
            .iter()
            .fold(Arg::from(body.to_string()), |arg, (mark, name, hint)| {
                arg.with_input(mark, *name, *hint)
            });
        argv.extend([
            Arg::word("--header"),
            Arg::word("Content-Type: application/json"),
            Arg::word("--data"),
            document,
        ]);
    }
    argv.push(match server.ok() {
        Some(server) => format!("{}{path}", server.trim_end_matches('/')).into(),
        None => Arg::from(format!("@SERVER@{path}")).with_input(
            "@SERVER@",
            "SENTRY_URL",
            "the address of the server, such as https://sentry.io",
        ),
    });
    Step::command(title, argv, WRITE)
}

/// `sentry-cli …`, for an organization and a project.
pub(crate) fn sentry_cli(
    title: &'static str,
    words: &[&'static str],
    organization: &str,
    project: &str,
    rest: impl IntoIterator<Item = Arg>,
) -> Step {
    let mut argv = vec![Arg::word("sentry-cli")];
    argv.extend(words.iter().map(|w| Arg::word(w)));
    argv.extend([
        format!("--org={organization}").into(),
        format!("--project={project}").into(),
    ]);
    argv.extend(rest);
    Step::command(title, argv, &["project:releases"])
}

/// Makes an alert that is as tight as is asked, beside those that there are.
pub(crate) fn create_alert(
    subject: &ProjectAlerts,
    wanted: &Wanted<'_>,
    name: &str,
) -> Remediation {
    let remediation = Remediation::new("create an alert that is tight enough")
        .link("https://docs.sentry.io/api/monitors/create-an-alert-for-an-organization/");
    let project = &subject.project;
    if let Situation::Latency {
        percentile,
        milliseconds,
        seconds,
    } = wanted.situation
    {
        let latency = Latency {
            aggregate: aggregate(percentile),
            milliseconds: whole(milliseconds),
            window_minutes: window_minutes(seconds),
        };
        return match &subject.error_monitor {
            Known::Yes(None) => remediation.step(metric_rule(project, wanted, name, &latency)),
            _ => remediation
                .step(metric_alert(project, wanted, name))
                .step(metric_monitor(project, wanted, name, &latency)),
        };
    }
    match &subject.error_monitor {
        Known::Yes(None) => remediation.step(issue_rule(project, wanted, name)),
        Known::Yes(Some(monitor)) => remediation.step(workflow(project, wanted, name, monitor)),
        Known::No(reason) => remediation.withheld(format!(
            "an alert is connected to the project's monitor of errors, which could not be read: \
             {reason}"
        )),
    }
}

/// What a monitor of latency is made of.
struct Latency {
    aggregate: String,
    milliseconds: Value,
    window_minutes: u64,
}

fn blanks(wanted: &Wanted<'_>, first: &[Blank]) -> Vec<Blank> {
    let chat = CHAT.iter().filter(|_| wanted.chat);
    first.iter().chain(chat).copied().collect()
}

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

/// The nearest window that Sentry offers which is not shorter, with its name.
fn interval(seconds: u64) -> &'static str {
    let all = [
        (60, "1m"),
        (300, "5m"),
        (900, "15m"),
        (3_600, "1h"),
        (86_400, "1d"),
        (604_800, "1w"),
    ];
    let fitting = all.into_iter().find(|(length, _)| *length >= seconds);
    fitting.map_or("30d", |(_, name)| name)
}

/// Counts and comparisons are whole numbers to Sentry.
fn whole(number: f64) -> Value {
    #[allow(
        clippy::cast_possible_truncation,
        reason = "of the policy, far below 2^53"
    )]
    let rounded = number.floor() as i64;
    json!(rounded)
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

/// The steps of frequencies that Sentry offers: the longest that is not longer.
fn frequency(wanted: &Wanted<'_>) -> u64 {
    let most = wanted.frequency_minutes.unwrap_or(1440);
    let steps = [1440, 720, 180, 60, 30, 10, 5];
    steps.into_iter().find(|step| *step <= most).unwrap_or(0)
}

fn workflow(project: &Project, wanted: &Wanted<'_>, name: &str, monitor: &str) -> Step {
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

fn metric_alert(project: &Project, wanted: &Wanted<'_>, name: &str) -> Step {
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

/// The percentile that Sentry offers which is not lower.
fn aggregate(percentile: f64) -> String {
    let all = [50.0, 75.0, 90.0, 95.0, 99.0];
    let name = all.into_iter().find(|p| *p >= percentile).unwrap_or(100.0);
    format!("p{name}(span.duration)")
}

/// Sentry asks for windows of at least five minutes, in steps; the longest that is not longer.
fn window_minutes(seconds: u64) -> u64 {
    let steps = [1440, 240, 120, 60, 30, 15, 10, 5];
    steps.into_iter().find(|m| m * 60 <= seconds).unwrap_or(5)
}

fn metric_monitor(project: &Project, wanted: &Wanted<'_>, name: &str, of: &Latency) -> Step {
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
        "workflow_ids": ["@WORKFLOW_ID@"],
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

/// The same of conditions, as rules have it.
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

fn issue_rule(project: &Project, wanted: &Wanted<'_>, name: &str) -> Step {
    let (conditions, filters) = rule_filters(wanted.situation);
    let mut actions = Vec::new();
    if wanted.email || !wanted.chat {
        actions.push(json!({"id": "sentry.mail.actions.NotifyEmailAction",
            "targetType": "IssueOwners", "targetIdentifier": "", "fallthroughType": "ActiveMembers"}));
    }
    if wanted.chat {
        actions.push(json!({
            "id": "sentry.integrations.slack.notify_action.SlackNotifyServiceAction",
            "workspace": CHAT[0].0, "channel": CHAT[1].0}));
    }
    let body = json!({
        "name": name, "actionMatch": "all", "filterMatch": "all",
        "frequency": frequency(wanted).max(5), "environment": wanted.environment,
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
        &blanks(wanted, &[]),
    )
}

fn metric_rule(project: &Project, wanted: &Wanted<'_>, name: &str, of: &Latency) -> Step {
    let mut actions = Vec::new();
    if wanted.email || !wanted.chat {
        actions.push(json!({"type": "email", "targetType": "user", "targetIdentifier": USER.0}));
    }
    if wanted.chat {
        actions.push(json!({"type": "slack", "targetType": "specific",
            "integrationId": CHAT[0].0, "targetIdentifier": CHAT[1].0}));
    }
    let body = json!({
        "name": name, "projects": [project.slug], "environment": wanted.environment,
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
        &blanks(wanted, &[USER]),
    )
}
