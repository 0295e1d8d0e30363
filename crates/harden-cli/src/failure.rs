//! The error of a command that could not run, with help for the user. The exit code is 2.

use std::error::Error;
use std::fmt::{Display, Write as _};
use std::io::Write as _;
use std::process::ExitCode;

use harden_core::error_chain;

use crate::ci_log::{CiLog, Content};
use crate::signals::{self, Signal};

/// An error message, and what the user can do about it.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    help: Option<String>,
}

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: None,
        }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds help if there is none.
    #[cfg(feature = "live")]
    pub(crate) fn or_help(mut self, help: &str) -> Self {
        self.help.get_or_insert_with(|| help.to_owned());
        self
    }

    /// Adds the message of another failure.
    pub(crate) fn also(mut self, other: &Self) -> Self {
        self.message.push('\n');
        self.message.push_str(&other.message);
        self
    }

    /// Prints the message on standard error and returns the exit code.
    pub(crate) fn report(&self) -> ExitCode {
        // The exit code is the same if standard error is closed.
        let mut text = format!("error: {}\n", self.message);
        if let Some(help) = &self.help {
            let _ = writeln!(text, "help: {help}");
        }
        let _ = CiLog::new(anstream::stderr(), Content::Text).write_all(text.as_bytes());
        // A run that was interrupted before it could report has the exit code of the signal.
        ExitCode::from(signals::last().map_or(2, Signal::exit_code))
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl Failure {
    /// A failure with the error and its sources, for example `could not read x: no such file`.
    pub(crate) fn because(what: impl Display, error: &dyn Error) -> Self {
        Self::new(format!("{what}: {}", error_chain(error)))
    }
}

/// Adds the attempted operation to an error.
pub(crate) trait Context<T> {
    /// The message is `what: error`, with the sources of the error.
    fn context(self, what: impl Display) -> Result<T, Failure>;
}

impl<T, E: Error> Context<T> for Result<T, E> {
    fn context(self, what: impl Display) -> Result<T, Failure> {
        self.map_err(|error| Failure::because(what, &error))
    }
}
