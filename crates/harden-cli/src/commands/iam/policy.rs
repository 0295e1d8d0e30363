//! A document that must be a policy: if it is not, the command fails.

use harden_iam::{ParseError, Policy};

use super::input::Input;
use super::intake::Document;
use super::snippet;
use crate::failure::Failure;

/// Parses a document; the error shows the line that is wrong.
pub(super) fn parse(input: &Input, document: &Document<'_>) -> Result<Policy, Failure> {
    document
        .policy()
        .map_err(|error| failure(input, document, &error))
}

fn failure(input: &Input, document: &Document<'_>, error: &ParseError) -> Failure {
    let mut message = error.to_string();
    if let Some(source) = std::error::Error::source(error) {
        message = format!("{message}: {source}");
    }
    let position = error.position().map(|at| document.position_in_text(at));
    let shown = snippet::render_error(input, position, &message);
    Failure::new(format!("{} is not a policy\n{shown}", input.shown))
        .help("run `harden-cli iam lint` on the file to see all that is wrong")
}
