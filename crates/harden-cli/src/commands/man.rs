//! `man`: prints or writes the manual pages.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use clap::CommandFactory as _;

use crate::args::Args;
use crate::failure::{Context as _, Failure};
use crate::links::leads_out_of_the_working_directory;
use crate::output::{self, PendingFile};

/// Prints the main page, or writes a page for each command to a directory.
pub(crate) fn run(directory: Option<&Path>) -> Result<ExitCode, Failure> {
    match directory {
        Some(directory) => {
            let shown = directory.display();
            if leads_out_of_the_working_directory(directory) {
                return Err(Failure::new(format!(
                    "could not write to {shown}: it is a link out of the working directory"
                )));
            }
            std::fs::create_dir_all(directory).context(format!("could not create {shown}"))?;
            let failed = format!("could not write to {shown}");
            // The pages go through temporary files, since a page in the directory can be a link.
            let pages = tempfile::tempdir().context(&failed)?;
            clap_mangen::generate_to(Args::command(), pages.path()).context(&failed)?;
            for page in std::fs::read_dir(pages.path()).context(&failed)? {
                let page = page.context(&failed)?;
                let text = std::fs::read(page.path()).context(&failed)?;
                let mut file = PendingFile::open(&directory.join(page.file_name()))?;
                file.writer().write_all(&text).context(&failed)?;
                file.finish()?;
            }
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
