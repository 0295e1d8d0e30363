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
#[cfg(feature = "live")]
mod git;
#[cfg(feature = "live")]
mod opening;
mod output;
mod page;
mod progress;
mod providers;
mod source;

use std::io::IsTerminal as _;
use std::process::ExitCode;

use clap::Parser as _;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::{FilterExt as _, filter_fn};
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::args::{Args, Command};
use crate::failure::Failure;

fn main() -> ExitCode {
    let args = Args::parse();
    logs();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return Failure::because("could not start", &error).report(),
    };
    let result = runtime.block_on(run(args));
    // a call that hangs must not hold up the end
    runtime.shutdown_background();
    match result {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}

/// Logs are for whoever debugs the program: off unless HARDEN_LOG asks for them. What other crates
/// say at the level of traces is left out, whatever it asks: the SDK's hold whole requests and
/// answers, and in them session tokens and the paths of webhooks.
fn logs() {
    let asked = EnvFilter::try_from_env("HARDEN_LOG").unwrap_or_else(|_| EnvFilter::new("off"));
    let allowed =
        filter_fn(|at| at.target().starts_with("harden") || *at.level() <= tracing::Level::DEBUG);
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_filter(asked.and(allowed));
    tracing_subscriber::registry().with(layer).init();
}

async fn run(args: Args) -> Result<ExitCode, Failure> {
    match args.command {
        Command::Audit(args) => commands::audit::run(args).await,
        Command::Snapshot(args) => commands::snapshot::run(args).await,
        Command::Checks(args) => commands::checks::run(&args),
        Command::Explain(args) => commands::explain::run(&args),
        Command::Permissions(args) => commands::permissions::run(args).await,
        Command::Init(args) => commands::init::run(args).await,
        #[cfg(feature = "live")]
        Command::Upload(args) => commands::upload::run(args).await,
        #[cfg(not(feature = "live"))]
        Command::Upload { .. } => Err(source::built_without()),
        Command::Iam(args) => commands::iam::run(args),
        Command::Completions { shell } => commands::completions::run(shell),
        Command::Man { directory } => commands::man::run(directory.as_deref()),
    }
}
