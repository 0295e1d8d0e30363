//! What a person without rights in the repository controls.

use super::values;

/// The text of a file of an artifact, which the run of a pull request may have made.
pub(crate) const ARTIFACT_TEXT: &str = "artifact-text";
/// The names of the files that a pull request changes.
pub(crate) const CHANGED_FILES: &str = "changed-file-names";
/// The text of a comment, found by an action.
pub(crate) const COMMENT_TEXT: &str = "comment-text";
/// The message or the author of a commit, printed by git.
pub(crate) const COMMIT_TEXT: &str = "commit-text";
/// The branch of a pull request, found by an action or a command.
pub(crate) const PULL_BRANCH: &str = "pull-request-branch";
/// The head of a pull request, found by an action or a command. Nobody chooses its letters.
pub(crate) const PULL_COMMIT: &str = "pull-request-commit";
/// The title or the text of a pull request or an issue, found by an action or a command.
pub(crate) const PULL_TEXT: &str = "pull-request-text";

/// What a person without rights in the repository can set: contexts, and what is not one but comes
/// from such a person too. Source: GitHub's security guide on script injection, and the payloads of
/// the events that outsiders can start.
const UNTRUSTED: &[&str] = &[
    ARTIFACT_TEXT,
    CHANGED_FILES,
    COMMENT_TEXT,
    COMMIT_TEXT,
    PULL_BRANCH,
    PULL_TEXT,
    "github.event.answer.body",
    "github.event.changes.head.ref.from",
    "github.event.comment.diff_hunk",
    "github.event.comment.path",
    "github.event.merge_group.head_commit.author.email",
    "github.event.merge_group.head_commit.author.name",
    "github.event.merge_group.head_commit.committer.email",
    "github.event.merge_group.head_commit.committer.name",
    "github.event.workflow.path",
    "github.event.workflow_run.head_commit.committer.email",
    "github.event.workflow_run.head_commit.committer.name",
    "github.event.workflow_run.path",
    "github.event.workflow_run.referenced_workflows.*.path",
    "github.event.issue.title",
    "github.event.issue.body",
    "github.event.discussion.title",
    "github.event.discussion.body",
    "github.event.pull_request.title",
    "github.event.pull_request.body",
    "github.event.pull_request.head.ref",
    "github.event.pull_request.head.label",
    "github.event.pull_request.head.repo.default_branch",
    "github.event.pull_request.head.repo.description",
    "github.event.pull_request.head.repo.homepage",
    "github.event.comment.body",
    "github.event.review.body",
    "github.event.review_comment.body",
    "github.event.changes.title.from",
    "github.event.changes.body.from",
    "github.event.pages.*.page_name",
    "github.event.pages.*.title",
    "github.event.commits.*.message",
    "github.event.commits.*.author.email",
    "github.event.commits.*.author.name",
    "github.event.commits.*.committer.email",
    "github.event.commits.*.committer.name",
    "github.event.head_commit.message",
    "github.event.merge_group.head_commit.message",
    "github.event.head_commit.author.email",
    "github.event.head_commit.author.name",
    "github.event.head_commit.committer.email",
    "github.event.head_commit.committer.name",
    "github.event.workflow_run.head_branch",
    "github.event.workflow_run.display_title",
    "github.event.workflow_run.head_commit.message",
    "github.event.workflow_run.head_commit.author.email",
    "github.event.workflow_run.head_commit.author.name",
    "github.event.workflow_run.head_repository.description",
    "github.event.workflow_run.pull_requests.*.head.ref",
    "github.head_ref",
];

/// Whether an outsider controls a context, or a part of it.
#[must_use]
pub fn is_untrusted(context: &str) -> bool {
    UNTRUSTED.iter().any(|known| covers(context, known, true))
}

/// Whether a context is exactly one that an outsider controls, and not an object that has one.
pub(crate) fn names_untrusted(context: &str) -> bool {
    UNTRUSTED.iter().any(|known| covers(context, known, false))
}

/// The contexts whose value is the expression's, and that an outsider controls, or that may hold
/// what one does: other parts of the event, inputs, the environment, outputs. An object as a whole
/// is one where it is written out as JSON.
pub(crate) fn carried(text: &str) -> Vec<String> {
    let whole = text.to_ascii_lowercase().contains("tojson");
    let mut found = values(text);
    found.retain(|context| {
        if UNTRUSTED.iter().any(|known| covers(context, known, whole)) {
            return true;
        }
        let may = [
            "inputs.",
            "env.",
            "steps.",
            "needs.",
            "jobs.",
            "matrix.",
            "github.event.",
        ];
        let may = may.iter().any(|head| context.starts_with(head));
        let all = whole && matches!(&**context, "inputs" | "matrix");
        !is_untrusted(context) && (may || all)
    });
    found.sort();
    found.dedup();
    found
}

/// A value that may hold a context, and may not: what made it can't be followed.
pub(crate) fn perhaps(context: &str) -> String {
    format!("?{}", context.trim_start_matches('?'))
}

/// The context that a value may hold, where an outsider controls it and the value can't be followed.
#[must_use]
pub fn is_perhaps_untrusted(context: &str) -> Option<&str> {
    context
        .strip_prefix('?')
        .filter(|context| is_untrusted(context))
}

/// The payloads that only some events have. Source: GitHub's page on webhook events and payloads.
const PAYLOADS: &[(&str, &[&str])] = &[
    ("github.event.answer", &["discussion"]),
    (
        "github.event.comment",
        &[
            "commit_comment",
            "discussion_comment",
            "issue_comment",
            "pull_request_review_comment",
        ],
    ),
    ("github.event.commits", &["push"]),
    (
        "github.event.deployment",
        &["deployment", "deployment_status"],
    ),
    ("github.event.deployment_status", &["deployment_status"]),
    (
        "github.event.discussion",
        &["discussion", "discussion_comment"],
    ),
    ("github.event.head_commit", &["push"]),
    ("github.event.issue", &["issue_comment", "issues"]),
    ("github.event.merge_group", &["merge_group"]),
    ("github.event.pages", &["gollum"]),
    ("github.event.pull_request", PULLS),
    ("github.event.release", &["release"]),
    ("github.event.review", &["pull_request_review"]),
    ("github.event.workflow_run", &["workflow_run"]),
    ("github.head_ref", PULLS),
    // what commands find is a stranger's where the event is about a stranger's work
    (ARTIFACT_TEXT, &["workflow_run"]),
    (COMMENT_TEXT, WORK),
    (COMMIT_TEXT, WORK),
    (PULL_BRANCH, WORK),
    (PULL_TEXT, WORK),
];

/// The events of pull requests.
const PULLS: &[&str] = &[
    "pull_request",
    "pull_request_comment",
    "pull_request_review",
    "pull_request_review_comment",
    "pull_request_target",
];

/// The events that are about the work of people without rights.
const WORK: &[&str] = &[
    "issue_comment",
    "issues",
    "merge_group",
    "pull_request",
    "pull_request_comment",
    "pull_request_review",
    "pull_request_review_comment",
    "pull_request_target",
    "workflow_run",
];

/// Whether a context is empty on an event. An event of `workflow_call` may be any.
#[must_use]
pub fn is_absent_on(context: &str, event: &str) -> bool {
    if context == perhaps(CHANGED_FILES) && event != "workflow_call" {
        // by a command: of a push it is what was merged
        return !WORK.contains(&event);
    }
    let context = context.trim_start_matches('?');
    let of = |payload: &str| {
        let rest = context.strip_prefix(payload);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let only = PAYLOADS.iter().find(|(payload, _)| of(payload));
    event != "workflow_call" && only.is_some_and(|(_, events)| !events.contains(&event))
}

fn covers(context: &str, known: &str, whole: bool) -> bool {
    let mut known = known.split('.');
    for part in context.split('.') {
        match known.next() {
            Some(wanted) if part == wanted || part == "*" || wanted == "*" => {}
            _ => return false,
        }
    }
    whole || known.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_flows_is_pasted() {
        let untrusted = |text: &str| {
            let mut found = carried(text);
            found.retain(|context| is_untrusted(context));
            found
        };
        assert_eq!(
            untrusted("github.event.issue.title"),
            ["github.event.issue.title"]
        );
        assert_eq!(
            untrusted("GitHub.Event['issue'].title"),
            ["github.event.issue.title"]
        );
        assert_eq!(untrusted("toJSON(github.event)"), ["github.event"]);
        assert_eq!(
            untrusted("fromJSON(toJSON(github.event.issue)).title"),
            ["github.event.issue.title"]
        );
        assert_eq!(
            untrusted("fromJSON(toJSON(github.event))['issue'].number"),
            [""; 0]
        );
        assert_eq!(untrusted("github.event.commits[0].message || 'x'").len(), 1);
        for harmless in [
            "github.event.issue.number",
            "github.event",
            "contains(github.event.issue.title, 'x')",
            "github.head_ref == 'main'",
            "github.event.issue.title && 'yes'",
            "github.sha",
        ] {
            assert_eq!(untrusted(harmless), [""; 0], "{harmless}");
        }
    }
}
