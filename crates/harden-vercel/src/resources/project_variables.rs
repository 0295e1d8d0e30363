//! The environment variables of projects.

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::{Project, of_project};

/// The environment variables of a project, without the shared variables of its team. Source: GET
/// /v10/projects/{idOrName}/env.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ProjectVariables {
    /// The team or the user, spelled as the run was configured.
    pub account: String,
    /// The project's id.
    pub project: String,
    /// The project's name.
    pub name: String,
    /// The variables.
    #[serde(default)]
    pub variables: Known<Vec<Variable>>,
}

/// An environment variable. Its value is never recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Variable {
    /// Its id.
    pub id: String,
    /// Its name.
    pub key: String,
    /// Its type (type): `plain`, `encrypted`, `sensitive`, `system`, `secret`.
    #[serde(default)]
    pub kind: Known<String>,
    /// The environments that have it (target, customEnvironmentIds): `production`, `preview`,
    /// `development`, or the id of a custom environment. Required in a snapshot, since it is part
    /// of the variable's identity: a finding about another resource must not replace one that
    /// failed.
    pub targets: Known<Vec<String>>,
    /// The branch whose preview deployments have it (gitBranch); `None` for all branches. The API
    /// leaves the field out where the variable is not limited to a branch. Required in a snapshot,
    /// like `targets`.
    pub git_branch: Known<Option<String>>,
}

impl Resource for ProjectVariables {
    const KIND: &'static Kind =
        &Kind::new("vercel/project-variables").starts_from(&[Project::KIND]);

    fn id(&self) -> ResourceId {
        of_project(Self::KIND, &self.account, &self.project, &self.name)
    }
}
