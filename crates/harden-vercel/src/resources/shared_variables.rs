//! The environment variables that a team shares with its projects.

use harden_core::{Kind, Known, Place, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::Project;

/// The shared environment variables of a team; none for a personal account, which has none. Source:
/// GET /v1/env.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SharedVariables {
    /// The team or the user, as the run was given it.
    pub account: String,
    /// The variables.
    #[serde(default)]
    pub variables: Known<Vec<SharedVariable>>,
}

/// A shared environment variable: everything but its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SharedVariable {
    /// Its id.
    pub id: String,
    /// Its name.
    pub key: String,
    /// How it is kept (type): `plain`, `encrypted`, `sensitive`, `system`.
    #[serde(default)]
    pub kind: Known<String>,
    /// The environments that have it (target): `production`, `preview`, `development`.
    #[serde(default)]
    pub targets: Known<Vec<String>>,
    /// Whether custom environments have it too (applyToAllCustomEnvironments).
    #[serde(default)]
    pub in_custom_environments: Known<bool>,
    /// The ids of the projects that it is linked to (projectId).
    #[serde(default)]
    pub projects: Known<Vec<String>>,
}

impl Resource for SharedVariables {
    const KIND: &'static Kind = &Kind {
        name: "vercel/shared-variables",
        permissions: &[],
        // whose owner tells whether there is a team, where the run is told of none
        starts_from: &[Project::KIND],
    };

    fn id(&self) -> ResourceId {
        ResourceId::new(Self::KIND.name, Place::global(&*self.account), "shared")
            .shown_as(&format!("shared variables of {}", self.account))
    }
}
