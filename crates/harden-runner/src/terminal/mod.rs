//! The report for people at a terminal.
//!
//! Everything but a command and the name of a resource is wrapped; those two stay on one line, so
//! that they can be copied. Nothing that comes from a resource reaches the terminal raw.

mod paint;
mod parts;

use std::io::{self, Write};

use anstyle::Style as Ansi;
use harden_core::one_line;

use crate::overview::{Standing, counts, standing};
use crate::report::Report;
use paint::{BOLD, GREEN, Painted, RED, YELLOW, wrap};

/// A message is wrapped over some lines, no more.
const MAX_TEXT: usize = 500;
/// A name stays on one line.
const MAX_NAME: usize = 200;

/// How a terminal shows things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// The width in columns; under 40 counts as 40.
    pub width: usize,
    /// Whether to use colors.
    pub color: bool,
}

impl Default for Style {
    /// 80 columns, no colors: what a file gets.
    fn default() -> Self {
        Self {
            width: 80,
            color: false,
        }
    }
}

/// Writes the report: failures by severity, accepted risks, the guide's sections, and always what
/// is unknown and why.
///
/// # Errors
/// When writing fails.
pub fn write(report: &Report, style: Style, out: impl Write) -> io::Result<()> {
    let mut pen = Pen {
        out: io::BufWriter::new(out),
        width: style.width.max(40),
        color: style.color,
    };
    parts::failures(&mut pen, report)?;
    parts::accepted(&mut pen, report)?;
    parts::sections(&mut pen, report)?;
    parts::unknowns(&mut pen, report)?;
    parts::gaps(&mut pen, report)?;
    let notices = report.notices.iter().map(|notice| notice.message.clone());
    parts::list(&mut pen, "Notices", notices)?;
    let providers = report.not_audited.iter();
    let providers = providers.map(|p| format!("{}: {}", p.provider, p.reason));
    parts::list(&mut pen, "Not audited", providers)?;
    parts::off(&mut pen, report)?;
    end(&mut pen, report)?;
    pen.out.flush()
}

/// The last lines: what to remember.
fn end(pen: &mut Pen<impl Write>, report: &Report) -> io::Result<()> {
    let (standing, mut words) = standing(report);
    let style = match standing {
        Standing::Failed => RED.bold(),
        Standing::Incomplete | Standing::NothingJudged => YELLOW.bold(),
        Standing::Clean => GREEN.bold(),
    };
    if standing == Standing::Clean && !report.not_audited.is_empty() {
        words.push_str(" (of what was audited)");
    }
    pen.wrapped(0, 0, &words, style)?;
    pen.wrapped(0, 0, &counts(&report.summary()), BOLD)
}

/// Where lines are written to.
struct Pen<W: Write> {
    out: io::BufWriter<W>,
    width: usize,
    color: bool,
}

impl<W: Write> Pen<W> {
    fn painted<'a>(&self, text: &'a str, style: Ansi) -> Painted<'a> {
        Painted {
            text,
            style,
            color: self.color,
        }
    }

    fn blank(&mut self) -> io::Result<()> {
        writeln!(self.out)
    }

    fn heading(&mut self, text: &str) -> io::Result<()> {
        self.wrapped(0, 0, text, BOLD)
    }

    /// A text in lines of the terminal's width; the second and later ones are indented further.
    fn wrapped(&mut self, indent: usize, hang: usize, text: &str, style: Ansi) -> io::Result<()> {
        let text = one_line(text, MAX_TEXT);
        let width = self.width.saturating_sub(indent + hang);
        for (i, line) in wrap(&text, width).iter().enumerate() {
            let indent = if i == 0 { indent } else { indent + hang };
            let line = self.painted(line, style);
            writeln!(self.out, "{:indent$}{line}", "")?;
        }
        Ok(())
    }

    /// A name on a line of its own, as it is.
    fn name(&mut self, indent: usize, name: &str, style: Ansi) -> io::Result<()> {
        let name = one_line(name, MAX_NAME);
        let name = self.painted(&name, style);
        writeln!(self.out, "{:indent$}{name}", "")
    }

    /// A command on a line of its own, whole.
    fn command(&mut self, indent: usize, command: &str) -> io::Result<()> {
        // its quoting leaves no control characters; one of another make may
        let command = if command.chars().any(char::is_control) {
            one_line(command, usize::MAX / 8)
        } else {
            command.to_owned()
        };
        let prompt = self.painted("$", paint::DIM);
        writeln!(self.out, "{:indent$}{prompt} {command}", "")
    }
}
