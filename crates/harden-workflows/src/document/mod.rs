//! From a file's text to the facts of it.
//!
//! A file is read as a document, and each part by itself: a part that has an unexpected form is
//! unknown, and the rest is read. Only what GitHub would refuse makes the whole file unknown.

mod bounds;
mod gates;
mod inputs;
mod jobs;
mod lock;
mod optional;
mod outputs;
mod parts;
mod positions;
mod references;
mod scope;
mod steps;
mod triggers;
mod value;
mod workflow;

use harden_core::Unknown;
use yaml_serde::Value;

pub(crate) use jobs::image_name;
pub(crate) use lock::locked;
pub(crate) use positions::{Path, Positions};
pub(crate) use scope::Scope;
pub(crate) use steps::of_composite;
pub(crate) use workflow::workflow;

/// The largest file that is read. GitHub refuses larger ones.
const LARGEST: usize = 512 * 1024;

/// Parses a document. `what` it should be is named in the reason.
pub(crate) fn parse(text: &str, what: &str) -> Result<Value, Unknown> {
    if text.len() > LARGEST {
        return Err(Unknown::undetermined(format!(
            "the file is larger than {} KiB",
            LARGEST / 1024
        )));
    }
    bounds::hold(text)?;
    // an error's text may quote the file: only its place is reported
    yaml_serde::from_str(text).map_err(|error| {
        let place = error.location().map_or_else(String::new, |location| {
            format!(
                ", near line {}, column {}",
                location.line(),
                location.column()
            )
        });
        Unknown::undetermined(format!("the file could not be read as {what}{place}"))
    })
}

/// A text without the byte order mark that some editors put in front.
pub(crate) fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}
