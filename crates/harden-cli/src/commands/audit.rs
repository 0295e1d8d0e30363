//! `audit`: the verdicts, in one or more formats.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use harden_runner::sarif::{self, Partial};
use harden_runner::terminal::{self, Style};
use harden_runner::{Report, json, markdown};

use super::snapshot::write_snapshot;
use crate::args::{AuditArgs, Format, Output};
use crate::failure::{Context as _, Failure};
use crate::output::{self, PendingFile, note};

pub(crate) async fn run(args: AuditArgs) -> Result<ExitCode, Failure> {
    // what can't be written is told before anything is read
    let (to_stdout, files): (Vec<Output>, Vec<Output>) = args
        .output
        .iter()
        .cloned()
        .partition(|output| output.path == Path::new("-"));
    let mut pending = files
        .iter()
        .map(|output| Ok((output.format, PendingFile::open(&output.path)?)))
        .collect::<Result<Vec<_>, Failure>>()?;
    let record = args.record.as_deref().map(PendingFile::open).transpose()?;

    let run = super::run(&args.select, &args.estate, record.is_some()).await?;
    let report = &run.report;

    let mut left_out = Vec::new();
    for (format, file) in &mut pending {
        let mut writer = file.writer();
        let written = write(report, *format, args.sarif_partial, plain(), &mut writer)
            .and_then(|left| writer.flush().map(|()| left));
        left_out.extend(written.context("could not write the report")?);
    }
    for (_, file) in pending {
        file.finish()?;
    }
    if let Some(file) = record {
        write_snapshot(&run.source, args.record.as_deref(), file)?;
    }
    // `--output FORMAT=-` takes the place of --format
    let formats = match to_stdout.as_slice() {
        [] => vec![args.format],
        outputs => outputs.iter().map(|o| o.format).collect(),
    };
    for format in formats {
        let style = Style {
            width: output::width(),
            color: output::color(),
        };
        output::to_stdout(|out| {
            left_out.extend(write(report, format, args.sarif_partial, style, out)?);
            Ok(())
        })?;
    }
    for reason in left_out {
        note(&reason);
    }
    let code = report.exit_code(args.fail_on, args.allow_unknown);
    Ok(ExitCode::from(code as u8))
}

/// The style of a text report in a file.
fn plain() -> Style {
    Style {
        width: 100,
        color: false,
    }
}

/// Writes a format; for SARIF tells what was left out.
fn write(
    report: &Report,
    format: Format,
    partial: Partial,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<Vec<String>> {
    match format {
        Format::Text => terminal::write(report, style, out)?,
        Format::Json => json::write(report, out)?,
        Format::Markdown => markdown::write(report, out)?,
        Format::Sarif => {
            let written = sarif::write(report, partial, out)?;
            let told = written.left_out.iter().map(|left| {
                format!(
                    "sarif: the run {} is left out, so that its open alerts stay as they are: {} \
                     (--sarif-partial always writes it)",
                    left.run, left.reason
                )
            });
            let mut told: Vec<String> = told.collect();
            if written.runs == 0 {
                told.push(
                    "sarif: nothing is left to upload: skip the upload of this file".to_owned(),
                );
            }
            return Ok(told);
        }
    }
    Ok(Vec::new())
}
