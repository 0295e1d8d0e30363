//! From the tree of a script to the commands that it runs.
//!
//! The walk goes in the order in which the shell would run things, so that a variable is known when
//! it is used. What the tree does not settle is reported as lost, never left out.

use std::collections::BTreeMap;

use tree_sitter::Node;

use super::follow::{Call, Input};
use super::shell::Shell;
use super::source::{Lines, Source};
use super::statuses::{Later, Place, contains_failure};
use super::unfollowed::{Lost, mentions};
use super::word::{Part, Word};
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
    /// What the function that is being followed is called with.
    pub(super) arguments: Option<Vec<Word>>,
    later: Later,
    checked: bool,
    pipefail: bool,
    depth: usize,
    pub(super) scripts: usize,
    left: usize,
}

impl Walk {
    pub(super) fn new(variables: BTreeMap<String, Values>) -> Self {
        Self {
            commands: Vec::new(),
            lost: Vec::new(),
            variables,
            functions: BTreeMap::new(),
            aliases: Vec::new(),
            written: Vec::new(),
            arguments: None,
            later: Later::default(),
            checked: true,
            pipefail: false,
            depth: 0,
            scripts: 0,
            left: MOST_NODES,
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
    fn tolerated(&self, place: Place, node: Node<'_>) -> bool {
        let fails = place.forced
            || place.last
            || (self.checked && !place.ignored)
            || (!self.checked && self.later.exits_by_status(node));
        place.guarded || !fails
    }

    /// The statements directly below a node.
    fn statements(&mut self, source: &Source, node: Node<'_>, place: Place) {
        let mut cursor = node.walk();
        let all = statements_of(node.children(&mut cursor));
        self.list_of(source, &all, place);
    }

    fn list_of(&mut self, source: &Source, all: &[(Node<'_>, bool)], place: Place) {
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

    fn enter(&mut self, source: &Source, node: Node<'_>, place: Place) {
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
    fn substituted(&mut self, source: &Source, node: Node<'_>, place: Place) {
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

    fn list(&mut self, source: &Source, node: Node<'_>, place: Place) {
        let mut cursor = node.walk();
        let children: Vec<_> = node.children(&mut cursor).collect();
        let or = children.iter().any(|child| child.kind() == "||");
        let parts: Vec<_> = children.into_iter().filter(|c| c.is_named()).collect();
        if let [left, right] = parts.as_slice() {
            self.joined(source, *left, or, *right, place);
        } else {
            self.inside(source, node, place);
        }
    }

    /// `left && right`, `left || right`.
    fn joined(&mut self, source: &Source, left: Node<'_>, or: bool, right: Node<'_>, place: Place) {
        let swallowed = or && !place.then_fails && self.later.swallows(source, right);
        let before = match or {
            true if swallowed => place.guarded(),
            // where the right side does not succeed for certain, the failure goes on
            true if !place.guarded => place.forced(),
            true => place,
            false => Place {
                ignored: true,
                then_fails: contains_failure(source, right),
                ..place
            },
        };
        self.statement(source, left, before);
        self.statement(source, right, place.conditional());
    }

    /// Commands that pipe into one another. `first` is what the first of them reads.
    fn pipeline(
        &mut self,
        source: &Source,
        stages: &[Node<'_>],
        first: Option<Redirects>,
        place: Place,
    ) {
        let last = stages.len().saturating_sub(1);
        let mut given = first;
        let mut piped = Input::None;
        for (index, stage) in stages.iter().enumerate() {
            let inner = if index < last && !self.pipefail {
                place.guarded()
            } else {
                place
            };
            let redirects = given.take().unwrap_or_default();
            let output = self.output(source, *stage, &redirects);
            let input = std::mem::replace(&mut piped, Input::Text(String::new()));
            self.stage(source, *stage, redirects, input, inner);
            piped = output.map_or(Input::Computed, Input::Text);
        }
    }

    fn stage(
        &mut self,
        source: &Source,
        node: Node<'_>,
        mut redirects: Redirects,
        input: Input,
        place: Place,
    ) {
        if redirects.input == Input::None {
            redirects.input = input;
        }
        match node.kind() {
            "command" => self.command(source, node, redirects, place),
            "redirected_statement" => self.redirected_with(source, node, redirects, place),
            _ => {
                // a group that reads a pipe: a shell in it would run what comes
                if redirects.input != Input::None && runs_shell(source, node) {
                    let line = source.line(node);
                    self.lose(Why::Input, source.of(node), line, place.nested);
                }
                self.statement(source, node, place);
            }
        }
    }

    /// What a command prints, where that is plain: `echo 'git fetch'`, `cat <<EOF`.
    fn output(&self, source: &Source, node: Node<'_>, given: &Redirects) -> Option<String> {
        let (command, input) = match node.kind() {
            "redirected_statement" => {
                let body = node.child_by_field_name("body")?;
                let mut redirects = Redirects::default();
                let mut cursor = node.walk();
                for redirect in node.children_by_field_name("redirect", &mut cursor) {
                    redirects.read(self, source, redirect);
                }
                (body, redirects.input)
            }
            _ => (node, given.input.clone()),
        };
        if command.kind() != "command" {
            return None;
        }
        let words = self.words(source, command);
        let fixed: Option<Vec<String>> = words.iter().map(|word| self.resolve(word)).collect();
        let fixed = fixed?;
        match fixed.split_first()? {
            (name, rest) if name == "echo" => {
                let rest = rest
                    .iter()
                    .skip_while(|w| w.starts_with('-') && w.len() <= 3);
                let rest: Vec<&str> = rest.map(String::as_str).collect();
                (!rest.iter().any(|word| word.contains('\\'))).then(|| rest.join(" "))
            }
            (name, [format]) if name == "printf" && !format.contains(['%', '\\']) => {
                Some(format.clone())
            }
            (name, []) if name == "cat" => match input {
                Input::Text(text) => Some(text),
                _ => None,
            },
            _ => None,
        }
    }

    fn redirected(&mut self, source: &Source, node: Node<'_>, place: Place) {
        self.redirected_with(source, node, Redirects::default(), place);
    }

    /// A statement with redirections after it.
    fn redirected_with(
        &mut self,
        source: &Source,
        node: Node<'_>,
        mut redirects: Redirects,
        place: Place,
    ) {
        let (mut pipe, mut right) = (Vec::new(), None);
        let mut cursor = node.walk();
        for redirect in node.children_by_field_name("redirect", &mut cursor) {
            self.inside(source, redirect_part(redirect), place);
            redirects.read(self, source, redirect);
            if redirect.kind() != "heredoc_redirect" {
                continue;
            }
            // what stands on the line of a here-document after its start is below the redirection
            let mut inner = redirect.walk();
            for child in redirect.named_children(&mut inner) {
                if child.kind() == "pipeline" {
                    let mut stages = child.walk();
                    pipe.extend(child.named_children(&mut stages));
                }
            }
            if let Some(node) = redirect.child_by_field_name("right") {
                let or = redirect
                    .child_by_field_name("operator")
                    .is_some_and(|operator| source.of(operator) == "||");
                right = Some((or, node));
            }
        }
        self.written.extend(redirects.written.iter().cloned());
        let mut body_place = place;
        if let Some((or, node)) = right {
            if or && self.later.swallows(source, node) {
                body_place = place.guarded();
            } else if or {
                body_place = place.forced();
            } else {
                body_place.ignored = true;
            }
        }
        let body = node.child_by_field_name("body");
        match body {
            Some(body) if !pipe.is_empty() => {
                let stages: Vec<_> = std::iter::once(body).chain(pipe).collect();
                self.pipeline(source, &stages, Some(redirects), body_place);
            }
            Some(body) if body.kind() == "command" => {
                self.command(source, body, redirects, body_place);
            }
            Some(body) => {
                if redirects.input != Input::None && runs_shell(source, body) {
                    let line = source.line(body);
                    self.lose(Why::Input, source.of(node), line, place.nested);
                }
                self.statement(source, body, body_place);
            }
            None if !pipe.is_empty() => {
                self.pipeline(source, &pipe, Some(redirects), body_place);
            }
            None => {}
        }
        if let Some((_, node)) = right {
            self.statement(source, node, place.conditional());
        }
    }

    /// A simple command.
    fn command(&mut self, source: &Source, node: Node<'_>, mut redirects: Redirects, place: Place) {
        let mut before = Vec::new();
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "variable_assignment" => {
                    self.inside(source, child, place);
                    before.push(self.assignment(source, child));
                }
                kind if kind.ends_with("_redirect") => {
                    self.inside(source, redirect_part(child), place);
                    redirects.read(self, source, child);
                }
                "command_substitution" | "process_substitution" => {
                    self.substituted(source, child, place.guarded());
                }
                _ => self.inside(source, child, place),
            }
        }
        self.written.extend(redirects.written.iter().cloned());
        let mut words = self.words(source, node);
        words.extend(redirects.arguments);
        let first = words.first().map(Word::text);
        if first.as_deref() == Some("set") {
            self.set(&words);
        }
        self.follow(Call {
            words,
            before,
            after: redirects.words,
            input: redirects.input,
            text: source.restore(source.of(node)),
            line: source.line(node),
            tolerated: self.tolerated(place, node),
            place,
        });
    }

    /// The words of a command, those of `"$@"` in its place.
    fn words(&self, source: &Source, command: Node<'_>) -> Vec<Word> {
        let mut all = Vec::new();
        let mut cursor = command.walk();
        for child in command.named_children(&mut cursor) {
            if child.kind() == "variable_assignment" || child.kind().ends_with("_redirect") {
                continue;
            }
            all.extend(self.with_arguments(Word::of(source, child)));
        }
        all
    }

    /// A word with what a function is called with in the place of `$1` and `$@`.
    fn with_arguments(&self, word: Word) -> Vec<Word> {
        let Some(arguments) = &self.arguments else {
            return vec![word];
        };
        if let Some(("@" | "*", _)) = word.variable() {
            return arguments.clone();
        }
        let parts = word.parts.into_iter().flat_map(|part| match &part {
            Part::Variable { name, .. } => match name.parse::<usize>() {
                Ok(number @ 1..) => {
                    let given = arguments.get(number - 1);
                    given.map_or(Vec::new(), |word| word.parts.clone())
                }
                _ => vec![part],
            },
            _ => vec![part],
        });
        vec![Word {
            parts: parts.collect(),
        }]
    }

    /// `set -e`, `set +e`, `set -o pipefail`, and several in one.
    fn set(&mut self, words: &[Word]) {
        let mut on = true;
        for word in words.iter().skip(1).map(Word::text) {
            if word.starts_with(['-', '+']) {
                on = word.starts_with('-');
                if word.contains('e') && !word.starts_with("--") {
                    self.checked = on;
                }
            }
            match &*word {
                "pipefail" => self.pipefail = on,
                "errexit" => self.checked = on,
                _ => {}
            }
        }
    }

    fn branches(&mut self, source: &Source, node: Node<'_>, place: Place) {
        // `if t; then a; else exit 1; fi` fails with t
        let tested = if contains_failure(source, node) {
            place.forced()
        } else {
            place.guarded()
        };
        self.branch(source, node, tested, place.conditional());
    }

    /// An `if`, an `elif` or an `else`.
    fn branch(&mut self, source: &Source, node: Node<'_>, tested: Place, place: Place) {
        let mut cursor = node.walk();
        let children: Vec<_> = node.children(&mut cursor).collect();
        let then = children.iter().position(|child| child.kind() == "then");
        let (conditions, rest) = match then {
            Some(then) => children.split_at_checked(then).unwrap_or((&[], &children)),
            None => (&[][..], &*children),
        };
        let conditions = statements_of(conditions.iter().copied());
        self.list_of(source, &conditions, tested);
        let is_clause = |node: &Node<'_>| matches!(node.kind(), "elif_clause" | "else_clause");
        let body = rest.iter().copied().filter(|child| !is_clause(child));
        self.list_of(source, &statements_of(body), place);
        for clause in rest.iter().filter(|child| is_clause(child)) {
            self.branch(source, *clause, tested, place);
        }
    }

    /// `while` and `until`.
    fn repeated(&mut self, source: &Source, node: Node<'_>, place: Place) {
        let mut cursor = node.walk();
        let children: Vec<_> = node.children(&mut cursor).collect();
        let until = children.first().is_some_and(|c| c.kind() == "until");
        let conditions = children.iter().copied();
        let conditions = conditions.filter(|child| child.kind() != "do_group");
        let conditions = statements_of(conditions);
        let inverted = conditions
            .first()
            .is_some_and(|(node, _)| node.kind() == "negated_command");
        // a loop that goes on until it succeeds ends only by success
        let tested = if until || inverted {
            place.forced()
        } else {
            place.guarded()
        };
        self.list_of(source, &conditions, tested);
        for body in children.iter().filter(|child| child.kind() == "do_group") {
            self.statement(source, *body, place.conditional());
        }
    }

    /// `for` and `select`.
    fn counted(&mut self, source: &Source, node: Node<'_>, place: Place) {
        let mut values = Vec::new();
        let mut cursor = node.walk();
        for child in node.children_by_field_name("value", &mut cursor) {
            values.push(self.resolve(&Word::of(source, child)));
        }
        if let Some(variable) = node.child_by_field_name("variable") {
            let values: Values = values.into_iter().collect();
            let values = values.filter(|values| !values.is_empty());
            let name = source.of(variable).to_owned();
            self.variables.insert(name, values);
        }
        let body = node.child_by_field_name("body");
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            if Some(child) != body {
                match child.kind() {
                    "command_substitution" | "process_substitution" => {
                        self.substituted(source, child, place.guarded());
                    }
                    _ => self.inside(source, child, place.guarded()),
                }
            }
        }
        if let Some(body) = body {
            self.statement(source, body, place.conditional());
        }
    }

    fn cases(&mut self, source: &Source, node: Node<'_>, place: Place) {
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            if child.kind() != "case_item" {
                self.inside(source, child, place.guarded());
                continue;
            }
            let mut inner = child.walk();
            let values: Vec<_> = child.children_by_field_name("value", &mut inner).collect();
            let mut inner = child.walk();
            let body = child.children(&mut inner);
            let body = body.filter(|node| !values.contains(node));
            let body = statements_of(body);
            self.list_of(source, &body, place.conditional());
        }
    }

    fn define(&mut self, source: &Source, node: Node<'_>) {
        let name = node.child_by_field_name("name");
        let body = node.child_by_field_name("body");
        if let (Some(name), Some(body)) = (name, body) {
            let function = Function {
                body: source.restore(source.of(body)),
                line: source.line(body),
            };
            let name = source.restore(source.of(name));
            self.functions.insert(name, function);
        }
    }

    /// `export X=…`, `local`, `declare`, `readonly`.
    fn declared(&mut self, source: &Source, node: Node<'_>, place: Place) {
        let mut words = vec![Word::plain(
            source.of(node).split_whitespace().next().unwrap_or(""),
        )];
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            if child.kind() == "variable_assignment" {
                // the status is that of `export`, not of what is assigned
                self.inside(source, child, place.guarded());
                let text = self.assignment(source, child);
                self.learn(source, child, place);
                words.push(Word::plain(&text));
            } else {
                self.inside(source, child, place.guarded());
                words.push(Word::of(source, child));
            }
        }
        let words = words.iter().map(Word::text).collect();
        self.emit(words, source.line(node), self.tolerated(place, node), place);
    }

    /// An assignment that is a statement: its status is that of what it assigns.
    fn assigned(&mut self, source: &Source, node: Node<'_>, place: Place) {
        if let Some(value) = node.child_by_field_name("value") {
            if value.kind() == "command_substitution" {
                self.substituted(source, value, place);
            } else {
                self.inside(source, node, place);
            }
        }
        let text = self.assignment(source, node);
        self.learn(source, node, place);
        self.emit(
            vec![text],
            source.line(node),
            self.tolerated(place, node),
            place,
        );
    }

    /// `NAME=value` as a word.
    fn assignment(&self, source: &Source, node: Node<'_>) -> String {
        let name = node.child_by_field_name("name").map(|n| source.of(n));
        let value = node.child_by_field_name("value");
        let value = value.map(|value| Word::of(source, value).text());
        let name = source.restore(name.unwrap_or_default());
        format!("{name}={}", value.unwrap_or_default())
    }

    /// Takes up what a variable holds from now on.
    fn learn(&mut self, source: &Source, node: Node<'_>, place: Place) {
        let Some(name) = node.child_by_field_name("name").map(|n| source.of(n)) else {
            return;
        };
        let value = node.child_by_field_name("value");
        let appends = source.of(node).starts_with(&format!("{name}+="));
        let value = match value {
            None => Some(String::new()),
            Some(_) if appends => None,
            Some(value) => self.resolve(&Word::of(source, value)),
        };
        let known = self.variables.entry(name.to_owned());
        // in a branch or a loop it may still hold what it held before
        let before = known.or_insert_with(|| Some(Vec::new()));
        *before = match (value, before.take()) {
            (Some(value), Some(mut values)) if place.conditional => {
                values.push(value);
                values.dedup();
                Some(values)
            }
            (Some(value), _) if !place.conditional => Some(vec![value]),
            _ => None,
        };
    }

    /// The text of a word, where its variables hold one known value each.
    pub(super) fn resolve(&self, word: &Word) -> Option<String> {
        let mut all = self.alternatives(word)?;
        (all.len() == 1).then(|| all.remove(0))
    }

    /// The texts that a word may come to, where its variables are known.
    pub(super) fn alternatives(&self, word: &Word) -> Option<Vec<String>> {
        const MOST: usize = 16;
        let mut all = vec![String::new()];
        for part in &word.parts {
            let values = match part {
                Part::Text(text) => std::slice::from_ref(text),
                Part::Variable { name, .. } => self.variables.get(name)?.as_deref()?,
                Part::Computed(_) => return None,
            };
            let longer = all.iter().flat_map(|before| {
                let joined = values.iter().map(move |value| format!("{before}{value}"));
                joined.collect::<Vec<_>>()
            });
            all = longer.collect();
            if all.len() > MOST || all.is_empty() {
                return None;
            }
        }
        Some(all)
    }

    pub(super) fn emit(&mut self, words: Vec<String>, line: usize, tolerated: bool, place: Place) {
        self.commands.push(Simple {
            words,
            line,
            tolerated,
            nested: place.nested,
        });
    }
}

/// The redirections of a command.
#[derive(Debug, Clone, Default)]
pub(super) struct Redirects {
    /// As words: `>`, `file`.
    pub(super) words: Vec<String>,
    pub(super) input: Input,
    /// Words of the command that follow a redirection.
    pub(super) arguments: Vec<Word>,
    written: Vec<String>,
}

impl Redirects {
    fn read(&mut self, walk: &Walk, source: &Source, node: Node<'_>) {
        match node.kind() {
            "file_redirect" => {
                let mut cursor = node.walk();
                let targets: Vec<_> = node
                    .children_by_field_name("destination", &mut cursor)
                    .collect();
                let Some((target, more)) = targets.split_first() else {
                    return;
                };
                let raw = source.of(node);
                let operator = raw.trim_start_matches(|c: char| c.is_ascii_digit());
                let end = operator.find(|c: char| !"<>&|".contains(c));
                let operator = operator.get(..end.unwrap_or(operator.len()));
                let operator = operator.unwrap_or_default();
                let name = Word::of(source, *target).text();
                if operator.starts_with('<') {
                    self.input = Input::Computed;
                } else {
                    self.written.push(name.clone());
                }
                self.words.extend([operator.to_owned(), name]);
                // the grammar takes what follows the file for more files
                let more = more.iter().map(|node| Word::of(source, *node));
                let more = more.flat_map(|word| walk.with_arguments(word));
                self.arguments.extend(more);
            }
            "herestring_redirect" => {
                let mut cursor = node.walk();
                let text = node.named_children(&mut cursor).last();
                let text = text.map(|node| Word::of(source, node));
                self.input = match text.and_then(|word| walk.resolve(&word)) {
                    Some(text) => Input::Text(text),
                    None => Input::Computed,
                };
            }
            "heredoc_redirect" => {
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor) {
                    match child.kind() {
                        "heredoc_body" => {
                            self.input = Input::Text(source.restore(source.of(child)));
                        }
                        kind if kind.ends_with("_redirect") => self.read(walk, source, child),
                        _ => {}
                    }
                }
                let mut cursor = node.walk();
                let words = node.children_by_field_name("argument", &mut cursor);
                let words = words.map(|node| Word::of(source, node));
                self.arguments.extend(words);
            }
            _ => {}
        }
    }
}

/// The part of a redirection in which the shell runs commands; the rest of the line of a
/// here-document is followed by itself.
fn redirect_part(redirect: Node<'_>) -> Node<'_> {
    let mut cursor = redirect.walk();
    let body = redirect
        .named_children(&mut cursor)
        .find(|child| child.kind() == "heredoc_body");
    body.unwrap_or(redirect)
}

/// Statements among nodes, and whether each is in the background.
fn statements_of<'t>(nodes: impl IntoIterator<Item = Node<'t>>) -> Vec<(Node<'t>, bool)> {
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

/// Whether a shell is among the commands of a group.
fn runs_shell(source: &Source, node: Node<'_>) -> bool {
    mentions_any(source.of(node), &["bash", "sh", "zsh", "dash", "ksh"])
}

fn mentions_any(text: &str, names: &[&str]) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .any(|word| names.contains(&word))
}

/// The line of the first place where the parser found no sense; none of a tree that is whole.
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
