//! Steps that the remediations of several checks share.
//!
//! Alerts are changed through the API with curl, since sentry-cli cannot change them; releases are
//! changed with sentry-cli. curl hides the value of `--oauth2-bearer` from the list of processes.

mod rule;
mod workflow;

use std::borrow::Cow;

use harden_core::{Arg, Known, Remediation, Step};
use rule::{issue_rule, metric_rule};
use serde_json::{Value, json};
use workflow::{metric_alert, metric_monitor, workflow};

use crate::tightness::{Requirement, Situation};
use crate::views::ProjectAlerts;

pub(crate) const WRITE: &[&str] = &["alerts:write"];

/// A value that only a person knows: its placeholder in a JSON document, the name of its variable,
/// and a hint. The placeholder contains U+E000, a private-use character, so that no real name
/// contains it.
type Placeholder = (&'static str, &'static str, &'static str);

const USER: Placeholder = (
    "\u{e000}USER_ID\u{e000}",
    "USER_ID",
    "the id of the member to notify",
);
/// The value is a number: the quotes of the JSON string are part of the placeholder.
const WORKFLOW: Placeholder = (
    "\"\u{e000}WORKFLOW_ID\u{e000}\"",
    "WORKFLOW_ID",
    "the id that the first step printed",
);
const CHAT: [Placeholder; 2] = [
    (
        "\u{e000}SLACK_ID\u{e000}",
        "SLACK_ID",
        "the id of the Slack integration",
    ),
    (
        "\u{e000}CHANNEL\u{e000}",
        "CHANNEL",
        "the name of the Slack channel",
    ),
];

/// A call of the API with a JSON body.
pub(crate) fn call(
    title: impl Into<Cow<'static, str>>,
    method: &'static str,
    server: &Known<String>,
    path: &str,
    body: Option<&Value>,
    placeholders: &[Placeholder],
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
        let document = placeholders.iter().fold(
            Arg::from(body.to_string()),
            |arg, (placeholder, name, hint)| arg.with_input(placeholder, *name, *hint),
        );
        argv.extend([
            Arg::word("--header"),
            Arg::word("Content-Type: application/json"),
            Arg::word("--data"),
            document,
        ]);
    }
    argv.push(match server.ok() {
        Some(server) => format!("{}{path}", server.trim_end_matches('/')).into(),
        None => Arg::from(format!("\u{e000}{path}")).with_input(
            "\u{e000}",
            "SENTRY_URL",
            "the address of the server, such as https://sentry.io",
        ),
    });
    Step::command(title, argv, WRITE)
}

/// A call of sentry-cli for an organization and a project.
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

/// Creates an alert that is as tight as required. Existing alerts stay as they are: a looser
/// one can serve another purpose.
pub(crate) fn create_alert(
    subject: &ProjectAlerts,
    requirement: &Requirement<'_>,
    name: &str,
) -> Remediation {
    let remediation = Remediation::new("create an alert that is tight enough")
        .link("https://docs.sentry.io/api/monitors/create-an-alert-for-an-organization/");
    let project = &subject.project;
    if let Situation::Latency {
        percentile,
        milliseconds,
        seconds,
    } = requirement.situation
    {
        let latency = Latency {
            aggregate: aggregate(percentile),
            milliseconds: whole(milliseconds),
            window_minutes: window_minutes(seconds),
        };
        return match &subject.error_monitor {
            Known::Yes(None) => remediation.step(metric_rule(project, requirement, name, &latency)),
            _ => remediation
                .step(metric_alert(project, requirement, name))
                .step(metric_monitor(project, requirement, name, &latency)),
        };
    }
    match &subject.error_monitor {
        Known::Yes(None) => remediation.step(issue_rule(project, requirement, name)),
        Known::Yes(Some(monitor)) => {
            remediation.step(workflow(project, requirement, name, monitor))
        }
        Known::No(reason) => remediation.withheld(format!(
            "the alert must be connected to the project's error monitor, which could not be read: \
             {reason}"
        )),
    }
}

/// The settings of a monitor on latency.
struct Latency {
    aggregate: String,
    milliseconds: Value,
    window_minutes: u64,
}

/// The placeholders of a document: `first`, and those of a chat where one is required.
fn placeholders(requirement: &Requirement<'_>, first: &[Placeholder]) -> Vec<Placeholder> {
    let chat = CHAT.iter().filter(|_| requirement.chat);
    first.iter().chain(chat).copied().collect()
}

/// The name of the shortest window that Sentry offers and that is at least this long. With the same
/// count, a longer window is tighter.
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

/// Rounds down: Sentry takes counts and thresholds as whole numbers, and a lower one is tighter.
fn whole(number: f64) -> Value {
    #[allow(
        clippy::cast_possible_truncation,
        reason = "a value of the policy, far below 2^53"
    )]
    let rounded = number.floor() as i64;
    json!(rounded)
}

/// The longest time between notifications, in minutes, that Sentry offers and the policy allows; 0
/// for every time.
fn frequency(requirement: &Requirement<'_>) -> u64 {
    let most = requirement.frequency_minutes.unwrap_or(1440);
    let steps = [1440, 720, 180, 60, 30, 10, 5];
    steps.into_iter().find(|step| *step <= most).unwrap_or(0)
}

/// The lowest percentile that Sentry offers and that is at least the required one.
fn aggregate(percentile: f64) -> String {
    let all = [50.0, 75.0, 90.0, 95.0, 99.0];
    let name = all.into_iter().find(|p| *p >= percentile).unwrap_or(100.0);
    format!("p{name}(span.duration)")
}

/// The longest window that Sentry offers for a metric and that is not longer than the required one.
/// The shortest is 5 minutes, which the policy requires at least.
fn window_minutes(seconds: u64) -> u64 {
    let steps = [1440, 240, 120, 60, 30, 15, 10, 5];
    steps.into_iter().find(|m| m * 60 <= seconds).unwrap_or(5)
}
