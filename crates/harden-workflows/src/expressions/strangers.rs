//! What the payload of an event is when it is about a stranger's code, and whether a condition holds
//! then.
//!
//! A stranger has no write access: the head of the pull request is in another repository.

use std::collections::BTreeMap;

use github_actions_expressions::SpannedExpr;

use super::assumed::Assumed;
use super::value::Value;
use crate::Strangers;

/// A stranger's event.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stranger<'a> {
    /// The audited repository, `owner/repo`.
    pub(super) repository: &'a str,
    /// Of `workflow_run`: the event of the run that it follows; `None` for one that the condition
    /// does not name.
    pub(super) run_event: Option<&'a str>,
    /// Whether the stranger causes the event, and not a person with rights who comments on a
    /// stranger's pull request, or labels it.
    pub(super) acts: bool,
    /// Whether the pull request was merged.
    pub(super) merged: bool,
}

/// What an author without write access is to a repository. Source: GitHub's GraphQL reference,
/// `CommentAuthorAssociation`.
const ASSOCIATIONS: &[&str] = &[
    "CONTRIBUTOR",
    "FIRST_TIMER",
    "FIRST_TIME_CONTRIBUTOR",
    "MANNEQUIN",
    "NONE",
];

impl Stranger<'_> {
    /// A context in lower case, where it is settled.
    pub(super) fn context(self, event: &str, path: &str) -> Option<Value> {
        let (owner, name) = self.repository.split_once('/').unwrap_or_default();
        let text = |text: &str| Some(Value::Text(text.to_owned()));
        let own_event = event != "workflow_run" || !path.starts_with("github.event.workflow_run");
        match path {
            "github.repository" | "github.event.repository.full_name" => {
                return text(self.repository);
            }
            "github.repository_owner" | "github.event.repository.owner.login" => {
                return text(owner);
            }
            "github.event.repository.name" => return text(name),
            "github.repository_id" | "github.event.repository.id" => {
                return Some(Value::Repository { own: true });
            }
            "github.actor" | "github.triggering_actor" | "github.event.sender.login"
                if self.acts =>
            {
                return Some(Value::Stranger);
            }
            "github.event.issue.pull_request" if event == "issue_comment" => {
                return Some(Value::Other);
            }
            "github.event.comment.author_association"
            | "github.event.review.author_association"
                if self.acts && own_event =>
            {
                return Some(Value::OneOf(ASSOCIATIONS));
            }
            "github.event.comment.user.login" | "github.event.review.user.login"
                if self.acts && own_event =>
            {
                return Some(Value::Other);
            }
            "github.event.issue.author_association" if event == "issue_comment" => {
                return Some(Value::OneOf(ASSOCIATIONS));
            }
            "github.event.issue.user.login" if event == "issue_comment" => {
                return Some(Value::Other);
            }
            _ => {}
        }
        if let Some(part) = path.strip_prefix("github.event.pull_request.")
            && event.starts_with("pull_request")
        {
            return self.pull_request(part);
        }
        let part = path.strip_prefix("github.event.workflow_run.")?;
        if event != "workflow_run" {
            return None;
        }
        match part {
            "event" => Some(
                self.run_event
                    .map_or(Value::Other, |event| Value::Text(event.to_owned())),
            ),
            "repository.full_name" => text(self.repository),
            "repository.id" => Some(Value::Repository { own: true }),
            "repository.owner.login" => text(owner),
            _ => self.head_repository(part.strip_prefix("head_repository.")?),
        }
    }

    fn pull_request(self, part: &str) -> Option<Value> {
        let (owner, _) = self.repository.split_once('/').unwrap_or_default();
        let text = |text: &str| Some(Value::Text(text.to_owned()));
        match part {
            "author_association" => Some(Value::OneOf(ASSOCIATIONS)),
            "user.login" => Some(Value::Other),
            "merged" => Some(Value::Bool(self.merged)),
            "merged_at" | "merged_by" | "merged_by.login" if !self.merged => Some(Value::Null),
            "base.repo.full_name" => text(self.repository),
            "base.repo.owner.login" | "base.user.login" => text(owner),
            "base.repo.id" => Some(Value::Repository { own: true }),
            "head.repo" => Some(Value::Other),
            "head.label" => Some(Value::Not(format!("{owner}:"))),
            "head.user.login" => Some(Value::Not(owner.to_owned())),
            _ => self.head_repository(part.strip_prefix("head.repo.")?),
        }
    }

    fn head_repository(self, part: &str) -> Option<Value> {
        let (owner, _) = self.repository.split_once('/').unwrap_or_default();
        match part {
            "full_name" => Some(Value::Not(self.repository.to_owned())),
            "owner.login" => Some(Value::Not(owner.to_owned())),
            "fork" => Some(Value::Bool(true)),
            "id" => Some(Value::Repository { own: false }),
            _ => None,
        }
    }
}

/// The events that a stranger can cause, or that can be about a stranger's code, and that run with
/// the rights of the repository.
const EVENTS: [&str; 4] = [
    "issue_comment",
    "pull_request_review",
    "pull_request_review_comment",
    "pull_request_target",
];

/// The events of the runs that `workflow_run` follows, which a stranger can cause.
const RUN_EVENTS: [&str; 12] = [
    "discussion",
    "discussion_comment",
    "fork",
    "gollum",
    "issue_comment",
    "issues",
    "pull_request",
    "pull_request_review",
    "pull_request_review_comment",
    "pull_request_target",
    "watch",
    "workflow_run",
];

/// On which events a condition keeps strangers out: by the event, and of `workflow_run` by the event
/// of the run, as `workflow_run/pull_request`. `workflow_run` alone is for events that are not named.
pub(super) fn strangers(parsed: &SpannedExpr<'_>, repository: &str) -> BTreeMap<String, Strangers> {
    let judge = |event: &str, run_event: Option<&str>| {
        let fails = |acts: bool, merged: bool| {
            let assumed = Assumed {
                event: Some(event),
                stranger: Some(Stranger {
                    repository,
                    run_event,
                    acts,
                    merged,
                }),
                ..Assumed::default()
            };
            assumed.holds(parsed) == Some(false)
        };
        match (fails(false, false), fails(false, true)) {
            (true, true) => Strangers::Never,
            (true, false) => Strangers::Merged,
            _ if fails(true, false) => Strangers::Vetted,
            _ => Strangers::Can,
        }
    };
    let mut all = BTreeMap::new();
    for event in EVENTS {
        let found = judge(event, None);
        if found != Strangers::Can {
            all.insert(event.to_owned(), found);
        }
    }
    let other = judge("workflow_run", None);
    if other != Strangers::Can {
        all.insert("workflow_run".to_owned(), other);
    }
    for event in RUN_EVENTS {
        let found = judge("workflow_run", Some(event));
        if found != other {
            all.insert(format!("workflow_run/{event}"), found);
        }
    }
    all
}
