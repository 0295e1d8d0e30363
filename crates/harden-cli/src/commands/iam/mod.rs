//! `iam`: checks IAM policies in files, without an account.

mod can;
mod files;
mod input;
mod intake;
mod lint;
mod policy;
mod report;
mod rules;
mod snippet;
mod templates;
mod text;
mod trust;

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use harden_runner::Report;
use harden_runner::sarif::{self, Partial};

use crate::args::Output;
use crate::args::iam::{IamArgs, IamCommand, IamFormat, JudgeArgs};
use crate::ci_log::Content;
use crate::failure::{Context as _, Failure};
use crate::output::{self, PendingFile};

pub(crate) fn run(args: IamArgs) -> Result<ExitCode, Failure> {
    match args.command {
        IamCommand::Lint(args) => lint::run(&args),
        IamCommand::Trust(args) => trust::run(&args),
        IamCommand::Can(args) => can::run(&args),
    }
}

/// The result of a command, in every format.
trait CommandResult {
    /// Writes it for a terminal.
    fn text(&self, style: Style, out: &mut dyn Write) -> io::Result<()>;
    /// Writes it for programs.
    fn json(&self, out: &mut dyn Write) -> io::Result<()>;
    /// The findings as a report of checks: SARIF and the exit code are made from it.
    fn report(&self) -> &Report;
}

/// How text is laid out.
#[derive(Clone, Copy)]
struct Style {
    width: usize,
    color: bool,
}

/// The files to write. They are opened before anything is checked, so that a wrong path fails early.
struct Outputs {
    files: Vec<(IamFormat, PendingFile)>,
    to_stdout: Vec<IamFormat>,
}

impl Outputs {
    fn open(args: &JudgeArgs) -> Result<Self, Failure> {
        let (to_stdout, files): (Vec<&Output<_>>, Vec<_>) = args
            .output
            .iter()
            .partition(|output| output.path == Path::new("-"));
        let open = |output: &Output<_>| Ok((output.format, PendingFile::open(&output.path)?));
        // `--output FORMAT=-` replaces --format.
        let to_stdout = match to_stdout.as_slice() {
            [] => vec![args.format],
            outputs => outputs.iter().map(|output| output.format).collect(),
        };
        Ok(Self {
            files: files
                .into_iter()
                .map(open)
                .collect::<Result<_, Failure>>()?,
            to_stdout,
        })
    }

    fn write(self, result: &dyn CommandResult) -> Result<(), Failure> {
        let plain = Style {
            width: 100,
            color: false,
        };
        // An output that cannot be written does not discard the others.
        let mut failed: Vec<Failure> = Vec::new();
        for (format, mut file) in self.files {
            let shown = file.shown();
            let mut writer = file.report_writer(content_of(format));
            let written = write(result, format, plain, &mut writer).and_then(|()| writer.flush());
            drop(writer);
            let written = written.context(format!("could not write the report to {shown}"));
            failed.extend(written.and_then(|()| file.finish()).err());
        }
        let style = Style {
            width: output::width(),
            color: output::color(),
        };
        for format in self.to_stdout {
            let content = content_of(format);
            let written =
                output::content_to_stdout(content, |out| write(result, format, style, out));
            failed.extend(written.err());
        }
        let mut failed = failed.into_iter();
        match failed.next() {
            Some(first) => Err(failed.fold(first, |all, one| all.also(&one))),
            None => Ok(()),
        }
    }
}

fn content_of(format: IamFormat) -> Content {
    match format {
        IamFormat::Text => Content::Text,
        IamFormat::Json | IamFormat::Sarif => Content::Json,
    }
}

fn write(
    result: &dyn CommandResult,
    format: IamFormat,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        IamFormat::Text => result.text(style, out),
        IamFormat::Json => result.json(out),
        // There are no gaps: a file that cannot be read ends the command.
        IamFormat::Sarif => sarif::write(result.report(), Partial::Always, out).map(drop),
    }
}

/// Writes indented JSON. Invisible and control characters are escaped: a policy must not be able to
/// change what a terminal or a reader shows.
fn write_json(value: &impl serde::Serialize, out: &mut dyn Write) -> io::Result<()> {
    let text = serde_json::to_string_pretty(value)?;
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if c != '\n' && harden_core::is_unseen(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                escaped.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            escaped.push(c);
        }
    }
    writeln!(out, "{escaped}")
}
