//! What steps check out: the head of a pull request, another commit, or a revision that is not known.

use super::flow::{Placed, action, given_in};
use crate::resources::workflow::Command;

/// Expressions and refs that name the head of a pull request, in lower case. Contexts:
/// <https://docs.github.com/en/actions/reference/security/secure-use#good-practices-for-mitigating-script-injection-attacks>
const HEADS: &[&str] = &[
    "github.event.pull_request.head.",
    "github.event.pull_request.merge_commit_sha",
    "github.event.workflow_run.head_",
    "github.event.workflow_run.pull_requests",
    "github.head_ref",
    "refs/pull/",
];

/// What a step checks out.
pub(crate) enum CheckedOut {
    /// The head of a pull request.
    Head(String),
    /// Nothing yet: the head is fetched, and a later command may check it out.
    Fetched(String),
    /// A revision that cannot be followed.
    Unclear(String),
    /// Nothing yet: a revision that cannot be followed is fetched, into a branch or not.
    FetchedUnclear { what: String, has_branch: bool },
    /// Another commit, or what was fetched before; whether the command names `FETCH_HEAD`.
    Other { fetch_head: bool },
}

/// The options of git whose value is not a revision: the name of a new branch, a message.
const NAMES: &[&str] = &["-b", "-B", "-c", "-C", "-m", "--message", "--orphan"];

/// Whether a text names the head of a pull request.
fn is_head(text: &str) -> bool {
    let pull = text.split_once("pull/").map(|(_, after)| after);
    let pull = pull.is_some_and(|after| after.contains("/head") || after.contains("/merge"));
    pull || HEADS.iter().any(|head| text.contains(head))
}

/// Whether a context is an output or a variable that cannot be followed.
fn is_opaque(context: &str) -> bool {
    context == "…" || context.starts_with("steps.") || context.starts_with("needs.")
}

/// The contexts in an expression of a recorded text, which holds only names.
fn contexts(text: &str) -> impl Iterator<Item = String> {
    let inner = text.split_once("${{").and_then(|(_, t)| t.split_once("}}"));
    let inner = inner.map_or("", |(inner, _)| inner);
    inner.split_whitespace().map(str::to_owned)
}

/// What a step checks out, in the order of its commands.
pub(crate) fn checked_out(placed: &Placed<'_>) -> Vec<CheckedOut> {
    let step = placed.step;
    if step.uses.as_deref().map(action).as_deref() == Some("actions/checkout") {
        return of_checkout(placed).into_iter().collect();
    }
    let commands = step.commands.iter();
    commands
        .filter_map(|command| of_command(command, placed))
        .collect()
}

/// What `actions/checkout` checks out; `None` for the default commit and for known other refs.
fn of_checkout(placed: &Placed<'_>) -> Option<CheckedOut> {
    let step = placed.step;
    let mut opaque = None;
    for key in ["ref", "repository"] {
        let Some(text) = step.with.get(key) else {
            continue;
        };
        if is_head(text) {
            return Some(CheckedOut::Head(text.clone()));
        }
        // the head can come through an input, a variable or an output
        let held: Vec<String> = match step.passed.get(&format!("inputs.{key}")) {
            Some(passed) => given_in(passed, &placed.given)
                .into_iter()
                .map(|(context, _)| context)
                .collect(),
            None => contexts(text).collect(),
        };
        if let Some(head) = held.iter().find(|context| is_head(context)) {
            return Some(CheckedOut::Head(head.clone()));
        }
        if held.iter().any(|context| is_opaque(context)) {
            opaque.get_or_insert_with(|| CheckedOut::Unclear(text.clone()));
        }
    }
    opaque
}

/// What a command checks out; `None` if it checks out nothing.
fn of_command(command: &Command, placed: &Placed<'_>) -> Option<CheckedOut> {
    let verb = match &*command.tool {
        "gh" if command.says(&["pr", "checkout"]) => return Some(CheckedOut::Head(command.line())),
        "git" => command.words.first()?,
        _ => return None,
    };
    let (mut opaque, mut files) = (false, false);
    for (i, word) in command.words.iter().enumerate() {
        let held: Vec<String> = contexts(word).collect();
        let held = given_in(&held, &placed.given);
        if is_head(word) || held.iter().any(|(context, _)| is_head(context)) {
            return Some(match &**verb {
                "fetch" => CheckedOut::Fetched(command.line()),
                _ => CheckedOut::Head(command.line()),
            });
        }
        // the name of a new branch and a message are not revisions, and after `--` there are files
        let before = i.checked_sub(1).and_then(|i| command.words.get(i));
        let is_name = before.is_some_and(|b| verb != "clone" && NAMES.contains(&&**b));
        files |= word == "--";
        opaque |= !is_name && !files && held.iter().any(|(context, _)| is_opaque(context));
    }
    match &**verb {
        "fetch" if opaque => Some(CheckedOut::FetchedUnclear {
            what: command.line(),
            has_branch: command.words.iter().any(|word| word.ends_with(":…")),
        }),
        "fetch" => None,
        _ if opaque => Some(CheckedOut::Unclear(command.line())),
        "clone" => None,
        _ => Some(CheckedOut::Other {
            fetch_head: command.words.iter().any(|word| word.contains("FETCH_HEAD")),
        }),
    }
}
