//! Simple commands and their words.

use tree_sitter::Node;

use super::super::follow::Call;
use super::super::source::Source;
use super::super::statuses::Place;
use super::super::word::{Part, Word};
use super::Walk;
use super::redirects::{Redirects, redirect_part};

/// How many words and parts of words a command may have, with the arguments of the function that it is
/// in: functions that pass them on twice would multiply them.
const MOST_WORDS: usize = 10_000;

impl Walk {
    /// A simple command.
    pub(super) fn command(
        &mut self,
        source: &Source,
        node: Node<'_>,
        mut redirects: Redirects,
        place: Place,
    ) {
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
    pub(super) fn words(&self, source: &Source, command: Node<'_>) -> Vec<Word> {
        let mut all = Vec::new();
        let mut cursor = command.walk();
        for child in command.named_children(&mut cursor) {
            if child.kind() == "variable_assignment" || child.kind().ends_with("_redirect") {
                continue;
            }
            all.extend(self.with_arguments(Word::of(source, child)));
            if all.iter().map(|word| word.parts.len()).sum::<usize>() > MOST_WORDS {
                return vec![Word::computed()];
            }
        }
        all
    }

    /// A word with what a function is called with in the place of `$1` and `$@`.
    pub(super) fn with_arguments(&self, word: Word) -> Vec<Word> {
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
    pub(super) fn set(&mut self, words: &[Word]) {
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
}
