//! Which commands of a script may fail without failing the step.
//!
//! As bash does it, which GitHub runs with `-e`: what fails in front of `&&`, inside a condition, in
//! the background or in front of a pipe is not what the script fails by.

use tree_sitter::Node;

use super::source::Source;
use super::word::Word;

/// Where a command is, as far as it decides whether its failure fails the script.
#[derive(Debug, Clone, Copy, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(super) struct Place {
    /// Something after it succeeds whatever it comes to: `… || true`.
    pub(super) guarded: bool,
    /// What runs after its failure fails, or may: `… || exit 1`.
    pub(super) forced: bool,
    /// `-e` does not look at it: in front of `&&`.
    pub(super) ignored: bool,
    /// Its status is that of the whole script.
    pub(super) last: bool,
    /// What follows its list by `&&` fails: `t || echo x && exit 1`.
    pub(super) then_fails: bool,
    /// It is inside `$(…)`, `<(…)` or backticks.
    pub(super) nested: bool,
    /// It may not run, or run several times: variables then have several values.
    pub(super) conditional: bool,
}

impl Place {
    pub(super) fn guarded(self) -> Self {
        Self {
            guarded: true,
            ..self
        }
    }

    pub(super) fn forced(self) -> Self {
        Self {
            forced: true,
            ..self
        }
    }

    pub(super) fn conditional(self) -> Self {
        Self {
            conditional: true,
            ..self
        }
    }
}

/// What the rest of a script does with statuses, by the byte of the last command that does.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Later {
    /// `exit $status`.
    status: usize,
    /// `wait $pid`: the status is that of what ran in the background.
    wait: usize,
}

impl Later {
    pub(super) fn of(source: &Source, root: Node<'_>) -> Self {
        let mut later = Self::default();
        each_command(root, &mut |node| {
            let words = words(source, node);
            let second = words.get(1);
            match words.first().map(String::as_str) {
                Some("exit") if second.is_some_and(|status| status.contains('$')) => {
                    later.status = later.status.max(node.start_byte());
                }
                Some("wait") if second.is_some() => {
                    later.wait = later.wait.max(node.start_byte());
                }
                _ => {}
            }
        });
        later
    }

    pub(super) fn exits_by_status(self, node: Node<'_>) -> bool {
        self.status > node.start_byte()
    }

    pub(super) fn waits(self, node: Node<'_>) -> bool {
        self.wait >= node.end_byte()
    }

    /// Whether what follows a `||` succeeds.
    pub(super) fn swallows(self, source: &Source, node: Node<'_>) -> bool {
        match node.kind() {
            "command" => {
                let words = words(source, node);
                match words.first().map(String::as_str) {
                    Some("true" | ":" | "echo" | "printf") => true,
                    Some("exit" | "return") => words.get(1).is_some_and(|status| status == "0"),
                    _ => false,
                }
            }
            // `|| status=$?`, and the status is not what the script exits by
            "variable_assignment" | "variable_assignments" => !self.exits_by_status(node),
            "redirected_statement" => node
                .child_by_field_name("body")
                .is_some_and(|body| self.swallows(source, body)),
            "compound_statement" | "subshell" | "list" | "pipeline" => {
                !contains_failure(source, node)
                    && last_statement(node).is_some_and(|last| self.swallows(source, last))
            }
            _ => false,
        }
    }
}

fn last_statement(node: Node<'_>) -> Option<Node<'_>> {
    let mut cursor = node.walk();
    let all: Vec<_> = node
        .named_children(&mut cursor)
        .filter(|child| child.kind() != "comment")
        .collect();
    all.last().copied()
}

/// Whether there is a command that is a failure: `exit 1`, `false`.
pub(super) fn contains_failure(source: &Source, node: Node<'_>) -> bool {
    let mut found = false;
    each_command(node, &mut |node| {
        let words = words(source, node);
        found |= match words.first().map(String::as_str) {
            Some("exit" | "return") => words.get(1).is_none_or(|status| status != "0"),
            Some("false") => true,
            _ => false,
        };
    });
    found
}

/// Visits all commands below a node, without a recursion that the script could make deep.
fn each_command<'t>(node: Node<'t>, see: &mut dyn FnMut(Node<'t>)) {
    let mut waiting = vec![node];
    while let Some(node) = waiting.pop() {
        if node.kind() == "command" {
            see(node);
        }
        let mut cursor = node.walk();
        waiting.extend(node.named_children(&mut cursor));
    }
}

fn words(source: &Source, command: Node<'_>) -> Vec<String> {
    let mut cursor = command.walk();
    let parts = command.named_children(&mut cursor);
    let parts = parts.filter(|part| part.kind() != "variable_assignment");
    parts.map(|part| Word::of(source, part).text()).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::{Shell, split};

    fn swallowed(script: &str, shell: Shell) -> Vec<String> {
        let (all, _) = split(
            script,
            shell,
            &BTreeMap::new(),
            &std::cell::Cell::new(crate::script::EFFORT),
        );
        let found = all.into_iter().filter(|c| c.tolerated);
        found.map(|c| c.words.join(" ")).collect()
    }

    #[test]
    fn what_a_script_does_not_fail_by() {
        for script in [
            "t || true",
            "t || :",
            "t || echo x",
            "t || exit 0",
            "t || { \n true\n}\nt || true",
            "t || s=$?\necho $s",
            "{ t; } || true",
            "(t) || true",
            "t | tee x",
            "set -e\nt 2>&1 | tee x",
            "if t; then echo y; fi",
            "while t; do x; done",
            "! t",
            "t &",
            "t & wait",
            "t && u\nv",
            "set +e\nt\nu",
        ] {
            let found = swallowed(script, Shell::Plain);
            assert!(
                found.iter().any(|c| c.split(' ').any(|word| word == "t")),
                "{script}: {found:?}"
            );
        }
        for script in [
            "t",
            "t || exit 1",
            "t || { echo x; exit 1; }",
            "t || echo x && exit 1",
            "t || s=$?\nexit $s",
            "echo y | t",
            "set -o pipefail\nt | tee x",
            "set -euo pipefail\nt | tee x",
            "if t; then echo y; else exit 1; fi",
            "if ! t; then exit 1; fi",
            "until t; do x; done",
            "u & t",
            "t & p=$!\nwait $p",
            "t && u",
            "if x; then t && u; fi",
            "u && t\nv",
            "set +e\nt\ns=$?\nexit $s",
            "set +e\nu\nset -e\nt\nv",
            "t 2>&1",
            "t &> x",
        ] {
            let found = swallowed(script, Shell::Plain);
            assert!(
                !found.iter().any(|c| c.split(' ').any(|word| word == "t")),
                "{script}: {found:?}"
            );
        }
        assert!(swallowed("t | tee x", Shell::Pipefail).is_empty());
        assert!(swallowed("t | Tee-Object x\nu", Shell::Pwsh).is_empty());
        assert_eq!(swallowed("t; u", Shell::Unchecked), ["t"]);
    }

    /// No script takes time by the square of its length.
    #[test]
    #[allow(clippy::disallowed_methods, reason = "it is a test of time")]
    fn long_scripts() {
        for part in [
            "a||b=c\n",
            "a||true||",
            "a&&",
            "a|",
            "if a\n",
            "}||",
            "{ a\n",
            "}\n",
            "a&",
            "$(",
            "f() { g; g; }; g() { f; f; }; f\n",
            "eval \"$(",
        ] {
            let script = part.repeat(100_000 / part.len());
            let start = std::time::Instant::now();
            swallowed(&script, Shell::Plain);
            let took = start.elapsed();
            assert!(took.as_secs() < 20, "{part}: {took:?}");
        }
    }
}
