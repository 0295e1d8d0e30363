//! `snapshot`: records the facts that the selected checks need.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use crate::args::SnapshotArgs;
use crate::failure::{Context as _, Failure};
use crate::output::{PendingFile, note};
use crate::source::Source;

pub(crate) async fn run(args: SnapshotArgs) -> Result<ExitCode, Failure> {
    let file = PendingFile::open(&args.file)?;
    let run = super::run(&args.select, &args.estate, true, false).await?;
    write_snapshot(&run.source, Some(&args.file), file)?;
    let gaps = &run.report.gaps;
    for gap in gaps {
        note(&format!(
            "could not read {} in {}: {}",
            gap.kind, gap.place, gap.unknown
        ));
    }
    let calls: u64 = run.report.run.calls.values().sum();
    note(&format!(
        "recorded {} with {calls} calls: run `harden-cli audit --snapshot {}` to audit it",
        args.file.display(),
        args.file.display()
    ));
    let incomplete = !gaps.is_empty() && !args.allow_unknown;
    Ok(ExitCode::from(if incomplete { 3 } else { 0 }))
}

/// Writes the recorded facts, compressed if the name of the file ends in `.zst`.
pub(crate) fn write_snapshot(
    source: &Source,
    path: Option<&Path>,
    mut file: PendingFile,
) -> Result<(), Failure> {
    /// The default level of zstd. Higher levels hardly make snapshots smaller.
    const LEVEL: i32 = 3;
    let snapshot = source.snapshot();
    let compressed = path.and_then(Path::extension).is_some_and(|e| e == "zst");
    let write = |file: &mut PendingFile| -> std::io::Result<()> {
        let mut writer = file.writer();
        if compressed {
            let mut encoder = zstd::Encoder::new(&mut writer, LEVEL)?;
            serde_json::to_writer(&mut encoder, &snapshot)?;
            encoder.finish()?;
        } else {
            serde_json::to_writer(&mut writer, &snapshot)?;
        }
        writer.flush()
    };
    write(&mut file).context("could not write the snapshot")?;
    file.finish()
}
