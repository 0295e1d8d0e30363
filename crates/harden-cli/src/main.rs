//! The command line of harden: audits a production estate against a hardening guide.
//!
//! This crate has the arguments, credentials, progress and exit codes. The checks are in the provider
//! crates; `harden-runner` runs them and writes the reports.
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
mod checkout;
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
    init_logs();
    shorten_panics();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            return Failure::because("could not start the async runtime", &error).report();
        }
    };
    let result = runtime.block_on(run(args));
    // Do not wait for a call that hangs.
    runtime.shutdown_background();
    match result {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}

/// Logs are off unless HARDEN_LOG is set. Trace events of other crates are always left out: those of
/// the SDK contain whole requests and responses, with session tokens and the paths of webhooks.
fn init_logs() {
    let requested = EnvFilter::try_from_env("HARDEN_LOG").unwrap_or_else(|_| EnvFilter::new("off"));
    let allowed =
        filter_fn(|at| at.target().starts_with("harden") || *at.level() <= tracing::Level::DEBUG);
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_filter(requested.and(allowed));
    tracing_subscriber::registry().with(layer).init();
}

/// A panic in a listing or a check becomes an unknown. Of the panic itself only the place in the code
/// is printed: its message can quote what was read.
fn shorten_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        let place = place.as_deref().unwrap_or("an unknown place");
        output::note(&format!(
            "internal error at {place}: this is a bug, please report it"
        ));
    }));
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
