//! `completions`: prints the completion script for a shell.

use std::process::ExitCode;

use clap::CommandFactory as _;

use crate::args::Args;
use crate::failure::Failure;
use crate::output;

pub(crate) fn run(shell: clap_complete::Shell) -> Result<ExitCode, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "harden-cli", &mut script);
    output::to_stdout(|out| out.write_all(&script))?;
    Ok(ExitCode::SUCCESS)
}
