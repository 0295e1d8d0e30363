//! `checklist`: the guide's implementation checklist with the state of each item.

use std::io::Read as _;
use std::path::Path;
use std::process::ExitCode;

use harden_runner::checklist::Checklist;

use crate::args::SelectArgs;
use crate::args::checklist::{ChecklistArgs, ChecklistFormat};
use crate::failure::{Context as _, Failure};
use crate::output;

pub(crate) async fn run(args: ChecklistArgs) -> Result<ExitCode, Failure> {
    let checklist = match &args.report {
        Some(path) => read(path)?,
        None => {
            let run = super::run(&SelectArgs::default(), &args.estate, false).await?;
            Checklist::of(&run.report).context("could not make the checklist")?
        }
    };
    output::to_stdout(|out| match args.format {
        ChecklistFormat::Text => out.write_all(checklist.to_text().as_bytes()),
        ChecklistFormat::Markdown => out.write_all(checklist.to_markdown().as_bytes()),
        ChecklistFormat::Json => checklist.write_json(out),
    })?;
    Ok(checklist.exit_code().into())
}

/// Makes the checklist from a JSON report.
fn read(path: &Path) -> Result<Checklist, Failure> {
    let shown = path.display();
    let text = if path == Path::new("-") {
        let mut text = String::new();
        let read = std::io::stdin().lock().read_to_string(&mut text);
        read.context("could not read the report from standard input")?;
        text
    } else {
        std::fs::read_to_string(path).context(format!("could not read {shown}"))?
    };
    Checklist::from_json(&text).map_err(|error| {
        Failure::because(format!("could not read {shown}"), &error)
            .help("`harden-cli audit --output json=FILE` writes a report")
    })
}
