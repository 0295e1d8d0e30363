//! `checklist`: the guide's implementation checklist with the state of each item.

use std::path::Path;
use std::process::ExitCode;

use harden_runner::checklist::Checklist;

use crate::args::SelectArgs;
use crate::args::checklist::{ChecklistArgs, ChecklistFormat};
use crate::ci_log::Content;
use crate::failure::{Context as _, Failure};
use crate::input;
use crate::output;

pub(crate) async fn run(args: ChecklistArgs) -> Result<ExitCode, Failure> {
    let checklist = match &args.report {
        Some(path) => read(path)?,
        None => {
            let run = super::run(&SelectArgs::default(), &args.estate, false, true).await?;
            Checklist::of(&run.report).context("could not make the checklist")?
        }
    };
    let content = match args.format {
        ChecklistFormat::Json => Content::Json,
        ChecklistFormat::Text | ChecklistFormat::Markdown => Content::Text,
    };
    output::content_to_stdout(content, |out| match args.format {
        ChecklistFormat::Text => out.write_all(checklist.to_text().as_bytes()),
        ChecklistFormat::Markdown => out.write_all(checklist.to_markdown().as_bytes()),
        ChecklistFormat::Json => checklist.write_json(out),
    })?;
    Ok(checklist.exit_code().into())
}

/// The longest report, in bytes. That of 100,000 resources has some 400 MiB.
const MAX_REPORT: u64 = 1 << 30;

/// Makes the checklist from a JSON report.
fn read(path: &Path) -> Result<Checklist, Failure> {
    let shown = path.display();
    let text = input::read_text(path, MAX_REPORT)?;
    Checklist::from_json(&text).map_err(|error| {
        Failure::because(format!("could not read {shown}"), &error)
            .help("`harden-cli audit --output json=FILE` writes a report")
    })
}
