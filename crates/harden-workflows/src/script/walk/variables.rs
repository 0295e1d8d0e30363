//! What variables hold, as far as the script says it.

use tree_sitter::Node;

use super::super::source::Source;
use super::super::statuses::Place;
use super::super::word::{Part, Word};
use super::Walk;

impl Walk {
    /// `export X=…`, `local`, `declare`, `readonly`.
    pub(super) fn declared(&mut self, source: &Source, node: Node<'_>, place: Place) {
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
    pub(super) fn assigned(&mut self, source: &Source, node: Node<'_>, place: Place) {
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
    pub(super) fn assignment(&self, source: &Source, node: Node<'_>) -> String {
        let name = node.child_by_field_name("name").map(|n| source.of(n));
        let value = node.child_by_field_name("value");
        let value = value.map(|value| Word::of(source, value).text());
        let name = source.restore(name.unwrap_or_default());
        format!("{name}={}", value.unwrap_or_default())
    }

    /// Takes up what a variable holds from now on.
    pub(super) fn learn(&mut self, source: &Source, node: Node<'_>, place: Place) {
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
    pub(in crate::script) fn resolve(&self, word: &Word) -> Option<String> {
        let mut all = self.alternatives(word)?;
        (all.len() == 1).then(|| all.remove(0))
    }

    /// The texts that a word may come to, where its variables are known.
    pub(in crate::script) fn alternatives(&self, word: &Word) -> Option<Vec<String>> {
        const MOST: usize = 16;
        // a variable that is twice itself in each of a hundred lines would fill any memory
        const LONGEST: usize = 4096;
        let mut all = vec![String::new()];
        for part in &word.parts {
            let values = match part {
                Part::Text(text) => std::slice::from_ref(text),
                Part::Variable { name, .. } => self.variables.get(name)?.as_deref()?,
                Part::Computed(_) => return None,
            };
            if values.len() > MOST {
                return None;
            }
            let longer = all.iter().flat_map(|before| {
                let joined = values.iter().map(move |value| format!("{before}{value}"));
                joined.collect::<Vec<_>>()
            });
            all = longer.collect();
            let too_long = all.iter().any(|text| text.len() > LONGEST);
            if all.len() > MOST || all.is_empty() || too_long {
                return None;
            }
        }
        Some(all)
    }
}
