//! What the policy file of a pull request accepts or switches off beyond that of its base branch.
//!
//! Whoever opens a pull request writes the policy file that its job reads. In CI the report therefore
//! states what this file changes. `--policy-ref` reads the file of the base branch instead.

use std::collections::BTreeMap;
use std::path::Path;

use harden_core::one_line;
use harden_runner::Notice;
use toml::{Table, Value};

use super::source::path_in_repository;
use super::{Origin, Policy};
use crate::checkout::checkout_root;
use crate::environment::{is_ci, non_empty};
use crate::git::{self, FileAt};
use crate::input::MAX_CONFIG;
use crate::output::note;

/// The most changes of one sort that are listed.
const MAX_LISTED: usize = 20;

/// The variables with the target branch of a pull request: GitHub, GitLab, Jenkins, Bitbucket, Azure.
const BASE_BRANCH: [&str; 5] = [
    "GITHUB_BASE_REF",
    "CI_MERGE_REQUEST_TARGET_BRANCH_NAME",
    "CHANGE_TARGET",
    "BITBUCKET_PR_DESTINATION_BRANCH",
    "SYSTEM_PULLREQUEST_TARGETBRANCH",
];

/// In CI, what the policy file and the attestations of the working tree change from those of the base
/// branch.
pub(super) fn changes(
    policy: &Policy,
    attestations_path: &Path,
    attestations: Option<&str>,
) -> Vec<Notice> {
    let is_of_working_tree = matches!(
        policy.origin,
        Origin::Found | Origin::Named | Origin::Absent
    );
    if !is_ci() || !is_of_working_tree {
        return Vec::new();
    }
    let Some(root) = checkout_root(Path::new(".")) else {
        return Vec::new();
    };
    let Some(base) = Base::of(&root) else {
        return Vec::new();
    };
    let mut messages = Vec::new();
    let path = policy.path.as_deref();
    if let Some(path) = path.filter(|path| path_in_repository(&root, path).is_some()) {
        messages.extend(compare(
            path,
            &policy.text,
            &base.read(&root, path),
            policy_changes,
        ));
    }
    if let Some(text) = attestations
        && path_in_repository(&root, attestations_path).is_some()
    {
        let before = base.read(&root, attestations_path);
        messages.extend(compare(
            attestations_path,
            text,
            &before,
            attestation_changes,
        ));
    }
    if !messages.is_empty() {
        note(&format!(
            "the policy of this checkout differs from that of {}: the notices of the report state how \
             (`--policy-ref` reads the file of a branch instead)",
            base.shown
        ));
    }
    messages
        .into_iter()
        .map(|message| Notice { message })
        .collect()
}

/// The commit that a pull request would change.
struct Base {
    shown: String,
    /// `None` if the checkout does not have it.
    commit: Option<String>,
}

/// A file of the base branch.
enum Before {
    Text(String),
    Missing(String),
    Unreadable(String),
}

impl Base {
    /// `None` if the run is not about a pull request.
    fn of(root: &Path) -> Option<Self> {
        if let Some(branch) = BASE_BRANCH.into_iter().find_map(non_empty) {
            let branch = branch.trim().trim_start_matches("refs/heads/").to_owned();
            let refs = [
                format!("refs/remotes/origin/{branch}"),
                format!("refs/heads/{branch}"),
            ];
            return Some(Self {
                shown: one_line(&branch, 100),
                commit: refs.iter().find_map(|name| git::commit_of(root, name)),
            });
        }
        let default = git::commit_of(root, "refs/remotes/origin/HEAD");
        let event = non_empty("GITHUB_EVENT_NAME");
        let is_push = event.is_some_and(|event| !event.starts_with("pull_request"));
        if is_push && default.is_none() {
            return None;
        }
        Some(Self {
            shown: "the default branch".to_owned(),
            commit: default,
        })
    }

    fn read(&self, root: &Path, path: &Path) -> Before {
        let unreadable = || Before::Unreadable(self.shown.clone());
        let (Some(commit), Some(path)) = (&self.commit, path_in_repository(root, path)) else {
            return unreadable();
        };
        match git::file_at(root, commit, &path, MAX_CONFIG) {
            FileAt::Text(text) => Before::Text(text),
            FileAt::Missing => Before::Missing(self.shown.clone()),
            FileAt::Unusable(_) => unreadable(),
        }
    }
}

fn compare(
    path: &Path,
    text: &str,
    before: &Before,
    changes: fn(&Table, &Table) -> Vec<String>,
) -> Vec<String> {
    let now: Table = text.parse().unwrap_or_default();
    let old = match before {
        Before::Text(text) => text.parse().unwrap_or_default(),
        Before::Missing(_) | Before::Unreadable(_) => Table::new(),
    };
    let shown = path.display();
    let changes = changes(&old, &now);
    let heading = match before {
        Before::Missing(base) => Some(format!("{base} has no {shown}")),
        Before::Unreadable(base) => Some(format!(
            "the {shown} of {base} could not be read, so all of this file is listed: fetch the branch, \
             for example with `fetch-depth: 0`"
        )),
        Before::Text(_) => None,
    };
    let heading = heading.filter(|_| !changes.is_empty());
    let changes = changes
        .into_iter()
        .map(|change| format!("{shown} {change}, unlike the base branch"));
    heading.into_iter().chain(changes).collect()
}

/// What a policy file accepts, switches off and changes.
fn policy_changes(old: &Table, now: &Table) -> Vec<String> {
    let mut all = Vec::new();
    let accepted = added(list(old, &["accept"]), list(now, &["accept"]));
    all.extend(listed(accepted.into_iter().map(|accept| {
        let field = |name: &str| text(accept.get(name));
        format!(
            "accepts {} on {} until {} (owner {})",
            field("check"),
            field("resource"),
            field("expires"),
            field("owner")
        )
    })));
    let off = ["checks", "off"];
    let off = added(list(old, &off), list(now, &off));
    all.extend(listed(
        off.into_iter()
            .map(|id| format!("turns off {}", text(Some(id)))),
    ));
    let (mut before, mut after) = (BTreeMap::new(), BTreeMap::new());
    flatten("", old, &mut before);
    flatten("", now, &mut after);
    let keys = before.keys().chain(after.keys());
    let mut keys: Vec<_> = keys
        .filter(|key| before.get(*key) != after.get(*key))
        .collect();
    keys.sort_unstable();
    keys.dedup();
    let changed = keys.into_iter().map(|key| {
        let value = |all: &BTreeMap<String, &Value>| match all.get(key) {
            Some(value) => one_line(&value.to_string(), 60),
            None => "not set".to_owned(),
        };
        let key = one_line(key, 100);
        format!("changes {key} from {} to {}", value(&before), value(&after))
    });
    all.extend(listed(changed));
    all
}

/// What attestations state beyond those of the base branch.
fn attestation_changes(old: &Table, now: &Table) -> Vec<String> {
    let key = ["attestation"];
    let new = added(list(old, &key), list(now, &key));
    let new = new.into_iter().map(|one| {
        let field = |name: &str| text(one.get(name));
        format!(
            "attests {} on {} (by {})",
            field("duty"),
            field("resource"),
            field("by")
        )
    });
    listed(new).collect()
}

/// The first changes, and how many more there are.
fn listed(changes: impl Iterator<Item = String>) -> impl Iterator<Item = String> {
    let mut all: Vec<String> = changes.collect();
    let more = all.len().saturating_sub(MAX_LISTED);
    all.truncate(MAX_LISTED);
    if more > 0 {
        all.push(format!("has {more} more such changes"));
    }
    all.into_iter()
}

fn text(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => one_line(text, 120),
        Some(other) => one_line(&other.to_string(), 120),
        None => "nothing".to_owned(),
    }
}

fn list<'a>(table: &'a Table, path: &[&str]) -> &'a [Value] {
    let mut parts = path.iter();
    let first = parts.next().and_then(|key| table.get(*key));
    let found = parts.fold(first, |value, key| value.and_then(|value| value.get(*key)));
    found.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn added<'a>(old: &[Value], now: &'a [Value]) -> Vec<&'a Value> {
    now.iter().filter(|one| !old.contains(one)).collect()
}

/// The settings by their paths, except those that have a message of their own.
fn flatten<'a>(prefix: &str, table: &'a Table, all: &mut BTreeMap<String, &'a Value>) {
    for (key, value) in table {
        let path = format!("{prefix}{key}");
        match value {
            _ if path == "accept" || path == "checks.off" => {}
            Value::Table(table) => flatten(&format!("{path}."), table, all),
            value => {
                all.insert(path, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_policy_accepts_and_switches_off_is_listed() {
        let old = "[checks]\noff = ['aws/a']\n[aws.backups]\nretention_days = 7\n[[accept]]\ncheck = 'aws/x'\n";
        let now = "[checks]\noff = ['aws/a', '*']\n[checks.severity]\n'aws/b' = 'info'\n\
                   [aws.backups]\nretention_days = 1\n\
                   [[accept]]\ncheck = 'aws/x'\n\
                   [[accept]]\ncheck = '*'\nresource = '*'\nreason = 'x'\nowner = \"me\\n::x\"\nexpires = '2099-01-01'\n";
        let path = Path::new("harden.toml");
        let changes = compare(path, now, &Before::Text(old.to_owned()), policy_changes);
        assert_eq!(
            changes,
            [
                "harden.toml accepts * on * until 2099-01-01 (owner me\\n::x), unlike the base branch",
                "harden.toml turns off *, unlike the base branch",
                "harden.toml changes aws.backups.retention_days from 7 to 1, unlike the base branch",
                "harden.toml changes checks.severity.aws/b from not set to \"info\", unlike the base branch",
            ]
        );
        assert!(compare(path, old, &Before::Text(old.to_owned()), policy_changes).is_empty());
        let unreadable = Before::Unreadable("main".to_owned());
        let all = compare(path, old, &unreadable, policy_changes);
        assert!(
            all[0].contains("could not be read") && all.len() == 4,
            "{all:?}"
        );
        let one = "[[attestation]]\nduty = 'drill'\nresource = 'db'\nby = 'me'\n";
        let added = compare(
            path,
            one,
            &Before::Missing("main".to_owned()),
            attestation_changes,
        );
        assert!(
            added[0].contains("has no harden.toml") && added[1].contains("attests drill on db")
        );
    }
}
