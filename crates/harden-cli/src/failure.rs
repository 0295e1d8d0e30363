//! Why a command could not run: exit code 2, with what to do about it.

use std::error::Error;
use std::fmt::{Display, Write as _};
use std::io::Write as _;
use std::process::ExitCode;

use harden_core::error_chain;

/// A message for a person, and what to do.
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

    /// Another that stands in the way beside this one.
    #[cfg(feature = "live")]
    pub(crate) fn also(mut self, other: &Self) -> Self {
        self.message.push('\n');
        self.message.push_str(&other.message);
        self
    }

    /// Says it on stderr.
    pub(crate) fn report(&self) -> ExitCode {
        // a reader who left takes nothing from the exit code
        let mut text = format!("error: {}\n", self.message);
        if let Some(help) = &self.help {
            let _ = writeln!(text, "help: {help}");
        }
        let _ = anstream::stderr().write_all(text.as_bytes());
        ExitCode::from(2)
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl Failure {
    /// What failed, with the error and its sources: `could not read x: no such file`.
    pub(crate) fn because(what: impl Display, error: &dyn Error) -> Self {
        Self::new(format!("{what}: {}", error_chain(error)))
    }
}

/// Adds what failed to an error.
pub(crate) trait Context<T> {
    /// `what: error`, with the error's sources.
    fn context(self, what: impl Display) -> Result<T, Failure>;
}

impl<T, E: Error> Context<T> for Result<T, E> {
    fn context(self, what: impl Display) -> Result<T, Failure> {
        self.map_err(|error| Failure::because(what, &error))
    }
}
