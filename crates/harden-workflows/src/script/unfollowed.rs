//! The parts of scripts that can't be followed.

use super::programs::{ALIASES, RUN_TASKS, TOOLS};
use crate::facts::{Unfollowed, Why};

/// A part of a script that can't be followed, before its line is looked up in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lost {
    pub(super) why: Why,
    pub(super) line: usize,
    pub(super) mentions: Vec<String>,
    /// Whether it is inside `$(…)`.
    pub(super) nested: bool,
}

impl Lost {
    /// As a fact.
    pub(super) fn placed(self, at: crate::At) -> Unfollowed {
        Unfollowed {
            at,
            why: self.why,
            mentions: self.mentions,
        }
    }
}

/// The known programs whose names are words of a text, by the names that commands have for them.
///
/// Only names of a fixed list: the text itself is not kept.
pub(crate) fn mentions(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || "-_.@".contains(c)));
    let mut found: Vec<String> = words.filter_map(mentioned).map(str::to_owned).collect();
    found.sort();
    found.dedup();
    found
}

/// Whether a script of JavaScript runs programs.
pub(crate) fn runs_programs(text: &str) -> bool {
    let calls = [
        "exec.exec",
        "getExecOutput",
        "child_process",
        "execSync",
        "spawnSync",
        "spawn(",
        "exec(",
        "execa",
        "Deno.Command",
        "Bun.$",
        "$`",
    ];
    // `/x/.exec(text)` is a regular expression's
    let other = text
        .replace("/.exec(", "")
        .replace("g.exec(", "")
        .replace("regex.exec(", "");
    calls.iter().any(|call| other.contains(call))
}

fn mentioned(word: &str) -> Option<&'static str> {
    let word = word.trim_matches(['.', '@', '-']);
    let word = word.strip_suffix(".exe").unwrap_or(word);
    if matches!(word, "npm" | "npx" | "pnpm" | "yarn" | "bun" | "bunx") {
        return Some("script");
    }
    if RUN_TASKS.contains(&word) {
        return Some("task");
    }
    let alias = ALIASES.iter().find(|(other, _)| *other == word);
    let tools = || TOOLS.iter().map(|(tool, _)| *tool);
    alias.map(|(_, tool)| *tool).or_else(|| {
        tools()
            .filter(|tool| !matches!(*tool, "file" | "script" | "task"))
            .find(|tool| *tool == word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_programs_are_mentioned() {
        assert_eq!(
            mentions("& aws.exe ecs x; npx playwright; hunter2 ghp_0123456789"),
            ["aws", "playwright", "script"]
        );
        assert_eq!(mentions("echo hi"), [""; 0]);
    }
}
