//! The client for JSON over HTTPS.

mod answer;
mod attempt;
mod client;
mod error;
mod later;
mod link;
mod path;
mod redact;

pub use answer::Answer;
pub use client::{Client, Options, SetupError, Vendor};
pub use error::{Refusal, RestError};
pub use link::Link;
pub use redact::redacted;
