//! A client for JSON over HTTPS.
//!
//! - It only reads: it has no method that writes, so an audit cannot change what it audits.
//! - The token goes to the host that it was given for and to no other, not even after a redirect,
//!   and only over TLS (loopback excepted). It is in no error, no log and no `Debug`.
//! - Each attempt of a call has a time limit, so has the call, and an answer has a limit of size.
//!   What may pass (429, 5xx, a connection that breaks, what [`Vendor::is_transient`] knows) is
//!   attempted again, but not before the vendor allows it.
//! - A failure is a [`RestError`] for a program, and a [`harden_core::Unknown`] for a report. Of the
//!   vendor's message only a short part is kept, without what could be a secret.

mod answer;
mod attempt;
mod body;
mod client;
mod error;
mod link;
mod options;
mod path;
mod redact;
mod retry_after;

pub use answer::Answer;
pub use body::{BodyError, MAX_BODY_BYTES, is_timeout, read_body};
pub use client::Client;
pub use error::{Refusal, RestError, SetupError};
pub use link::Link;
pub use options::{Options, Vendor};
pub use path::{is_loopback, parse_base_url};
pub use redact::redact;
pub use retry_after::{requested_wait, time_until};
