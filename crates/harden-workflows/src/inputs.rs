//! The inputs of actions, as far as they are judged.

use std::collections::BTreeMap;

use github_actions_models::common::expr::LoE;
use github_actions_models::common::{Env, Uses};

use super::scope::Scope;
use super::versions::version_of;
use super::words::names_pull;
use super::{Version, expressions, plain};

/// `owner/repo/path` of an action in lower case, without its ref.
pub(super) fn action_of(uses: &Uses) -> String {
    let raw = uses.raw();
    raw.split('@').next().unwrap_or(raw).to_ascii_lowercase()
}

pub(super) fn inputs(with: &LoE<Env>) -> BTreeMap<String, String> {
    match with {
        LoE::Literal(env) => env
            .iter()
            .map(|(key, value)| (key.to_ascii_lowercase(), value.to_string()))
            .collect(),
        LoE::Expr(_) => BTreeMap::new(),
    }
}

/// The inputs of known actions that are judged.
const JUDGED: &[(&str, &[&str])] = &[
    (
        "actions/checkout",
        &["fetch-depth", "ref", "repository", "persist-credentials"],
    ),
    ("amondnet/vercel-action", &["vercel-args"]),
    (
        "aws-actions/configure-aws-credentials",
        &[
            "role-to-assume",
            "aws-access-key-id",
            "aws-secret-access-key",
            "role-chaining",
        ],
    ),
    ("cloudflare/wrangler-action", &["command"]),
    (
        "getsentry/action-release",
        &[
            "environment",
            "set_commits",
            "release_prefix",
            "version_prefix",
            "finalize",
            "ignore_missing",
        ],
    ),
];

pub(super) fn judged(action: &str, inputs: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let Some((_, keys)) = JUDGED.iter().find(|(known, _)| *known == action) else {
        return BTreeMap::new();
    };
    let kept = keys.iter().filter_map(|key| {
        let text = inputs.get(*key)?;
        let kept = plain_input(text);
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

/// A plain value, or the contexts of an expression, or the mark.
fn plain_input(text: &str) -> String {
    if !text.contains("${{") {
        let text = text.trim();
        // of several words only options are kept: `--prod`
        if text.contains(' ') {
            let options: Vec<&str> = text.split(' ').filter(|w| *w == "--prod").collect();
            return if options.is_empty() {
                plain::LEFT_OUT.to_owned()
            } else {
                options.join(" ")
            };
        }
        return if text.is_empty() {
            String::new()
        } else {
            plain::name_or_mark(text)
        };
    }
    let inner = expressions::split(text).unwrap_or_default();
    let read: Vec<String> = inner.into_iter().flat_map(expressions::values).collect();
    format!("${{{{ {} }}}}", read.join(" "))
}

/// The input of an action that is a script.
pub(super) fn script_input(action: &str) -> Option<&'static str> {
    match action {
        "actions/github-script" | "appleboy/ssh-action" => Some("script"),
        "nick-fields/retry" | "nick-invision/retry" | "wandalen/wretry.action" => Some("command"),
        "azure/cli" | "azure/powershell" => Some("inlinescript"),
        _ => None,
    }
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
