//! The redirections of commands.

use tree_sitter::Node;

use super::super::input::Input;
use super::super::source::Source;
use super::super::word::Word;
use super::Walk;

/// The redirections of a command.
#[derive(Debug, Clone, Default)]
pub(super) struct Redirects {
    /// As words: `>`, `file`.
    pub(super) words: Vec<String>,
    pub(super) input: Input,
    /// Words of the command that follow a redirection.
    pub(super) arguments: Vec<Word>,
    pub(super) written: Vec<String>,
}

impl Redirects {
    pub(super) fn read(&mut self, walk: &Walk, source: &Source, node: Node<'_>) {
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
pub(super) fn redirect_part(redirect: Node<'_>) -> Node<'_> {
    let mut cursor = redirect.walk();
    let body = redirect
        .named_children(&mut cursor)
        .find(|child| child.kind() == "heredoc_body");
    body.unwrap_or(redirect)
}
