//! Projects.

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::of_project;

/// A project. Source: GET /v9/projects/{idOrName}.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Project {
    /// The team or the user, spelled as the run was configured.
    pub account: String,
    /// Its id: `prj_…`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The id of the team or the user that owns it (accountId). Vercel's command line calls it
    /// VERCEL_ORG_ID.
    #[serde(default)]
    pub owner: Known<String>,
    /// The GitHub repository that is deployed, `owner/repo` (link.org, link.repo); `None` where no
    /// GitHub repository is connected.
    #[serde(default)]
    pub repository: Known<Option<String>>,
    /// Its framework (framework): `nextjs`, `vite`; `None` where it has none.
    #[serde(default)]
    pub framework: Known<Option<String>>,
    /// Its custom environments (customEnvironments).
    #[serde(default)]
    pub custom_environments: Known<Vec<CustomEnvironment>>,
}

/// A custom environment of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CustomEnvironment {
    /// Its id: `env_…`.
    pub id: String,
    /// Its slug, by which commands name it.
    pub slug: String,
}

impl Resource for Project {
    const KIND: &'static Kind = &Kind::new("vercel/project");

    fn id(&self) -> ResourceId {
        of_project(Self::KIND, &self.account, &self.id, &self.name)
    }
}
