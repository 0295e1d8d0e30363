//! Reads projects over Vercel's REST API: the provider of every kind in [`crate::resources`].
//!
//! - Nothing is written: every call is a GET. Each is counted, in [`harden_core::Facts::calls`].
//! - A project that cannot be read is a gap of a listing that goes on. Only what makes every answer
//!   impossible is a [`ConnectError`].
//! - Retries, limits of time and of size, and cancellation: see `harden-collect`.
//! - No value of a variable is read: the types have no field for it, and the parameter `decrypt`,
//!   with which the API would decrypt values, is never passed.

mod answers;
mod api;
mod connect;
mod production_deployment;
mod project;
mod project_variables;
mod shared_variables;

use harden_collect::{Collector, provide_kinds, rest};
use harden_core::Place;

pub use connect::{Connect, ConnectError};

use crate::resources::{KINDS, ProductionDeployment, Project, ProjectVariables, SharedVariables};
use connect::Owner;

/// Lists the kinds of [`crate::resources::KINDS`] over the API.
#[derive(Debug)]
pub struct VercelProvider {
    client: rest::Client,
    owner: Owner,
    projects: Vec<String>,
}

impl VercelProvider {
    /// Sets the client up. This makes no call.
    ///
    /// # Errors
    /// When there is no project to read, or no token or URL to read with.
    pub fn connect(connect: Connect) -> Result<Self, ConnectError> {
        connect::connect(connect)
    }

    /// The team or user that will be read.
    #[must_use]
    pub fn place(&self) -> Place {
        Place::global(self.owner.account())
    }
}

impl Collector for VercelProvider {}

provide_kinds!(
    VercelProvider: [ProductionDeployment, Project, ProjectVariables, SharedVariables],
    all of KINDS
);
