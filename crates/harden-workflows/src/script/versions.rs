//! What the version of a release is: whether it is the commit's SHA.

use std::collections::BTreeMap;

use crate::Version;

/// What a script's words may hold: variables by their name, outputs of steps as
/// `steps.id.outputs.name`.
pub(crate) type Versions = BTreeMap<String, Version>;

/// The version that a command of sentry-cli names.
pub(super) fn release_version(words: &[String], known: &Versions) -> Option<Version> {
    let value = words
        .iter()
        .enumerate()
        .find_map(|(i, word)| match &**word {
            "-r" | "--release" => words.get(i + 1).map(String::as_str),
            _ => word.strip_prefix("--release="),
        });
    let positional = || {
        let verbs = ["new", "create", "finalize", "set-commits"];
        let verb = words.iter().position(|word| verbs.contains(&&**word))?;
        // sentry-cli releases deploys VERSION new, of older versions
        let before = verb.checked_sub(1).and_then(|i| words.get(i));
        let deploys = words.iter().position(|word| word == "deploys");
        match (deploys, before) {
            (Some(at), Some(before)) if at + 1 < verb => Some(&**before),
            (Some(_), _) => None,
            _ => {
                let rest = words.get(verb + 1..)?.iter();
                let mut skip = false;
                rest.map(String::as_str).find(|word| {
                    let value = std::mem::replace(&mut skip, takes_value(word));
                    !value && !word.starts_with('-')
                })
            }
        }
    };
    let Some(value) = value.or_else(positional) else {
        // sentry-cli then takes what the environment says
        return known.get("SENTRY_RELEASE").copied();
    };
    Some(version_of(value, known).unwrap_or(Version::Other))
}

/// The options of `releases new` and `set-commits` that take a value.
fn takes_value(word: &str) -> bool {
    matches!(
        word,
        "-p" | "--project"
            | "-o"
            | "--org"
            | "--url"
            | "-c"
            | "--commit"
            | "--initial-depth"
            | "--log-level"
    )
}

/// What a text holds, where it is known to be, or to come from, the commit's SHA.
pub(crate) fn version_of(text: &str, known: &Versions) -> Option<Version> {
    let text = text.trim();
    let context = text
        .strip_prefix("${{")
        .and_then(|t| t.strip_suffix("}}"))
        .map(str::trim);
    if let Some(context) = context {
        return of_context(&context.to_ascii_lowercase(), known);
    }
    if let Some(inner) = text.strip_prefix("$(").and_then(|t| t.strip_suffix(')')) {
        let words: Vec<&str> = inner.split_whitespace().collect();
        return match words.as_slice() {
            ["git", "rev-parse", "HEAD"] => Some(Version::Head),
            ["git", "rev-parse", "--short", ..] => Some(Version::ShortSha),
            [.., "releases", "propose-version"] => Some(Version::Head),
            ["git", "rev-parse" | "log" | "describe", ..] => Some(Version::Other),
            _ => None,
        };
    }
    let name = text.strip_prefix('$')?;
    let name = name
        .strip_prefix('{')
        .and_then(|n| n.strip_suffix('}'))
        .unwrap_or(name);
    match name {
        "GITHUB_SHA" => Some(Version::Sha),
        "GITHUB_REF_NAME" | "GITHUB_REF" | "GITHUB_RUN_NUMBER" | "GITHUB_RUN_ID" => {
            Some(Version::Other)
        }
        _ if name.starts_with("GITHUB_SHA:") => Some(Version::ShortSha),
        _ if is_variable(name) => Some(known.get(name).copied().unwrap_or(Version::Unclear)),
        _ => None,
    }
}

/// What an expression in lower case holds.
fn of_context(context: &str, known: &Versions) -> Option<Version> {
    if let Some((first, other)) = context.split_once("||") {
        return match (
            of_context(first.trim(), known)?,
            of_context(other.trim(), known),
        ) {
            (Version::RunHead, Some(Version::Sha)) => Some(Version::RunHeadOrSha),
            (Version::PullHead, Some(Version::Sha)) => Some(Version::PullHeadOrSha),
            // these two are the commit of the run on their own events
            (Version::Pushed | Version::Deployment | Version::Sha, Some(Version::Sha)) => {
                Some(Version::Sha)
            }
            _ => Some(Version::Unclear),
        };
    }
    match context {
        "github.sha" => Some(Version::Sha),
        "github.event.workflow_run.head_sha" => Some(Version::RunHead),
        "github.event.pull_request.head.sha" => Some(Version::PullHead),
        "github.event.deployment.sha" => Some(Version::Deployment),
        "github.event.after" => Some(Version::Pushed),
        _ => match context.split_once('.') {
            Some(("env", name)) => known
                .iter()
                .find(|(variable, _)| variable.eq_ignore_ascii_case(name))
                .map(|(_, version)| *version),
            Some(("steps", _)) => Some(known.get(context).copied().unwrap_or(Version::Unclear)),
            Some(("needs" | "inputs" | "matrix", _)) => Some(Version::Unclear),
            _ => None,
        },
    }
}

pub(crate) fn is_variable(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}
