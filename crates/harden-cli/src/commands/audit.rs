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
    let record = args.record.as_deref();
    if record == Some(Path::new("-")) {
        return Err(Failure::new("--record - is no file")
            .help("name one: `--record estate.json`; a report goes to standard output"));
    }
    let record = record.map(PendingFile::open).transpose()?;
    let places = pending.iter().map(|(_, file)| file).chain(&record);
    each_once(places, &to_stdout, args.estate.snapshot.as_deref())?;

    let run = super::run(&args.select, &args.estate, record.is_some()).await?;
    let report = &run.report;

    let sarif = Sarif {
        partial: args.sarif_partial,
        some_checks: lacks_checks(report),
    };
    let mut left_out = Vec::new();
    for (format, file) in &mut pending {
        let mut writer = file.writer();
        let written = write(report, *format, sarif, plain(), &mut writer)
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
            left_out.extend(write(report, format, sarif, style, out)?);
            Ok(())
        })?;
    }
    for reason in left_out {
        note(&reason);
    }
    Ok(report.exit_code(args.fail_on, args.allow_unknown).into())
}

/// Refuses to write one thing over another, or over the snapshot that is read.
fn each_once<'a>(
    files: impl Iterator<Item = &'a PendingFile>,
    to_stdout: &[Output],
    snapshot: Option<&Path>,
) -> Result<(), Failure> {
    let help = "give each report, and the snapshot, a path of its own";
    if to_stdout.len() > 1 {
        return Err(Failure::new("two reports can't both go to standard output").help(help));
    }
    let mut taken: Vec<_> = snapshot
        .and_then(|path| path.canonicalize().ok())
        .into_iter()
        .collect();
    for file in files.filter(|file| file.is_regular()) {
        let place = file.place();
        if taken.contains(&place) {
            let shown = place.display();
            return Err(Failure::new(format!("{shown} would be written over")).help(help));
        }
        taken.push(place);
    }
    Ok(())
}

/// The style of a text report in a file.
fn plain() -> Style {
    Style {
        width: 100,
        color: false,
    }
}

/// Whether the options left out some of a provider's checks, and not all of them.
fn lacks_checks(report: &Report) -> bool {
    let chosen = |id: &str| report.checks.iter().any(|check| check.id == id);
    let judged = |provider: &str| report.checks.iter().any(|c| c.provider() == provider);
    let left_out = |provider: &str| report.not_audited.iter().any(|n| n.provider == provider);
    crate::providers::checks().iter().any(|check| {
        let meta = check.meta();
        judged(meta.provider()) && !left_out(meta.provider()) && !chosen(meta.id)
    })
}

/// How SARIF is written.
#[derive(Clone, Copy)]
struct Sarif {
    partial: Partial,
    /// Whether the report lacks checks of a provider that it has.
    some_checks: bool,
}

/// Writes a format; for SARIF tells what was left out.
fn write(
    report: &Report,
    format: Format,
    sarif: Sarif,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<Vec<String>> {
    match format {
        Format::Text => terminal::write(report, style, out)?,
        Format::Json => json::write(report, out)?,
        Format::Markdown => markdown::write(report, out)?,
        Format::Sarif => {
            let written = sarif::write(report, sarif.partial, out)?;
            let told = written.left_out.iter().map(|left| {
                format!(
                    "sarif: the run {} is left out, so that its open alerts stay as they are: {} \
                     (--sarif-partial always writes it)",
                    left.run, left.reason
                )
            });
            let mut told: Vec<String> = told.collect();
            if sarif.some_checks && written.runs > 0 {
                told.push(
                    "sarif: this run is over some of the checks: an upload closes the open alerts of \
                     the others"
                        .to_owned(),
                );
            }
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
