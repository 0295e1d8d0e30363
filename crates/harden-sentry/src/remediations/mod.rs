//! What the remediations of several checks are made of.
//!
//! Alerts are changed over the API with curl, since no tool of Sentry's does it; releases with
//! sentry-cli. curl hides the value of `--oauth2-bearer` from the list of processes.

mod rule;
mod workflow;

use std::borrow::Cow;

use harden_core::{Arg, Known, Remediation, Step};
use rule::{issue_rule, metric_rule};
use serde_json::{Value, json};
use workflow::{metric_alert, metric_monitor, workflow};

use crate::tightness::{Situation, Wanted};
use crate::views::ProjectAlerts;

pub(crate) const WRITE: &[&str] = &["alerts:write"];

/// What only a person knows, and the mark that stands for it in a document: with a character of no
/// script, which no name has.
type Blank = (&'static str, &'static str, &'static str);

const USER: Blank = (
    "\u{e000}USER_ID\u{e000}",
    "USER_ID",
    "the number of the member to tell",
);
/// A number: the mark takes the quotes with it.
const WORKFLOW: Blank = (
    "\"\u{e000}WORKFLOW_ID\u{e000}\"",
    "WORKFLOW_ID",
    "the id that the first step printed",
);
const CHAT: [Blank; 2] = [
    (
        "\u{e000}SLACK_ID\u{e000}",
        "SLACK_ID",
        "the number of the Slack integration",
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
        None => Arg::from(format!("\u{e000}{path}")).with_input(
            "\u{e000}",
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

/// The steps of frequencies that Sentry offers: the longest that is not longer.
fn frequency(wanted: &Wanted<'_>) -> u64 {
    let most = wanted.frequency_minutes.unwrap_or(1440);
    let steps = [1440, 720, 180, 60, 30, 10, 5];
    steps.into_iter().find(|step| *step <= most).unwrap_or(0)
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
