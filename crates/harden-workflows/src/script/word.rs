//! The words of commands: quotes taken off, what the shell would expand kept apart.

use tree_sitter::Node;

use super::source::{Piece, Source};

/// A part of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// A text that is what it says.
    Text(String),
    /// `$NAME` or `${NAME}`.
    Variable {
        name: String,
        raw: String,
        quoted: bool,
    },
    /// Anything else that the shell or GitHub puts in: `$(…)`, `${X:-y}`, `*.js`, `${{ … }}`.
    Computed(String),
}

/// A word of a command.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) parts: Vec<Part>,
}

impl Word {
    /// A word that is what it says.
    pub(super) fn plain(text: &str) -> Self {
        let mut word = Self::default();
        word.push_text(text);
        word
    }

    /// A word of which nothing is known.
    pub(super) fn computed() -> Self {
        Self {
            parts: vec![Part::Computed("$(…)".to_owned())],
        }
    }

    /// The word of a node.
    pub(super) fn of(source: &Source, node: Node<'_>) -> Self {
        let mut word = Self::default();
        word.read(source, node, false);
        word
    }

    /// The text: what the shell would expand is as it is written.
    pub(super) fn text(&self) -> String {
        let parts = self.parts.iter();
        parts
            .map(|part| match part {
                Part::Text(text) | Part::Computed(text) => &**text,
                Part::Variable { raw, .. } => raw,
            })
            .collect()
    }

    /// The text, where the shell expands nothing in it.
    pub(super) fn fixed(&self) -> Option<String> {
        let mut all = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => all.push_str(text),
                _ => return None,
            }
        }
        Some(all)
    }

    /// Whether it is one variable and nothing else, and its name.
    pub(super) fn variable(&self) -> Option<(&str, bool)> {
        match self.parts.as_slice() {
            [Part::Variable { name, quoted, .. }] => Some((name, *quoted)),
            _ => None,
        }
    }

    fn push_text(&mut self, text: &str) {
        if let Some(Part::Text(last)) = self.parts.last_mut() {
            last.push_str(text);
        } else {
            self.parts.push(Part::Text(text.to_owned()));
        }
    }

    fn push_computed(&mut self, text: String) {
        self.parts.push(Part::Computed(text));
    }

    /// Adds a text of the source, in which GitHub may put expressions.
    fn push(&mut self, source: &Source, text: &str, unescape: impl Fn(&str) -> String) {
        for piece in source.pieces(text) {
            match piece {
                Piece::Plain(text) => self.push_text(&unescape(text)),
                Piece::Expression(text) => self.push_computed(text.to_owned()),
            }
        }
    }

    fn read(&mut self, source: &Source, node: Node<'_>, quoted: bool) {
        let raw = source.of(node);
        let inside = || {
            let end = raw.len().saturating_sub(1);
            raw.get(1..end).unwrap_or_default()
        };
        match node.kind() {
            "word" | "variable_name" | "number" | "extglob_pattern" | "test_operator" => {
                self.unquoted(source, raw);
            }
            "raw_string" => self.push(source, inside(), str::to_owned),
            "ansi_c_string" => {
                let inner = raw.strip_prefix("$'").and_then(|t| t.strip_suffix('\''));
                self.push(source, inner.unwrap_or_default(), ansi_c);
            }
            "string" => {
                let (start, end) = (node.start_byte() + 1, node.end_byte().saturating_sub(1));
                if start >= end {
                    // an empty string is a word all the same
                    self.push_text("");
                }
                self.children(source, node, start, end, true, |text| {
                    unescape(text, |c| "\"\\$`".contains(c))
                });
            }
            "concatenation" | "command_name" | "translated_string" => {
                let (start, end) = (node.start_byte(), node.end_byte());
                let start = start + usize::from(node.kind() == "translated_string");
                self.children(source, node, start, end, quoted, |text| {
                    unescape(text, |_| true)
                });
            }
            "simple_expansion" => {
                let name = raw.trim_start_matches('$');
                self.push_variable(source, name, raw, quoted);
            }
            "expansion" => {
                let name = raw.strip_prefix("${").and_then(|t| t.strip_suffix('}'));
                let name = name.unwrap_or_default();
                let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
                if plain || matches!(name, "@" | "*") {
                    self.push_variable(source, name, raw, quoted);
                } else {
                    self.push_computed(source.restore(raw));
                }
            }
            _ => self.push_computed(source.restore(raw)),
        }
    }

    fn push_variable(&mut self, source: &Source, name: &str, raw: &str, quoted: bool) {
        // an expression may be a part of the name
        if source.pieces(name).len() > 1 || source.restore(name) != name {
            return self.push_computed(source.restore(raw));
        }
        self.parts.push(Part::Variable {
            name: name.to_owned(),
            raw: raw.to_owned(),
            quoted,
        });
    }

    /// Reads the children of a node, and the text between them.
    fn children(
        &mut self,
        source: &Source,
        node: Node<'_>,
        start: usize,
        end: usize,
        quoted: bool,
        unescape: impl Fn(&str) -> String,
    ) {
        let mut at = start;
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            if child.start_byte() < at || child.kind() == "string_content" {
                continue;
            }
            self.push(source, source.between(at, child.start_byte()), &unescape);
            self.read(source, child, quoted);
            at = child.end_byte();
        }
        self.push(source, source.between(at, end), &unescape);
    }

    /// A text outside quotes: a glob or a brace may come to any words.
    fn unquoted(&mut self, source: &Source, raw: &str) {
        for piece in source.pieces(raw) {
            match piece {
                Piece::Expression(text) => self.push_computed(text.to_owned()),
                Piece::Plain(text) if has_pattern(text) => {
                    self.push_computed(unescape(text, |_| true));
                }
                Piece::Plain(text) => self.push_text(&unescape(text, |_| true)),
            }
        }
    }
}

/// Whether the shell may expand an unquoted text: `*.js`, `g?t`, `{a,b}`.
fn has_pattern(text: &str) -> bool {
    let mut escaped = false;
    text.chars().any(|c| {
        let special = !escaped && "*?[{".contains(c);
        escaped = c == '\\' && !escaped;
        special
    })
}

/// Takes backslashes off the characters that they may quote; a continued line is nothing.
fn unescape(text: &str, quotes: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('\n') => {}
            Some(next) if quotes(next) => out.push(next),
            Some(next) => out.extend(['\\', next]),
            None => out.push('\\'),
        }
    }
    out
}

/// Decodes `$'…'`.
fn ansi_c(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('a' | 'b' | 'e' | 'E' | 'f' | 'v') => out.push(' '),
            Some('x') => out.extend(number(&mut chars, 16, 2, None)),
            Some('u') => out.extend(number(&mut chars, 16, 4, None)),
            Some('U') => out.extend(number(&mut chars, 16, 8, None)),
            Some(c) if c.is_digit(8) => out.extend(number(&mut chars, 8, 3, Some(c))),
            Some(c) => out.push(c),
            None => out.push('\\'),
        }
    }
    out
}

fn number(
    chars: &mut std::iter::Peekable<std::str::Chars<'_>>,
    radix: u32,
    most: usize,
    first: Option<char>,
) -> Option<char> {
    let mut digits: String = first.into_iter().collect();
    while digits.len() < most
        && let Some(c) = chars.next_if(|c| c.is_digit(radix))
    {
        digits.push(c);
    }
    let code = u32::from_str_radix(&digits, radix).ok()?;
    char::from_u32(code)
}
