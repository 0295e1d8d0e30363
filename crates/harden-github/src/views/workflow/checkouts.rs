//! What steps check out: the head of a pull request, another commit, or a revision that is not known.

use super::flow::{Placed, action, given_in};
use super::releases::guard_of;
use crate::resources::workflow::{Command, is_absent_on};

/// Expressions and refs that name the head of a pull request, in lower case. Contexts:
/// <https://docs.github.com/en/actions/reference/security/secure-use#good-practices-for-mitigating-script-injection-attacks>
const HEADS: &[&str] = &[
    "github.event.pull_request.head.",
    "github.event.pull_request.merge_commit_sha",
    "github.event.workflow_run.head_",
    "github.event.workflow_run.pull_requests",
    "github.head_ref",
    "pull-request-branch",
    "pull-request-commit",
    "refs/pull/",
];

/// What a step checks out.
pub(crate) enum CheckedOut {
    /// The head of a pull request.
    Head(Head),
    /// Nothing yet: the head is fetched, and a later command may check it out.
    Fetched(Head),
    /// Nothing yet: the change of a pull request is printed, and a later command may apply it.
    Patch(Head),
    /// A patch is applied.
    Applied,
    /// Nothing yet: the files that a run made are downloaded.
    Artifact(Artifact),
    /// A revision that cannot be followed.
    Unclear(String),
    /// Nothing yet: a revision that cannot be followed is fetched, into a branch or not.
    FetchedUnclear { what: String, has_branch: bool },
    /// Another commit, or what was fetched before; whether the command names `FETCH_HEAD`.
    Other { fetch_head: bool },
}

/// An artifact that is downloaded.
#[derive(Debug, Clone)]
pub(crate) struct Artifact {
    /// What downloads it.
    pub(crate) what: String,
    /// The folder that it is put into; `None` for the folder of the checkout.
    pub(crate) folder: Option<String>,
}

/// The head of a pull request that is checked out.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    /// How it is named.
    pub(crate) what: String,
    /// The contexts that name it.
    contexts: Vec<String>,
    /// Whether the action refuses the code of strangers.
    pub(crate) guard: Guard,
}

/// Whether what checks out a head refuses that of a stranger.
#[derive(Debug, Clone)]
pub(crate) enum Guard {
    /// It does not.
    None,
    /// It does.
    Refuses,
    /// It is not known.
    Unclear(String),
}

impl Head {
    fn new(what: String, contexts: Vec<String>) -> Self {
        Self {
            what,
            contexts,
            guard: Guard::None,
        }
    }

    /// Whether it is empty on an event: then the commit of the event is checked out.
    pub(crate) fn is_absent_on(&self, event: &str) -> bool {
        let mut all = self.contexts.iter();
        !self.contexts.is_empty() && all.all(|context| is_absent_on(context, event))
    }

    /// Whether it may be another commit once the pull request was merged: a branch of the stranger's.
    pub(crate) fn moves(&self) -> bool {
        let fixed = [
            "sha",
            "merge_commit",
            "refs/pull/",
            "pull-request-commit",
            "_url",
        ];
        let stays = |context: &String| fixed.iter().any(|part| context.contains(part));
        self.contexts.is_empty() || !self.contexts.iter().all(stays)
    }
}

/// The options of git whose value is not a revision: the name of a new branch, a message.
const NAMES: &[&str] = &["-b", "-B", "-c", "-C", "-m", "--message", "--orphan"];

/// Whether a text names the head of a pull request.
fn is_head(text: &str) -> bool {
    if text.starts_with('?') {
        return false;
    }
    let pull = text.split_once("pull/").map(|(_, after)| after);
    let pull = pull.is_some_and(|after| after.contains("/head") || after.contains("/merge"));
    pull || HEADS.iter().any(|head| text.contains(head))
}

/// Whether a context is an output or a variable that cannot be followed.
fn is_opaque(context: &str) -> bool {
    context == "…"
        || context.starts_with('?')
        || context.starts_with("steps.")
        || context.starts_with("needs.")
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
    let action = step.uses.as_deref().map(action);
    match action.as_deref() {
        Some("actions/checkout") => return of_checkout(placed).into_iter().collect(),
        Some("actions/download-artifact") if !step.with.contains_key("run-id") => {}
        Some(known @ ("actions/download-artifact" | "dawidd6/action-download-artifact")) => {
            let folder = step.with.get("path");
            let folder = folder.map(|path| path.trim_start_matches("./").trim_end_matches('/'));
            return vec![CheckedOut::Artifact(Artifact {
                what: known.to_owned(),
                folder: folder
                    .filter(|path| !matches!(*path, "" | "."))
                    .map(str::to_owned),
            })];
        }
        Some(other) if other.contains("checkout") || other.contains("clone") => {
            return of_other_action(placed, other).into_iter().collect();
        }
        _ => {}
    }
    let commands = step.commands.iter();
    commands
        .filter_map(|command| of_command(command, placed))
        .collect()
}

/// The contexts that an input of a step holds.
fn held_by(placed: &Placed<'_>, key: &str) -> Vec<String> {
    match placed.step.passed.get(&format!("inputs.{key}")) {
        Some(passed) => given_in(passed, &placed.given)
            .into_iter()
            .map(|(context, _)| context)
            .collect(),
        None => placed
            .step
            .with
            .get(key)
            .map_or_else(Vec::new, |text| contexts(text).collect()),
    }
}

/// What `actions/checkout` checks out; `None` for the default commit and for known other refs.
fn of_checkout(placed: &Placed<'_>) -> Option<CheckedOut> {
    let step = placed.step;
    let mut opaque = None;
    let mut found: Option<Head> = None;
    for key in ["ref", "repository"] {
        // the head can come through an input, a variable, the matrix or an output
        let held = held_by(placed, key);
        let text = step.with.get(key);
        let pull = text.filter(|text| is_head(text) && text.contains("pull/"));
        let named = pull.map(|_| "refs/pull/".to_owned());
        let heads: Vec<String> = held
            .iter()
            .filter(|context| is_head(context))
            .cloned()
            .chain(named)
            .chain(
                text.filter(|text| is_head(text))
                    .and_then(|text| first_head(text)),
            )
            .collect();
        if let Some(first) = heads.first() {
            let what = match text {
                Some(text) if is_head(text) => text.clone(),
                _ => first.clone(),
            };
            let head = found.get_or_insert_with(|| Head::new(what, Vec::new()));
            head.contexts.extend(heads);
        } else if held.iter().any(|context| is_opaque(context)) {
            let what = text.cloned().unwrap_or_else(|| key.to_owned());
            opaque.get_or_insert(CheckedOut::Unclear(what));
        }
    }
    if let Some(mut head) = found {
        head.guard = guard_of(step);
        return Some(CheckedOut::Head(head));
    }
    opaque
}

/// The context in a recorded text that is a head.
fn first_head(text: &str) -> Option<String> {
    contexts(text).find(|context| is_head(context))
}

/// What an action of somebody else checks out: it is given a head, and its code is not read.
fn of_other_action(placed: &Placed<'_>, action: &str) -> Option<CheckedOut> {
    let inputs = placed.step.passed.keys();
    let mut keys = inputs.filter_map(|name| name.strip_prefix("inputs."));
    let given = keys.any(|key| {
        held_by(placed, key)
            .iter()
            .any(|c| is_head(c) || is_opaque(c))
    });
    let by_name = ["pr", "pull", "fork"];
    let named = action
        .split(['/', '-', '_'])
        .any(|word| by_name.contains(&word));
    (given || named).then(|| CheckedOut::Unclear(action.to_owned()))
}

/// What a command checks out; `None` if it checks out nothing.
fn of_command(command: &Command, placed: &Placed<'_>) -> Option<CheckedOut> {
    let pull = || Head::new(command.line(), vec!["refs/pull/".to_owned()]);
    let verb = match &*command.tool {
        "gh" if command.says(&["pr", "checkout"]) => return Some(CheckedOut::Head(pull())),
        "gh" if command.says(&["pr", "diff"]) => return Some(CheckedOut::Patch(pull())),
        "gh" if command.says(&["run", "download"]) => {
            let folder = command.option(&["-D", "--dir"]);
            return Some(CheckedOut::Artifact(Artifact {
                what: command.line(),
                folder: folder.map(str::to_owned),
            }));
        }
        "patch" => return Some(CheckedOut::Applied),
        "curl" | "wget" => return patch(command, placed),
        "git" => command.words.first()?,
        _ => return None,
    };
    let (mut opaque, mut files) = (false, false);
    for (i, word) in command.words.iter().enumerate() {
        // the name of a new branch and a message are not revisions, and after `--` there are files
        let before = i.checked_sub(1).and_then(|i| command.words.get(i));
        if before.is_some_and(|b| verb != "clone" && NAMES.contains(&&**b)) {
            continue;
        }
        let held: Vec<String> = contexts(word).collect();
        let held = given_in(&held, &placed.given);
        let mut heads: Vec<String> = held.iter().map(|(context, _)| context.clone()).collect();
        heads.retain(|context| is_head(context));
        if is_head(word) || !heads.is_empty() {
            let named = word.contains("pull/").then(|| "refs/pull/".to_owned());
            heads.extend(named);
            let head = Head::new(command.line(), heads);
            return Some(match &**verb {
                "fetch" => CheckedOut::Fetched(head),
                _ => CheckedOut::Head(head),
            });
        }
        files |= word == "--";
        opaque |= !files && held.iter().any(|(context, _)| is_opaque(context));
    }
    match &**verb {
        "fetch" if opaque => Some(CheckedOut::FetchedUnclear {
            what: command.line(),
            has_branch: command.words.iter().any(|word| word.ends_with(":…")),
        }),
        "fetch" => None,
        "apply" | "am" => Some(CheckedOut::Applied),
        // `git worktree list`
        "worktree" if !command.says(&["add"]) => None,
        _ if opaque => Some(CheckedOut::Unclear(command.line())),
        "clone" => None,
        _ => Some(CheckedOut::Other {
            fetch_head: command.words.iter().any(|word| word.contains("FETCH_HEAD")),
        }),
    }
}

/// The change of a pull request that is downloaded: `curl ${{ github.event.pull_request.patch_url }}`.
fn patch(command: &Command, placed: &Placed<'_>) -> Option<CheckedOut> {
    let held: Vec<String> = command
        .words
        .iter()
        .flat_map(|word| contexts(word))
        .collect();
    let held = given_in(&held, &placed.given).into_iter();
    let urls = held.map(|(context, _)| context).filter(|context| {
        let of_change = ["patch_url", "diff_url"];
        of_change.iter().any(|end| context.ends_with(end))
    });
    let urls: Vec<String> = urls.collect();
    (!urls.is_empty()).then(|| CheckedOut::Patch(Head::new(command.line(), urls)))
}
