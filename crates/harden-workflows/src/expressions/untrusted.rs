//! What a person without rights in the repository controls.

use super::values;

/// What a person without rights in the repository can set. Source: GitHub's security guide on
/// script injection, and the payloads of the events that outsiders can start.
const UNTRUSTED: &[&str] = &[
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
        let may = ["inputs.", "env.", "steps.", "needs.", "github.event."];
        let may = may.iter().any(|head| context.starts_with(head));
        !is_untrusted(context) && (may || (whole && context == "inputs"))
    });
    found.sort();
    found.dedup();
    found
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
