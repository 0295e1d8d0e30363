//! The report for a terminal.
//!
//! Text is wrapped, except commands and the names of resources: they stay on one line, so that they
//! can be copied. Control characters in text that comes from a resource are escaped.

mod paint;
mod parts;

use std::io::{self, Write};

use anstyle::Style as Ansi;
use harden_core::one_line;

use crate::overview::{Conclusion, conclusion, counts};
use crate::report::Report;
use paint::{BOLD, GREEN, Painted, RED, YELLOW, wrap};

/// The longest message, in characters.
const MAX_TEXT: usize = 500;
/// The longest name, in characters.
const MAX_NAME: usize = 200;

/// The width and the colors of a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// The width in columns. The minimum is 40.
    pub width: usize,
    /// Whether to use colors.
    pub color: bool,
}

impl Default for Style {
    /// 80 columns without colors, as for a file.
    fn default() -> Self {
        Self {
            width: 80,
            color: false,
        }
    }
}

/// Writes the report: what was audited, failures by severity, accepted risks, the sections of the guide, and the unknown
/// findings with their reasons.
///
/// # Errors
/// When writing fails.
pub fn write(report: &Report, style: Style, out: impl Write) -> io::Result<()> {
    let mut printer = Printer {
        out: io::BufWriter::new(out),
        width: style.width.max(40),
        color: style.color,
    };
    parts::write_audited(&mut printer, report)?;
    parts::write_failures(&mut printer, report)?;
    parts::write_accepted(&mut printer, report)?;
    parts::write_sections(&mut printer, report)?;
    parts::write_unknowns(&mut printer, report)?;
    parts::write_gaps(&mut printer, report)?;
    let notices = report.notices.iter().map(|notice| notice.message.clone());
    parts::write_list(&mut printer, "Notices", notices)?;
    let providers = report.not_audited.iter();
    let providers = providers.map(|p| format!("{}: {}", p.provider, p.reason));
    parts::write_list(&mut printer, "Not audited", providers)?;
    parts::write_checks_off(&mut printer, report)?;
    write_conclusion(&mut printer, report)?;
    printer.out.flush()
}

/// Writes the last lines: the conclusion and the counts.
fn write_conclusion(printer: &mut Printer<impl Write>, report: &Report) -> io::Result<()> {
    let (conclusion, mut words) = conclusion(report);
    let style = match conclusion {
        Conclusion::Failed => RED.bold(),
        Conclusion::Incomplete | Conclusion::NothingJudged => YELLOW.bold(),
        Conclusion::Clean => GREEN.bold(),
    };
    if conclusion == Conclusion::Clean && !report.not_audited.is_empty() {
        words.push_str(" (of what was audited)");
    }
    printer.write_wrapped(0, 0, &words, style)?;
    printer.write_wrapped(0, 0, &counts(&report.summary()), BOLD)
}

/// Writes lines with a style.
struct Printer<W: Write> {
    out: io::BufWriter<W>,
    width: usize,
    color: bool,
}

impl<W: Write> Printer<W> {
    fn painted<'a>(&self, text: &'a str, style: Ansi) -> Painted<'a> {
        Painted {
            text,
            style,
            color: self.color,
        }
    }

    fn write_blank(&mut self) -> io::Result<()> {
        writeln!(self.out)
    }

    fn write_heading(&mut self, text: &str) -> io::Result<()> {
        self.write_wrapped(0, 0, text, BOLD)
    }

    /// Writes a text in lines of the terminal's width. All lines but the first are indented by `hang`
    /// more columns.
    fn write_wrapped(
        &mut self,
        indent: usize,
        hang: usize,
        text: &str,
        style: Ansi,
    ) -> io::Result<()> {
        let text = one_line(text, MAX_TEXT);
        let width = self.width.saturating_sub(indent + hang);
        for (i, line) in wrap(&text, width).iter().enumerate() {
            let indent = if i == 0 { indent } else { indent + hang };
            let line = self.painted(line, style);
            writeln!(self.out, "{:indent$}{line}", "")?;
        }
        Ok(())
    }

    /// Writes a name on one line, without wrapping it.
    fn write_name(&mut self, indent: usize, name: &str, style: Ansi) -> io::Result<()> {
        let name = one_line(name, MAX_NAME);
        let name = self.painted(&name, style);
        writeln!(self.out, "{:indent$}{name}", "")
    }

    /// Writes a command on one line, without wrapping it.
    fn write_command(&mut self, indent: usize, command: &str) -> io::Result<()> {
        // Our own quoting leaves no control characters; a command of an embedder can contain some.
        let command = if command.chars().any(char::is_control) {
            one_line(command, usize::MAX / 8)
        } else {
            command.to_owned()
        };
        let prompt = self.painted("$", paint::DIM);
        writeln!(self.out, "{:indent$}{prompt} {command}", "")
    }
}
