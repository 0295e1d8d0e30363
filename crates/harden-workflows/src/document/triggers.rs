//! What starts a workflow.

use std::collections::BTreeMap;

use harden_core::Unknown;
use yaml_serde::Value;

use super::value::{entries, texts};
use crate::{Trigger, names};

/// The events that start workflows. Source: GitHub's page on the events that trigger workflows.
const EVENTS: &[&str] = &[
    "branch_protection_rule",
    "check_run",
    "check_suite",
    "create",
    "delete",
    "deployment",
    "deployment_protection_rule",
    "deployment_status",
    "discussion",
    "discussion_comment",
    "fork",
    "gollum",
    "image_version",
    "issue_comment",
    "issues",
    "label",
    "merge_group",
    "milestone",
    "page_build",
    "project",
    "project_card",
    "project_column",
    "public",
    "pull_request",
    "pull_request_comment",
    "pull_request_review",
    "pull_request_review_comment",
    "pull_request_target",
    "push",
    "registry_package",
    "release",
    "repository_dispatch",
    "schedule",
    "status",
    "watch",
    "workflow_call",
    "workflow_dispatch",
    "workflow_run",
];

/// The triggers under `on`: a word, a list, or a mapping.
///
/// # Errors
/// When there is no trigger, or one that is not an event of GitHub's.
pub(super) fn triggers(on: Option<&Value>) -> Result<Vec<Trigger>, Unknown> {
    let nothing = Value::Null;
    let events: Option<Vec<(&str, &Value)>> = match on {
        Some(Value::Mapping(events)) => events
            .iter()
            .map(|(event, body)| Some((event.as_str()?, body)))
            .collect(),
        Some(Value::Sequence(events)) => events
            .iter()
            .map(|event| Some((event.as_str()?, &nothing)))
            .collect(),
        Some(Value::String(event)) => Some(vec![(event, &nothing)]),
        _ => None,
    };
    let known = events.filter(|events| {
        let all = events.iter().all(|(event, _)| EVENTS.contains(event));
        all && !events.is_empty()
    });
    let Some(known) = known else {
        return Err(Unknown::undetermined(
            "what starts the workflow can't be read: GitHub would refuse the file, or it is newer \
             than this program",
        ));
    };
    let all = known.into_iter();
    Ok(all.map(|(event, body)| trigger(event, body)).collect())
}

fn trigger(event: &str, body: &Value) -> Trigger {
    let list = |key: &str| {
        let all = texts(body.get(key)).into_iter();
        all.map(|one| names::title(&one)).collect::<Vec<_>>()
    };
    let has = |keys: [&str; 2]| keys.iter().any(|key| body.get(*key).is_some());
    let secrets: BTreeMap<String, bool> = entries(body.get("secrets"))
        .map(|(name, said)| {
            let required = said.get("required").and_then(Value::as_bool);
            (
                names::name_or_mark(&name.to_ascii_uppercase()),
                required.unwrap_or_default(),
            )
        })
        .collect();
    Trigger {
        event: event.to_owned(),
        branches: list("branches"),
        branches_ignore: list("branches-ignore"),
        tags: has(["tags", "tags-ignore"]),
        paths: has(["paths", "paths-ignore"]),
        types: list("types"),
        workflows: list("workflows"),
        secrets,
        outputs: BTreeMap::new(),
    }
}
