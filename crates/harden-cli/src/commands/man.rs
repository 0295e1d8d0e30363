//! `man`: the manual.

use std::path::Path;
use std::process::ExitCode;

use clap::CommandFactory as _;

use crate::args::Args;
use crate::failure::{Context as _, Failure};
use crate::output;

/// Prints the main page, or writes one for each command to a folder.
pub(crate) fn run(directory: Option<&Path>) -> Result<ExitCode, Failure> {
    match directory {
        Some(folder) => {
            let shown = folder.display();
            std::fs::create_dir_all(folder).context(format!("could not make {shown}"))?;
            clap_mangen::generate_to(Args::command(), folder)
                .context(format!("could not write to {shown}"))?;
        }
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(Args::command())
                .render(&mut page)
                .context("could not render the page")?;
            output::to_stdout(|out| out.write_all(&page))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
