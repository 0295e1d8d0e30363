//! Findings for a terminal.

use std::io::{self, Write};

use annotate_snippets::{Group, Level, Renderer};
use harden_core::one_line;
use harden_iam::lint::Level as LintLevel;

use super::Style;
use super::input::Input;
use super::report::Found;
use super::snippet::{MAX_MESSAGE, SourceLine, with_source};

/// Writes a finding.
pub(super) fn finding(
    input: &Input,
    found: &Found,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let finding = &found.finding;
    let level = match finding.level() {
        LintLevel::Error => Level::ERROR,
        LintLevel::Warning => Level::WARNING,
        LintLevel::Note => Level::NOTE,
    };
    let message = one_line(&finding.message, MAX_MESSAGE);
    let title = level.primary_title(message.as_str()).id(finding.rule.id());
    let source = match finding.position {
        Some(at) => SourceLine::of(input, at),
        None => None,
    };
    let group = Group::with_title(title);
    let mut group = with_source(group, input, finding.position, source.as_ref());
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
