//! The events and branches that start a workflow.

use super::plan::{Node, runs_on};
use crate::resources::workflow::{Condition, Trigger};

/// Whether a trigger fires for a branch. For `pull_request`, this is the base branch.
/// <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#onpushbranchestagsbranches-ignoretags-ignore>
pub(crate) fn fires_on(trigger: &Trigger, branch: &str) -> bool {
    if trigger.branches.is_empty() && trigger.branches_ignore.is_empty() {
        // a `push` trigger with only `tags` does not fire for branches
        return !(trigger.event == "push" && trigger.tags);
    }
    if !trigger.branches.is_empty() {
        return last_match(&trigger.branches, branch);
    }
    !last_match(&trigger.branches_ignore, branch)
}

/// Whether a trigger fires for every change, and not only for some activities of a pull request
/// (`labeled`, `closed`). The default activities are `opened`, `synchronize` and `reopened`.
pub(crate) fn for_changes(trigger: &Trigger) -> bool {
    let has = |activity: &str| trigger.types.iter().any(|own| own == activity);
    trigger.event != "pull_request"
        || trigger.types.is_empty()
        || (has("opened") && has("synchronize"))
}

/// Whether a list of patterns matches: the last pattern that matches decides, and `!` excludes.
fn last_match(patterns: &[String], branch: &str) -> bool {
    patterns
        .iter()
        .fold(false, |matched, pattern| match pattern.strip_prefix('!') {
            Some(negative) if matches(negative, branch) => false,
            None if matches(pattern, branch) => true,
            _ => matched,
        })
}

/// Matches GitHub's branch patterns: `*` matches anything without a slash, `**` matches anything, and
/// `?` makes the character before it optional. A set (`[0-9]`) or a `+` counts as a match if the
/// pattern before it matches.
/// <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet>
fn matches(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    // dynamic programming: row[i] is whether the pattern so far matches the first i characters
    let mut row = vec![false; text.len() + 1];
    if let Some(first) = row.first_mut() {
        *first = true;
    }
    let mut at = 0;
    while let Some(&c) = pattern.get(at) {
        let next = pattern.get(at + 1);
        let mut new = vec![false; row.len()];
        match c {
            '[' | '+' => return row.iter().any(|matched| *matched),
            '*' => {
                let slashes = next == Some(&'*');
                let mut open = false;
                for (i, cell) in new.iter_mut().enumerate() {
                    open |= row.get(i).copied().unwrap_or_default();
                    *cell = open;
                    if !slashes && text.get(i) == Some(&'/') {
                        open = false;
                    }
                }
                at += usize::from(slashes);
            }
            c => {
                let optional = next == Some(&'?');
                for (i, cell) in new.iter_mut().enumerate() {
                    let before = i.checked_sub(1);
                    let same = before.and_then(|b| text.get(b)) == Some(&c);
                    let taken = before.and_then(|b| row.get(b)).copied().unwrap_or_default();
                    let skipped = optional && row.get(i).copied().unwrap_or_default();
                    *cell = (same && taken) || skipped;
                }
                at += usize::from(optional);
            }
        }
        row = new;
        at += 1;
    }
    row.last().copied().unwrap_or_default()
}

/// Whether a condition allows a job or a step to run on an event of a branch.
pub(crate) fn runs_for(condition: &Condition, event: &str, branch: &str) -> bool {
    // GitHub ignores case when it compares strings
    let holds = condition.branches.get(event).and_then(|of_event| {
        let mut named = of_event.iter();
        let named = named.find(|(name, _)| name.eq_ignore_ascii_case(branch));
        named.map(|(_, holds)| holds).or_else(|| of_event.get("*"))
    });
    runs_on(condition, event) && holds.copied().unwrap_or(true)
}

/// The triggers of a workflow on which a job of its plan runs. `workflow_call` is not one of them: each
/// caller has its own plan with this job.
pub(crate) fn starting_triggers<'a>(triggers: &'a [Trigger], node: &Node<'_>) -> Vec<&'a Trigger> {
    let own = triggers.iter().filter(|t| t.event != "workflow_call");
    own.filter(|trigger| node.conditions().all(|c| runs_on(c, &trigger.event)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn push(branches: &[&str], ignored: &[&str]) -> Trigger {
        let strings = |all: &[&str]| all.iter().map(|b| (*b).to_owned()).collect();
        let mut push = Trigger::of("push");
        push.branches = strings(branches);
        push.branches_ignore = strings(ignored);
        push
    }

    #[test]
    fn branches_are_matched_as_github_does() {
        for (branches, branch, fires) in [
            (&["main"][..], "main", true),
            (&["main"], "maint", false),
            (&["*"], "main", true),
            (&["*"], "release/1", false),
            (&["**"], "release/1", true),
            (&["release/**"], "release/1/x", true),
            (&["release/*", "!release/1"], "release/1", false),
            (&["!main", "main"], "main", true),
            (&["mains?"], "main", true),
            (&["v[0-9]"], "v1", true),
            (&[], "main", true),
        ] {
            assert_eq!(
                fires_on(&push(branches, &[]), branch),
                fires,
                "{branches:?}"
            );
        }
        assert!(!fires_on(&push(&[], &["main"]), "main"));
        assert!(fires_on(&push(&[], &["docs/**"]), "main"));
        let pull = |types: &[&str]| {
            let mut pull = Trigger::of("pull_request");
            pull.types = types.iter().map(|t| (*t).to_owned()).collect();
            pull
        };
        assert!(for_changes(&pull(&[])));
        assert!(for_changes(&pull(&["opened", "synchronize", "labeled"])));
        assert!(!for_changes(&pull(&["labeled"])));
        assert!(!for_changes(&pull(&["opened"])));
        let mut tags = push(&[], &[]);
        tags.tags = true;
        assert!(!fires_on(&tags, "main"));
    }
}
