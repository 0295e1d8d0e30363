//! `iam`: policies in files, judged without an account.

mod can;
mod input;
mod intake;
mod lint;
mod policy;
mod report;
mod rules;
mod snippet;
mod text;
mod trust;

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use harden_runner::Report;
use harden_runner::sarif::{self, Partial};

use crate::args::Output;
use crate::args::iam::{IamArgs, IamCommand, IamFormat, JudgeArgs};
use crate::failure::{Context as _, Failure};
use crate::output::{self, PendingFile};

pub(crate) fn run(args: IamArgs) -> Result<ExitCode, Failure> {
    match args.command {
        IamCommand::Lint(args) => lint::run(&args),
        IamCommand::Trust(args) => trust::run(&args),
        IamCommand::Can(args) => can::run(&args),
    }
}

/// What was found, in every format.
trait Told {
    /// For a terminal.
    fn text(&self, style: Style, out: &mut dyn Write) -> io::Result<()>;
    /// For programs.
    fn json(&self, out: &mut dyn Write) -> io::Result<()>;
    /// As findings of checks: what SARIF and the exit code are made from.
    fn report(&self) -> &Report;
}

/// How a text is set.
#[derive(Clone, Copy)]
struct Style {
    width: usize,
    color: bool,
}

/// Files that are to be written, opened before anything is judged.
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
        // `--output FORMAT=-` takes the place of --format
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

    fn write(mut self, told: &dyn Told) -> Result<(), Failure> {
        let plain = Style {
            width: 100,
            color: false,
        };
        for (format, file) in &mut self.files {
            let mut writer = file.writer();
            let written = write(told, *format, plain, &mut writer).and_then(|()| writer.flush());
            written.context("could not write the report")?;
        }
        for (_, file) in self.files {
            file.finish()?;
        }
        let style = Style {
            width: output::width(),
            color: output::color(),
        };
        for format in self.to_stdout {
            output::to_stdout(|out| write(told, format, style, out))?;
        }
        Ok(())
    }
}

fn write(told: &dyn Told, format: IamFormat, style: Style, out: &mut dyn Write) -> io::Result<()> {
    match format {
        IamFormat::Text => told.text(style, out),
        IamFormat::Json => told.json(out),
        // there are no gaps: what could not be read is no report
        IamFormat::Sarif => sarif::write(told.report(), Partial::Always, out).map(drop),
    }
}

/// Pretty, and with what a terminal or a reader could take for something else escaped.
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
