//! `man`: prints or writes the manual pages.

use std::path::Path;
use std::process::ExitCode;

use clap::CommandFactory as _;

use crate::args::Args;
use crate::failure::{Context as _, Failure};
use crate::output;

/// Prints the main page, or writes a page for each command to a directory.
pub(crate) fn run(directory: Option<&Path>) -> Result<ExitCode, Failure> {
    match directory {
        Some(directory) => {
            let shown = directory.display();
            std::fs::create_dir_all(directory).context(format!("could not create {shown}"))?;
            clap_mangen::generate_to(Args::command(), directory)
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
