//! The environment variables of projects.

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::{Project, of_project};

/// The environment variables of a project, without those that its team shares with it. Source: GET
/// /v10/projects/{idOrName}/env.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ProjectVariables {
    /// The team or the user, as the run was given it.
    pub account: String,
    /// The project's id.
    pub project: String,
    /// The project's name.
    pub name: String,
    /// The variables.
    #[serde(default)]
    pub variables: Known<Vec<Variable>>,
}

/// An environment variable: everything but its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Variable {
    /// Its id.
    pub id: String,
    /// Its name.
    pub key: String,
    /// How it is kept (type): `plain`, `encrypted`, `sensitive`, `system`, `secret`.
    #[serde(default)]
    pub kind: Known<String>,
    /// The environments that have it (target, customEnvironmentIds): `production`, `preview`,
    /// `development`, the ids of custom ones.
    #[serde(default)]
    pub targets: Known<Vec<String>>,
    /// The branch whose previews have it (gitBranch); none for all. The API leaves it out where it has
    /// none.
    #[serde(default)]
    pub git_branch: Known<Option<String>>,
}

impl Resource for ProjectVariables {
    const KIND: &'static Kind = &Kind {
        name: "vercel/project-variables",
        permissions: &[],
        starts_from: &[Project::KIND],
    };

    fn id(&self) -> ResourceId {
        of_project(Self::KIND, &self.account, &self.project, &self.name)
    }
}
