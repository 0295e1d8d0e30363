//! A message with the line of the file that it is about, as compilers show it.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use harden_core::one_line;
use harden_iam::Position;

use super::input::Input;

/// A message longer than this is cut: it can quote a list of thousands of actions.
pub(super) const MAX_MESSAGE: usize = 2000;

/// A longer line was written by a program and is not shown.
const MAX_LINE: usize = 400;

/// Renders an error message about a position in a file, without colours.
pub(super) fn render_error(input: &Input, at: Option<Position>, message: &str) -> String {
    let message = one_line(message, MAX_MESSAGE);
    let group = Group::with_title(Level::ERROR.primary_title(message.as_str()));
    let source = at.and_then(|at| SourceLine::of(input, at));
    Renderer::plain().render(&[with_source(group, input, at, source.as_ref())])
}

/// A line of a file, with the part of it that is underlined.
pub(super) struct SourceLine<'a> {
    line: &'a str,
    number: usize,
    span: Range<usize>,
}

impl<'a> SourceLine<'a> {
    pub(super) fn of(input: &'a Input, at: Position) -> Option<Self> {
        let line = input.line(at)?.trim_end_matches(['\r', '\n']);
        if line.len() > MAX_LINE {
            return None;
        }
        let column = usize::try_from(at.column).ok()?.checked_sub(1)?;
        let start = line
            .char_indices()
            .nth(column)
            .map_or(line.len(), |(i, _)| i);
        let rest = line.get(start..)?;
        let length = match rest.chars().next() {
            Some('"') => string_length(rest),
            Some(c) => c.len_utf8(),
            None => 0,
        };
        Some(Self {
            line,
            number: usize::try_from(at.line).ok()?,
            span: start..start + length,
        })
    }
}

/// The length of the JSON string at the start of a text.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (i, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return i + 1,
            _ => escaped = c == '\\' && !escaped,
        }
    }
    text.len()
}

/// Adds the line to a group of messages, or at least the name of the file.
pub(super) fn with_source<'a>(
    group: Group<'a>,
    input: &'a Input,
    at: Option<Position>,
    source: Option<&SourceLine<'a>>,
) -> Group<'a> {
    match (source, at) {
        (Some(source), _) => group.element(
            Snippet::source(source.line)
                .line_start(source.number)
                .path(input.shown.as_str())
                .annotation(AnnotationKind::Primary.span(source.span.clone())),
        ),
        (None, Some(at)) => group.element(
            Origin::path(input.shown.as_str())
                .line(usize::try_from(at.line).unwrap_or(1))
                .char_column(usize::try_from(at.column).unwrap_or(1)),
        ),
        (None, None) => group.element(Origin::path(input.shown.as_str())),
    }
}
