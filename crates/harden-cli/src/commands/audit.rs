//! `audit`: runs the checks and writes the report in one or more formats.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use harden_runner::sarif::{self, Partial};
use harden_runner::terminal::{self, Style};
use harden_runner::{Report, json, markdown};

use super::snapshot::write_snapshot;
use crate::args::{AuditArgs, Format, Output};
use crate::ci_log::Content;
use crate::failure::{Context as _, Failure};
use crate::output::{self, PendingFile, note};

pub(crate) async fn run(args: AuditArgs) -> Result<ExitCode, Failure> {
    // The files are opened first, so that an error is reported before minutes of reading.
    let (to_stdout, files): (Vec<Output>, Vec<Output>) = args
        .output
        .iter()
        .cloned()
        .partition(|output| output.path == Path::new("-"));
    let pending = files
        .iter()
        .map(|output| Ok((output.format, PendingFile::open(&output.path)?)))
        .collect::<Result<Vec<_>, Failure>>()?;
    let record = args.record.as_deref();
    if record == Some(Path::new("-")) {
        return Err(Failure::new("--record needs a file, `-` is not supported")
            .help("write for example `--record estate.json`; standard output is for the report"));
    }
    let record = record.map(PendingFile::open).transpose()?;
    let files = pending.iter().map(|(_, file)| file).chain(&record);
    refuse_overwriting(files, &to_stdout, args.estate.snapshot.as_deref())?;

    let run = super::run(&args.select, &args.estate, record.is_some(), true).await?;
    let report = &run.report;

    let sarif = Sarif {
        partial: args.sarif_partial,
        some_checks: lacks_checks(report),
    };
    let mut notes = Vec::new();
    // An output that cannot be written does not discard the others.
    let mut failed: Vec<Failure> = Vec::new();
    for (format, file) in pending {
        match write_file(report, format, sarif, file) {
            Ok(more) => notes.extend(more),
            Err(failure) => failed.push(failure),
        }
    }
    if let Some(file) = record {
        failed.extend(write_snapshot(&run.source, args.record.as_deref(), file).err());
    }
    // `--output FORMAT=-` replaces --format.
    let formats = match to_stdout.as_slice() {
        [] => vec![args.format],
        outputs => outputs.iter().map(|o| o.format).collect(),
    };
    for format in formats {
        let style = Style {
            width: output::width(),
            color: output::color(),
        };
        let written = output::content_to_stdout(content_of(format), |out| {
            notes.extend(write(report, format, sarif, style, out)?);
            Ok(())
        });
        failed.extend(written.err());
    }
    for text in notes {
        note(&text);
    }
    let mut failed = failed.into_iter();
    if let Some(first) = failed.next() {
        return Err(failed.fold(first, |all, one| all.also(&one)));
    }
    Ok(report.exit_code(args.fail_on, args.allow_unknown).into())
}

/// Writes the report to a file. Returns the notes for standard error.
fn write_file(
    report: &Report,
    format: Format,
    sarif: Sarif,
    mut file: PendingFile,
) -> Result<Vec<String>, Failure> {
    let shown = file.shown();
    let mut writer = file.report_writer(content_of(format));
    let written = write(report, format, sarif, file_style(), &mut writer)
        .and_then(|notes| writer.flush().map(|()| notes));
    let notes = written.context(format!("could not write the report to {shown}"))?;
    drop(writer);
    file.finish()?;
    Ok(notes)
}

fn content_of(format: Format) -> Content {
    match format {
        Format::Text | Format::Markdown => Content::Text,
        Format::Json | Format::Sarif => Content::Json,
    }
}

/// Fails if two outputs have the same path, or if one would overwrite the snapshot that is read.
fn refuse_overwriting<'a>(
    files: impl Iterator<Item = &'a PendingFile>,
    to_stdout: &[Output],
    snapshot: Option<&Path>,
) -> Result<(), Failure> {
    let help = "use a different path for each report and for the snapshot";
    if to_stdout.len() > 1 {
        return Err(
            Failure::new("two reports cannot both be written to standard output").help(help),
        );
    }
    let mut taken: Vec<_> = snapshot
        .and_then(|path| path.canonicalize().ok())
        .into_iter()
        .collect();
    for file in files.filter(|file| file.is_regular()) {
        let path = file.canonical_path();
        if taken.contains(&path) {
            let shown = path.display();
            return Err(Failure::new(format!("{shown} would be overwritten")).help(help));
        }
        taken.push(path);
    }
    Ok(())
}

/// The style of a text report in a file.
fn file_style() -> Style {
    Style {
        width: 100,
        color: false,
    }
}

/// Whether the options selected some, but not all, checks of a provider.
fn lacks_checks(report: &Report) -> bool {
    let chosen = |id: &str| report.checks.iter().any(|check| check.id == id);
    let judged = |provider: &str| report.checks.iter().any(|c| c.provider() == provider);
    let left_out = |provider: &str| report.not_audited.iter().any(|n| n.provider == provider);
    crate::providers::checks().iter().any(|check| {
        let meta = check.meta();
        judged(meta.provider()) && !left_out(meta.provider()) && !chosen(meta.id)
    })
}

/// The options for SARIF.
#[derive(Clone, Copy)]
struct Sarif {
    partial: Partial,
    /// Whether the report has only some of a provider's checks.
    some_checks: bool,
}

/// Writes the report in a format. Returns the notes for standard error: for SARIF, what was left out.
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
            let notes = written.left_out.iter().map(|left| {
                format!(
                    "sarif: the run {} is left out, so that its open alerts do not close: {} \
                     (`--sarif-partial always` includes it)",
                    left.run, left.reason
                )
            });
            let mut notes: Vec<String> = notes.collect();
            if sarif.some_checks && written.runs > 0 {
                notes.push(
                    "sarif: only some of the checks ran: uploading the file closes the open alerts of \
                     the others"
                        .to_owned(),
                );
            }
            if written.runs == 0 {
                notes.push("sarif: the file has no runs: do not upload it".to_owned());
            }
            return Ok(notes);
        }
    }
    Ok(Vec::new())
}
