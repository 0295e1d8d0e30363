//! A client for JSON over HTTPS that the providers on plain REST share.
//!
//! - It reads: there is no method that writes, so that an audit can't change what it audits.
//! - The token goes to the host that it was given for and to no other, not even by a redirect, and
//!   only over TLS (loopback excepted). It is in no error, no log and no `Debug`.
//! - A call has a time limit, an attempt of it has one, and an answer has a limit of size. What may
//!   pass (429, 5xx, a connection that breaks, what the vendor's [`Vendor::passing`] knows) is tried
//!   again, no sooner than the vendor asks for.
//! - A bounded number of calls is in flight, each is counted ([`harden_core::Facts::called`]), and all
//!   end when the run does ([`harden_core::CancellationToken`]).
//! - A failure is a [`RestError`] to match on, and an [`harden_core::Unknown`] for a report. Of what a
//!   vendor said, only a short message is kept, without what could be a secret.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "tests"
    )
)]

mod listing;
mod paging;
mod rest;

pub use listing::{Gathered, Read};
pub use paging::{Page, Pages, pages};
pub use rest::{Answer, Client, Link, Options, Refusal, RestError, SetupError, Vendor, redacted};
