//! The inputs of actions, as far as they are judged.

use std::collections::BTreeMap;

use super::scope::Scope;
use crate::names::{LEFT_OUT, name_or_mark, names_pull};
use crate::script::version_of;
use crate::{Version, expressions};

/// `owner/repo/path` of an action in lower case, without its ref.
pub(super) fn action_of(uses: &str) -> String {
    uses.split('@').next().unwrap_or(uses).to_ascii_lowercase()
}

/// What of an input is recorded where it is a literal.
#[derive(Debug, Clone, Copy)]
enum Kind {
    /// It is a name: of a branch, a repository, an environment, a role.
    Name,
    /// It is one of a few words, or a number.
    Word(&'static [&'static str]),
    /// It may be a value: only that it is set.
    Set,
}

const FLAG: Kind = Kind::Word(&["true", "false"]);

/// The inputs of known actions that are judged.
const JUDGED: &[(&str, &[(&str, Kind)])] = &[
    (
        "actions/checkout",
        &[
            ("fetch-depth", Kind::Word(&[])),
            ("ref", Kind::Name),
            ("repository", Kind::Name),
            ("persist-credentials", FLAG),
            ("allow-unsafe-pr-checkout", FLAG),
        ],
    ),
    (
        "actions/download-artifact",
        &[("run-id", Kind::Name), ("path", Kind::Name)],
    ),
    (
        "dawidd6/action-download-artifact",
        &[("run_id", Kind::Name), ("path", Kind::Name)],
    ),
    (
        "amondnet/vercel-action",
        &[("vercel-args", Kind::Word(&["--prod"]))],
    ),
    (
        "aws-actions/configure-aws-credentials",
        &[
            ("role-to-assume", Kind::Name),
            ("aws-access-key-id", Kind::Set),
            ("aws-secret-access-key", Kind::Set),
            ("role-chaining", FLAG),
        ],
    ),
    (
        "cloudflare/wrangler-action",
        &[(
            "command",
            Kind::Word(&[
                "deploy", "pages", "publish", "rollback", "secret", "upload", "versions",
            ]),
        )],
    ),
    (
        "getsentry/action-release",
        &[
            ("environment", Kind::Name),
            ("set_commits", Kind::Word(&["auto", "skip"])),
            ("release_prefix", Kind::Set),
            ("version_prefix", Kind::Set),
            ("finalize", FLAG),
            ("ignore_missing", FLAG),
        ],
    ),
];

/// The names of an action's inputs that are judged.
pub(super) fn keys(action: &str) -> impl Iterator<Item = &'static &'static str> {
    let judged = JUDGED.iter().filter(move |(known, _)| *known == action);
    judged.flat_map(|(_, keys)| keys.iter().map(|(key, _)| key))
}

/// The inputs of an action that are judged, as far as they are recorded.
pub(super) fn judged(action: &str, inputs: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let Some((_, keys)) = JUDGED.iter().find(|(known, _)| *known == action) else {
        return BTreeMap::new();
    };
    let kept = keys.iter().filter_map(|(key, kind)| {
        let text = inputs.get(*key)?;
        let kept = recorded(text, *kind);
        Some((
            (*key).to_owned(),
            match *key {
                "ref" if names_pull(text) && kept.starts_with("${{") => {
                    format!("refs/pull/{kept}/merge")
                }
                _ => kept,
            },
        ))
    });
    kept.collect()
}

/// The contexts of an expression, or of a literal what its kind admits.
fn recorded(text: &str, kind: Kind) -> String {
    let text = text.trim();
    if text.contains("${{") {
        let inner = expressions::split(text).unwrap_or_default();
        let read: Vec<String> = inner.into_iter().flat_map(expressions::values).collect();
        return format!("${{{{ {} }}}}", read.join(" "));
    }
    match kind {
        _ if text.is_empty() => String::new(),
        Kind::Name => name_or_mark(text),
        Kind::Word([]) if text.bytes().all(|b| b.is_ascii_digit()) => text.to_owned(),
        Kind::Word(known) => {
            let words: Vec<&str> = text
                .split_whitespace()
                .filter(|word| known.contains(word))
                .collect();
            if words.is_empty() {
                LEFT_OUT.to_owned()
            } else {
                words.join(" ")
            }
        }
        Kind::Set => LEFT_OUT.to_owned(),
    }
}

/// The inputs of actions that are run as code: as a script of a shell, or by an interpreter.
const CODE: &[(&str, &[&str])] = &[
    ("actions/github-script", &["script"]),
    ("addnab/docker-run-action", &["run", "options", "image"]),
    ("amadevus/pwsh-script", &["script"]),
    ("appleboy/ssh-action", &["script"]),
    ("azure/cli", &["inlinescript"]),
    ("azure/powershell", &["inlinescript"]),
    ("cardinalby/js-eval-action", &["expression", "data"]),
    ("coactions/setup-xvfb", &["run"]),
    ("crazy-max/ghaction-chocolatey", &["args"]),
    ("cross-platform-actions/action", &["run"]),
    (
        "cypress-io/github-action",
        &["build", "command", "install-command", "start", "wait-on"],
    ),
    ("devcontainers/ci", &["runcmd"]),
    ("fifsky/ssh-action", &["command"]),
    ("gabrielbb/xvfb-action", &["run"]),
    ("garygrossgarten/github-action-ssh", &["command"]),
    ("google-github-actions/ssh-compute", &["command"]),
    ("jannekem/run-python-script-action", &["script"]),
    ("mikefarah/yq", &["cmd"]),
    (
        "nick-fields/retry",
        &["command", "new_command_on_retry", "on_retry_command"],
    ),
    (
        "nick-invision/retry",
        &["command", "new_command_on_retry", "on_retry_command"],
    ),
    ("pguyot/arm-runner-action", &["commands"]),
    (
        "reactivecircus/android-emulator-runner",
        &["script", "pre-emulator-launch-script"],
    ),
    (
        "satackey/action-js-inline",
        &["required-packages", "script"],
    ),
    ("sergeysova/jq-action", &["cmd"]),
    // its templates are run as JavaScript
    (
        "tibdex/backport",
        &[
            "body_template",
            "head_template",
            "labels_template",
            "title_template",
        ],
    ),
    ("uraimo/run-on-arch-action", &["install", "run", "setup"]),
    ("vmactions/freebsd-vm", &["prepare", "run"]),
    ("vmactions/netbsd-vm", &["prepare", "run"]),
    ("vmactions/openbsd-vm", &["prepare", "run"]),
    ("vmactions/solaris-vm", &["prepare", "run"]),
    ("wandalen/wretry.action", &["command"]),
];

/// The inputs of an action that are run as code.
pub(super) fn code_inputs(action: &str) -> &'static [&'static str] {
    let found = CODE.iter().find(|(known, _)| *known == action);
    found.map_or(&[], |(_, inputs)| inputs)
}

/// The version of a release that the action makes. Without one it takes what is checked out.
pub(super) fn release_version(inputs: &BTreeMap<String, String>, scope: &Scope) -> Version {
    let prefixed = ["release_prefix", "version_prefix"]
        .iter()
        .any(|key| inputs.get(*key).is_some_and(|text| !text.trim().is_empty()));
    if prefixed {
        return Version::Other;
    }
    // `release` is the newer name
    match inputs.get("release").or_else(|| inputs.get("version")) {
        Some(text) if !text.trim().is_empty() => {
            version_of(text, &scope.versions).unwrap_or(Version::Other)
        }
        _ => Version::Head,
    }
}
