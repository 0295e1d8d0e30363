//! Projects.

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::of_project;

/// A project. Source: GET /projects/{organization}/{project}/, or for all projects
/// GET /organizations/{organization}/projects/.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Project {
    /// The slug of its organization.
    pub organization: String,
    /// Its organization as the run was configured: a slug, a number, or the form of a DSN. With it a
    /// policy that names the organization in another form than its slug recognizes the snapshot.
    #[serde(default)]
    pub organization_as_named: Known<String>,
    /// Its slug.
    pub slug: String,
    /// The address of the server that it was read from, for commands: `https://us.sentry.io`.
    #[serde(default)]
    pub server: Known<String>,
    /// Its id, by which monitors name it.
    #[serde(default)]
    pub id: Known<String>,
    /// Its platform: `javascript-nextjs`, `node`, `python-django`; `None` where it is not set.
    #[serde(default)]
    pub platform: Known<Option<String>>,
}

impl Resource for Project {
    const KIND: &'static Kind = &Kind::new("sentry/project").permissions(&["project:read"]);

    fn id(&self) -> ResourceId {
        of_project(Self::KIND, &self.organization, &self.slug)
    }
}
