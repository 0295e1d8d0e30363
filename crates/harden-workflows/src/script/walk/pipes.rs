//! Pipes and redirections.

use tree_sitter::Node;

use super::super::input::Input;
use super::super::source::Source;
use super::super::statuses::Place;
use super::redirects::{Redirects, redirect_part};
use super::{Walk, for_later_steps};
use crate::facts::Why;

impl Walk {
    /// Commands that pipe into one another. `first` is what the first of them reads.
    pub(super) fn pipeline(
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
            // `echo x | tee -a "$GITHUB_OUTPUT"`
            let after = stages.get(index + 1..).unwrap_or_default();
            let kept = after
                .iter()
                .find(|stage| for_later_steps(source.of(**stage)));
            let to: Vec<String> = kept
                .map(|stage| vec![">>".to_owned(), source.of(*stage).to_owned()])
                .unwrap_or_default();
            self.writing(&to, |walk| {
                walk.stage(source, *stage, redirects, input, inner);
            });
            piped = output.map_or(Input::Computed, Input::Text);
        }
    }

    pub(super) fn stage(
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
    pub(super) fn output(
        &self,
        source: &Source,
        node: Node<'_>,
        given: &Redirects,
    ) -> Option<String> {
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

    pub(super) fn redirected(&mut self, source: &Source, node: Node<'_>, place: Place) {
        self.redirected_with(source, node, Redirects::default(), place);
    }

    /// A statement with redirections after it.
    pub(super) fn redirected_with(
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
            // the rest of the line on which a here-document starts is below the redirection in the tree
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
                let words = redirects.words.clone();
                self.writing(&words, |walk| walk.statement(source, body, body_place));
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
}

/// Whether a shell is among the commands of a group.
fn runs_shell(source: &Source, node: Node<'_>) -> bool {
    mentions_any(source.of(node), &["bash", "sh", "zsh", "dash", "ksh"])
}

fn mentions_any(text: &str, names: &[&str]) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .any(|word| names.contains(&word))
}
