//! Findings for a terminal, with the lines that they are about, as compilers show them.

use std::io::{self, Write};
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use harden_core::one_line;
use harden_iam::Position;
use harden_iam::lint::Grade;

use super::Style;
use super::input::Input;
use super::report::Found;

/// Policies are short; a list of thousands of actions is not shown to its end.
const MAX_MESSAGE: usize = 2000;

/// A longer line is written by a program and not shown.
const MAX_LINE: usize = 400;

/// Writes a finding.
pub(super) fn finding(
    input: &Input,
    found: &Found,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let finding = &found.finding;
    let level = match finding.grade() {
        Grade::Error => Level::ERROR,
        Grade::Warning => Level::WARNING,
        Grade::Note => Level::NOTE,
    };
    let message = one_line(&finding.message, MAX_MESSAGE);
    let title = level.primary_title(message.as_str()).id(finding.rule.id());
    let source = match finding.position {
        Some(at) => Source::of(input, at),
        None => None,
    };
    let group = Group::with_title(title);
    let mut group = with_place(group, input, finding.position, source.as_ref());
    let instead = finding
        .instead
        .as_deref()
        .map(|text| one_line(text, MAX_MESSAGE));
    if let Some(instead) = &instead {
        group = group.element(Level::HELP.message(instead.as_str()));
    }
    let renderer = if style.color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let text = renderer.term_width(style.width).render(&[group]);
    writeln!(out, "{text}\n")
}

/// A message about a place in a file, for an error.
pub(super) fn plain(input: &Input, at: Option<Position>, message: &str) -> String {
    let message = one_line(message, MAX_MESSAGE);
    let group = Group::with_title(Level::ERROR.primary_title(message.as_str()));
    let source = at.and_then(|at| Source::of(input, at));
    Renderer::plain().render(&[with_place(group, input, at, source.as_ref())])
}

/// The line at fault, and what of it.
struct Source<'a> {
    line: &'a str,
    number: usize,
    span: Range<usize>,
}

impl<'a> Source<'a> {
    fn of(input: &'a Input, at: Position) -> Option<Self> {
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

/// How long the string of JSON is with which a text begins.
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

fn with_place<'a>(
    group: Group<'a>,
    input: &'a Input,
    at: Option<Position>,
    source: Option<&Source<'a>>,
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
