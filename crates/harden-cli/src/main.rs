//! `harden-cli`: audits a production estate against a hardening guide.
//!
//! The command line holds arguments, credentials, progress and exit codes; the checks are in the
//! provider crates, the run and the formats in `harden-runner`.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "tests"
    )
)]

mod args;
mod commands;
mod config;
mod failure;
mod output;
mod page;
mod progress;
mod providers;
mod source;

use std::process::ExitCode;

use clap::Parser as _;
use tracing_subscriber::EnvFilter;

use crate::args::{Args, Command};
use crate::failure::Failure;

fn main() -> ExitCode {
    let args = Args::parse();
    // logs are for whoever debugs the program: off unless HARDEN_LOG asks for them
    let filter = EnvFilter::try_from_env("HARDEN_LOG").unwrap_or_else(|_| EnvFilter::new("off"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return Failure::new(format!("could not start: {error}")).report(),
    };
    let result = runtime.block_on(run(args));
    // a call that hangs must not hold up the end
    runtime.shutdown_background();
    match result {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}

async fn run(args: Args) -> Result<ExitCode, Failure> {
    match args.command {
        Command::Audit(args) => commands::audit::run(args).await,
        Command::Snapshot(args) => commands::snapshot::run(args).await,
        Command::Checks(args) => commands::checks::run(&args),
        Command::Explain(args) => commands::explain::run(&args),
        Command::Permissions(args) => commands::permissions::run(args).await,
        Command::Init(args) => commands::init::run(args).await,
        Command::Completions { shell } => commands::completions::run(shell),
        Command::Man { directory } => commands::man::run(directory.as_deref()),
    }
}
