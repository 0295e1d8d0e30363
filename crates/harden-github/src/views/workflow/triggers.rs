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

/// An element of a branch pattern.
enum Element {
    /// `*`, and `**`, which also matches slashes.
    Any { slashes: bool },
    /// One character of these ranges, as often as the sign after it says.
    One(Vec<(char, char)>, Times),
}

#[derive(PartialEq)]
enum Times {
    Once,
    /// `?`
    Optional,
    /// `+`
    OnceOrMore,
}

/// Parses GitHub's branch patterns: `*`, `**`, `?` and `+` after a character, sets such as `[0-9a]`, and
/// `\` before a literal character.
/// <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet>
fn parse(pattern: &str) -> Vec<Element> {
    let mut elements = Vec::new();
    let mut rest = pattern.chars().peekable();
    while let Some(c) = rest.next() {
        let ranges = match c {
            '*' => {
                let slashes = rest.next_if_eq(&'*').is_some();
                elements.push(Element::Any { slashes });
                continue;
            }
            '[' => {
                let set: Vec<char> = rest.by_ref().take_while(|c| *c != ']').collect();
                ranges(&set)
            }
            '\\' => rest.next().map(|c| (c, c)).into_iter().collect(),
            c => vec![(c, c)],
        };
        let times = match rest.next_if(|c| matches!(c, '?' | '+')) {
            Some('?') => Times::Optional,
            Some(_) => Times::OnceOrMore,
            None => Times::Once,
        };
        elements.push(Element::One(ranges, times));
    }
    elements
}

/// The ranges of a set: `0-9a` is 0 to 9, and a.
fn ranges(mut set: &[char]) -> Vec<(char, char)> {
    let mut ranges = Vec::new();
    // not recursive: a set in a file can be of any length
    loop {
        set = match set {
            [from, '-', to, rest @ ..] => {
                ranges.push((*from, *to));
                rest
            }
            [one, rest @ ..] => {
                ranges.push((*one, *one));
                rest
            }
            [] => return ranges,
        };
    }
}

/// Whether a branch pattern matches the whole text.
fn matches(pattern: &str, text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    // dynamic programming: row[i] is whether the pattern so far matches the first i characters
    let mut row = vec![false; text.len() + 1];
    if let Some(first) = row.first_mut() {
        *first = true;
    }
    for element in parse(pattern) {
        let mut new: Vec<bool> = Vec::with_capacity(row.len());
        match element {
            Element::Any { slashes } => {
                let mut open = false;
                for (i, matched) in row.iter().enumerate() {
                    open |= *matched;
                    new.push(open);
                    // `*` stops before a slash
                    if !slashes && text.get(i) == Some(&'/') {
                        open = false;
                    }
                }
            }
            Element::One(ranges, times) => {
                let has = |c: &char| ranges.iter().any(|(from, to)| (from..=to).contains(&c));
                let mut before = None;
                for (matched, c) in row
                    .iter()
                    .zip([None].into_iter().chain(text.iter().map(Some)))
                {
                    // with `+`, the character may follow a match of itself
                    let again = times == Times::OnceOrMore && new.last() == Some(&true);
                    let taken = c.is_some_and(has) && (before == Some(true) || again);
                    new.push(taken || (times == Times::Optional && *matched));
                    before = Some(*matched);
                }
            }
        }
        row = new;
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
            (&["v[0-9]"], "v", false),
            (&["v[0-9]+.x"], "v12.x", true),
            (&["v[0-9]+.x"], "v.x", false),
            (&["main[0-9]"], "main", false),
            (&["release/[a-cx]"], "release/x", true),
            (&["release/[a-cx]"], "release/d", false),
            (&["ma+in"], "maaain", true),
            (&["a\\*"], "a*", true),
            (&["a\\*"], "ab", false),
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
