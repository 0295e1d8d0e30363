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
mod ci_log;
mod commands;
mod config;
mod environment;
mod failure;
mod git;
mod input;
mod links;
#[cfg(feature = "live")]
mod opening;
mod output;
mod page;
mod progress;
mod providers;
mod signals;
mod source;

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::{FilterExt as _, filter_fn};
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::args::{Args, Command};
use crate::ci_log::{CiLog, Content};
use crate::failure::Failure;

fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => return print_usage(&error),
    };
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

/// Prints the help text, or what is wrong with the arguments: an argument can be the name of a branch, and
/// must not be a command in the log of a CI job.
fn print_usage(error: &clap::Error) -> ExitCode {
    if error.use_stderr() {
        let text = error.render().ansi().to_string();
        let _ = CiLog::new(anstream::stderr(), Content::Text).write_all(text.as_bytes());
    } else {
        let _ = error.print();
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// Logs are off unless HARDEN_LOG is set. Trace events of other crates are always left out: those of
/// the SDK contain whole requests and responses, with session tokens and the paths of webhooks.
fn init_logs() {
    let requested = EnvFilter::try_from_env("HARDEN_LOG").unwrap_or_else(|_| EnvFilter::new("off"));
    let allowed =
        filter_fn(|at| at.target().starts_with("harden") || *at.level() <= tracing::Level::DEBUG);
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(|| CiLog::new(std::io::stderr(), Content::Text))
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
    if reads_an_estate(&args.command) {
        signals::install();
    }
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
        Command::Attest(args) => commands::attest::run(args),
        Command::Duties(args) => commands::duties::run(args),
        Command::Checklist(args) => commands::checklist::run(args).await,
        Command::Completions { shell } => commands::completions::run(shell),
        Command::Man { directory } => commands::man::run(directory.as_deref()),
    }
}

/// Whether a command can be interrupted and still give a result.
fn reads_an_estate(command: &Command) -> bool {
    match command {
        Command::Audit(_) | Command::Snapshot(_) | Command::Permissions(_) | Command::Init(_) => {
            true
        }
        Command::Upload { .. } | Command::Checklist(_) => true,
        Command::Checks(_)
        | Command::Explain(_)
        | Command::Iam(_)
        | Command::Attest(_)
        | Command::Duties(_)
        | Command::Completions { .. }
        | Command::Man { .. } => false,
    }
}
