//! Reads projects over Vercel's REST API: the provider of every kind in [`crate::resources`].
//!
//! - Nothing is written: every call is a GET. Each is counted, in [`harden_core::Facts::calls`].
//! - A project that can't be read is a gap of a listing that goes on; only what makes every answer
//!   impossible is a [`ConnectError`].
//! - Retries, limits of time and of size, and the end of the run: see `harden-collect`.
//! - No value of a variable is read into anything: the types have no field for it, and `decrypt`, which
//!   would have the API decrypt them, is never passed.

mod answers;
mod connect;
mod production_deployment;
mod project;
mod project_variables;
mod run;
mod shared_variables;

use async_trait::async_trait;
use harden_core::{FactError, Facts, Kind, Place, Provider, RawListing};

pub use connect::{Connect, ConnectError};

use connect::Owner;

/// Lists the kinds of [`crate::resources::KINDS`] over the API.
#[derive(Debug)]
pub struct VercelProvider {
    client: harden_collect::Client,
    owner: Owner,
    projects: Vec<String>,
}

impl VercelProvider {
    /// Sets the client up. Nothing is asked yet.
    ///
    /// # Errors
    /// When there is no project to read, or no token and address to read with.
    pub fn connect(connect: Connect) -> Result<Self, ConnectError> {
        connect::connect(connect)
    }

    /// The team or user that will be read.
    #[must_use]
    pub fn place(&self) -> Place {
        Place::global(self.owner.account())
    }
}

#[async_trait]
impl Provider for VercelProvider {
    fn provides(&self, kind: &str) -> bool {
        run::of(kind).is_some()
    }

    async fn list(&self, kind: &'static Kind, facts: &Facts) -> Result<RawListing, FactError> {
        let lister = run::of(kind.name).ok_or(FactError::NoProvider(kind.name))?;
        lister(&run::Run {
            provider: self,
            facts,
        })
        .await
    }
}
