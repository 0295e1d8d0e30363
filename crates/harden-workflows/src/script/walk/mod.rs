//! From the tree of a script to the commands that it runs.
//!
//! The walk goes in the order in which the shell would run things, so that a variable is known when
//! it is used. What the tree does not settle is reported as lost, never left out.

mod compound;
mod pipes;
mod redirects;
mod variables;
mod words;

use std::collections::BTreeMap;

use tree_sitter::Node;

use self::redirects::Redirects;
use super::shell::Shell;
use super::source::{Lines, Source};
use super::statuses::{Later, Place};
use super::unfollowed::{Lost, mentions};
use super::word::Word;
use crate::facts::Why;

/// How deep texts that are run as scripts, and functions, may be in one another.
const DEEPEST_SCRIPT: usize = 6;
/// How deep the tree is followed: deeper ones are not written by people, and would fill the stack.
const DEEPEST_NODE: usize = 150;
/// How many nodes are visited in all: functions that call one another could multiply them.
const MOST_NODES: usize = 50_000;

/// A command and its words, without quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Simple {
    /// Assignments, the words, then redirections.
    pub(crate) words: Vec<String>,
    /// The line of the script that it starts on, from 0.
    pub(super) line: usize,
    /// Whether its failure is swallowed: see [`super::statuses`].
    pub(super) tolerated: bool,
    /// Whether it is inside `$(…)`, `<(…)` or backticks: its output is used.
    pub(super) nested: bool,
    /// The text that it reads: a here-document.
    pub(crate) input: Option<String>,
}

/// What a variable of the script may hold; none where that is not known.
pub(super) type Values = Option<Vec<String>>;

/// A function of the script: its body, and the line of it.
#[derive(Debug, Clone)]
pub(super) struct Function {
    pub(super) body: String,
    pub(super) line: usize,
}

pub(super) struct Walk {
    pub(super) commands: Vec<Simple>,
    pub(super) lost: Vec<Lost>,
    pub(super) variables: BTreeMap<String, Values>,
    pub(super) functions: BTreeMap<String, Function>,
    pub(super) aliases: Vec<String>,
    /// The names of the files that the script writes.
    pub(super) written: Vec<String>,
    /// The redirections of the groups around what is being followed, where they write for later
    /// steps.
    pub(super) outer: Vec<String>,
    /// What the function that is being followed is called with.
    pub(super) arguments: Option<Vec<Word>>,
    later: Later,
    checked: bool,
    pipefail: bool,
    depth: usize,
    pub(super) scripts: usize,
    left: usize,
    /// What may still be parsed, in squares of bytes.
    pub(super) effort: u64,
}

impl Walk {
    pub(super) fn new(variables: BTreeMap<String, Values>, effort: u64) -> Self {
        Self {
            commands: Vec::new(),
            lost: Vec::new(),
            variables,
            functions: BTreeMap::new(),
            aliases: Vec::new(),
            written: Vec::new(),
            outer: Vec::new(),
            arguments: None,
            later: Later::default(),
            checked: true,
            pipefail: false,
            depth: 0,
            scripts: 0,
            left: MOST_NODES,
            effort,
        }
    }

    pub(super) fn lose(&mut self, why: Why, text: &str, line: usize, nested: bool) {
        let lost = Lost {
            why,
            line,
            mentions: mentions(text),
            nested,
        };
        if !self.lost.contains(&lost) {
            self.lost.push(lost);
        }
    }

    /// Follows a text as a script of its own.
    pub(super) fn script(&mut self, text: &str, lines: Lines, shell: Shell, place: Place) {
        let source = Source::new(text, lines);
        let first = match lines {
            Lines::From(line) | Lines::At(line) => line,
        };
        if self.scripts >= DEEPEST_SCRIPT {
            return self.lose(Why::Nested, text, first, place.nested);
        }
        let length = u64::try_from(source.text.len()).unwrap_or(u64::MAX);
        let Some(left) = self.effort.checked_sub(length.saturating_mul(length)) else {
            return self.lose(Why::Long, text, first, place.nested);
        };
        self.effort = left;
        let Some(tree) = source.parse() else {
            return self.lose(Why::Syntax, text, first, place.nested);
        };
        let root = tree.root_node();
        if let Some(line) = broken(&source, root) {
            self.lose(Why::Syntax, text, line, place.nested);
        }
        self.scripts += 1;
        let later = std::mem::replace(&mut self.later, Later::of(&source, root));
        let modes = (self.checked, self.pipefail);
        self.checked = shell != Shell::Unchecked;
        self.pipefail = shell == Shell::Pipefail;
        self.statements(&source, root, place);
        (self.checked, self.pipefail) = modes;
        self.later = later;
        self.scripts -= 1;
    }

    /// Follows the body of a function where it is called.
    pub(super) fn function(&mut self, function: &Function, arguments: Vec<Word>, place: Place) {
        let before = self.arguments.replace(arguments);
        let shell = match (self.checked, self.pipefail) {
            (true, true) => Shell::Pipefail,
            (true, false) => Shell::Plain,
            (false, _) => Shell::Unchecked,
        };
        self.script(&function.body, Lines::From(function.line), shell, place);
        self.arguments = before;
    }

    /// Whether the failure of a command here is swallowed.
    pub(super) fn tolerated(&self, place: Place, node: Node<'_>) -> bool {
        let fails = place.forced
            || place.last
            || (self.checked && !place.ignored)
            || (!self.checked && self.later.exits_by_status(node));
        place.guarded || !fails
    }

    /// The statements directly below a node.
    pub(super) fn statements(&mut self, source: &Source, node: Node<'_>, place: Place) {
        let mut cursor = node.walk();
        let all = statements_of(node.children(&mut cursor));
        self.list_of(source, &all, place);
    }

    pub(super) fn list_of(&mut self, source: &Source, all: &[(Node<'_>, bool)], place: Place) {
        let last = all.len().saturating_sub(1);
        for (index, (statement, background)) in all.iter().enumerate() {
            let mut inner = Place {
                last: place.last && index == last,
                // what follows the list by `&&` follows its last statement
                then_fails: place.then_fails && index == last,
                ..place
            };
            if *background && !self.later.waits(*statement) {
                inner = inner.guarded();
            }
            self.statement(source, *statement, inner);
        }
    }

    /// Follows a statement.
    pub(super) fn statement(&mut self, source: &Source, node: Node<'_>, place: Place) {
        if self.depth >= DEEPEST_NODE || self.left == 0 {
            let line = source.line(node);
            return self.lose(Why::Nested, source.of(node), line, place.nested);
        }
        self.left -= 1;
        self.depth += 1;
        self.enter(source, node, place);
        self.depth -= 1;
    }

    pub(super) fn enter(&mut self, source: &Source, node: Node<'_>, place: Place) {
        match node.kind() {
            "command" => self.command(source, node, Redirects::default(), place),
            "redirected_statement" => self.redirected(source, node, place),
            "list" => self.list(source, node, place),
            "pipeline" => {
                let mut cursor = node.walk();
                let stages: Vec<_> = node.named_children(&mut cursor).collect();
                self.pipeline(source, &stages, None, place);
            }
            "negated_command" => {
                let place = if place.forced { place } else { place.guarded() };
                self.statements(source, node, place);
            }
            "subshell" => {
                // what it sets ends with it
                let modes = (self.checked, self.pipefail);
                self.statements(source, node, place);
                (self.checked, self.pipefail) = modes;
            }
            "compound_statement" | "do_group" | "program" => self.statements(source, node, place),
            "if_statement" => self.branches(source, node, place),
            "while_statement" => self.repeated(source, node, place),
            "for_statement" | "c_style_for_statement" => self.counted(source, node, place),
            "case_statement" => self.cases(source, node, place),
            "function_definition" => self.define(source, node),
            "declaration_command" => self.declared(source, node, place),
            "variable_assignment" => {
                self.assigned(source, node, place);
            }
            "variable_assignments" => {
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor) {
                    self.assigned(source, child, place);
                }
            }
            "unset_command" => {
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor) {
                    self.variables.insert(source.of(child).to_owned(), None);
                }
            }
            "comment" | "heredoc_start" | "heredoc_end" | "heredoc_content" => {}
            _ => self.inside(source, node, place),
        }
    }

    /// Follows what is run inside a word, a test or an expression.
    pub(super) fn inside(&mut self, source: &Source, node: Node<'_>, place: Place) {
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "command_substitution" | "process_substitution" => {
                    self.substituted(source, child, place.guarded());
                }
                _ => self.statement(source, child, place),
            }
        }
    }

    /// Follows `$(…)`, `<(…)` or backticks.
    pub(super) fn substituted(&mut self, source: &Source, node: Node<'_>, place: Place) {
        let place = Place {
            nested: true,
            ..place
        };
        let raw = source.of(node);
        if raw.starts_with('`') && raw.contains('\\') {
            // inside backticks a backslash quotes once more: the tree has the text before that
            let inner = raw.trim_matches('`');
            let inner = inner
                .replace("\\`", "`")
                .replace("\\$", "$")
                .replace("\\\\", "\\");
            let line = source.line(node);
            self.script(
                &source.restore(&inner),
                Lines::At(line),
                Shell::Plain,
                place,
            );
            return;
        }
        self.statements(source, node, place);
    }

    pub(super) fn emit(&mut self, words: Vec<String>, line: usize, tolerated: bool, place: Place) {
        self.emit_reading(words, line, tolerated, place, None);
    }

    pub(super) fn emit_reading(
        &mut self,
        mut words: Vec<String>,
        line: usize,
        tolerated: bool,
        place: Place,
        input: Option<String>,
    ) {
        if !place.nested {
            words.extend(self.outer.iter().cloned());
        }
        self.commands.push(Simple {
            words,
            line,
            tolerated,
            nested: place.nested,
            input,
        });
    }

    /// Follows something whose output goes where these redirections say, where that is a file for
    /// later steps.
    pub(super) fn writing(&mut self, redirects: &[String], follow: impl FnOnce(&mut Self)) {
        let before = self.outer.len();
        if redirects.iter().any(|word| for_later_steps(word)) {
            self.outer.extend(redirects.iter().cloned());
        }
        follow(self);
        self.outer.truncate(before);
    }
}

/// Whether a word names a file by which a step tells later steps something.
pub(super) fn for_later_steps(word: &str) -> bool {
    ["GITHUB_OUTPUT", "GITHUB_ENV"]
        .iter()
        .any(|file| word.contains(file))
}

/// Statements among nodes, and whether each is in the background.
pub(super) fn statements_of<'t>(
    nodes: impl IntoIterator<Item = Node<'t>>,
) -> Vec<(Node<'t>, bool)> {
    let mut all: Vec<(Node<'t>, bool)> = Vec::new();
    for node in nodes {
        if node.is_named() {
            if node.kind() != "comment" {
                all.push((node, false));
            }
        } else if node.kind() == "&"
            && let Some((_, background)) = all.last_mut()
        {
            *background = true;
        }
    }
    all
}

/// The line of the first error of the tree; `None` for a tree without errors.
fn broken(source: &Source, root: Node<'_>) -> Option<usize> {
    let mut waiting = vec![root];
    let mut first: Option<usize> = None;
    let whole = !root.has_error();
    while let Some(node) = waiting.pop() {
        // a here-document that never ends takes the rest of the script
        let open = node.kind() == "heredoc_redirect" && {
            let mut cursor = node.walk();
            !node
                .named_children(&mut cursor)
                .any(|child| child.kind() == "heredoc_end")
        };
        if node.is_error() || node.is_missing() || open {
            let line = source.line(node);
            first = Some(first.map_or(line, |known| known.min(line)));
            continue;
        }
        let mut cursor = node.walk();
        waiting.extend(node.children(&mut cursor));
    }
    match first {
        None if !whole => Some(source.line(root)),
        first => first,
    }
}
