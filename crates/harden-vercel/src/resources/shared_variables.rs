//! The shared environment variables of teams.

use harden_core::{Kind, Known, Place, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::Project;

/// The shared environment variables of a team; empty for a personal account, which cannot have any.
/// Source: GET /v1/env.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SharedVariables {
    /// The team or the user, spelled as the run was configured.
    pub account: String,
    /// The variables.
    #[serde(default)]
    pub variables: Known<Vec<SharedVariable>>,
}

/// A shared environment variable. Its value is never recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SharedVariable {
    /// Its id.
    pub id: String,
    /// Its name.
    pub key: String,
    /// Its type (type): `plain`, `encrypted`, `sensitive`, `system`.
    #[serde(default)]
    pub kind: Known<String>,
    /// The environments that have it (target): `production`, `preview`, `development`.
    #[serde(default)]
    pub targets: Known<Vec<String>>,
    /// Whether all custom environments have it too (applyToAllCustomEnvironments).
    #[serde(default)]
    pub in_custom_environments: Known<bool>,
    /// The ids of the projects that it is linked to (projectId).
    #[serde(default)]
    pub projects: Known<Vec<String>>,
}

impl Resource for SharedVariables {
    const KIND: &'static Kind = &Kind::new("vercel/shared-variables")
        // the project's owner shows whether there is a team where the run is configured without one
        .starts_from(&[Project::KIND]);

    fn id(&self) -> ResourceId {
        ResourceId::new(Self::KIND.name, Place::global(&*self.account), "shared")
            .shown_as(&format!("shared variables of {}", self.account))
    }
}
