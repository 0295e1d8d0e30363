//! A workflow file.

use harden_core::{Kind, Known, Location, Place, Resource, ResourceId, Unknown};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::reader::{self, Recorded, recorded};
use super::{At, Job, Permissions, Reference, Trigger};
use crate::document;

/// A workflow file: `.github/workflows/*.yml` at the head of the default branch, or in the
/// checkout. Source: `GET /repos/{owner}/{repo}/contents/{path}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
#[non_exhaustive]
pub struct Workflow {
    /// The repository, `owner/repo`.
    pub repository: String,
    /// The path of the file: `.github/workflows/deploy.yml`.
    pub path: String,
    /// Its name, to which the `workflow_run` trigger of another refers; where it has none, GitHub
    /// takes the path.
    #[serde(default)]
    pub name: Known<Option<String>>,
    /// What starts it.
    #[serde(default)]
    pub triggers: Known<Vec<Trigger>>,
    /// What its GITHUB_TOKEN may do, where the file sets it for all jobs.
    #[serde(default)]
    pub permissions: Known<Option<Permissions>>,
    /// The secrets and variables that are read for all jobs.
    #[serde(default)]
    pub references: Known<Vec<Reference>>,
    /// The jobs, in the order of the file.
    #[serde(default)]
    pub jobs: Known<Vec<Job>>,
    /// The actions whose commits the lock file of the repository holds for this workflow, as
    /// `owner/repo@ref` in lower case.
    #[serde(default = "none_locked", skip_serializing_if = "is_none_locked")]
    pub locked: Known<Vec<String>>,
}

/// Most repositories have no lock file: nothing is written then.
fn none_locked() -> Known<Vec<String>> {
    Known::Yes(Vec::new())
}

fn is_none_locked(locked: &Known<Vec<String>>) -> bool {
    locked.ok().is_some_and(Vec::is_empty)
}

impl Workflow {
    /// Reads a workflow file. What is wrong with it makes every fact unknown, with the reason.
    #[must_use]
    pub fn parse(repository: &str, path: &str, text: &str) -> Self {
        match document::workflow(repository, text) {
            Ok(read) => Self {
                repository: repository.to_owned(),
                path: path.to_owned(),
                name: Known::Yes(read.name),
                triggers: Known::Yes(read.triggers),
                permissions: Known::Yes(read.permissions),
                references: Known::Yes(read.references),
                jobs: Known::Yes(read.jobs),
                locked: none_locked(),
            },
            Err(unknown) => Self::unreadable(repository, path, &unknown),
        }
    }

    /// A file of which nothing is known but that it exists.
    #[must_use]
    pub fn unreadable(repository: &str, path: &str, unknown: &Unknown) -> Self {
        Self {
            repository: repository.to_owned(),
            path: path.to_owned(),
            name: unknown.clone().into(),
            triggers: unknown.clone().into(),
            permissions: unknown.clone().into(),
            references: unknown.clone().into(),
            jobs: unknown.clone().into(),
            locked: none_locked(),
        }
    }

    /// The path of the lock file of the actions of a repository.
    pub const LOCK: &'static str = ".github/workflows/actions.lock";

    /// The same with what the lock file of the repository holds for it.
    ///
    /// Source: GitHub's page on lock files of workflow dependencies. A workflow that the file names
    /// runs the commits that it holds.
    #[must_use]
    pub fn with_lock(mut self, lock: Result<Option<&str>, &Unknown>) -> Self {
        self.locked = match lock {
            Ok(None) => none_locked(),
            Ok(Some(text)) => document::locked(&self.path, text).into(),
            Err(unknown) => unknown.clone().into(),
        };
        self
    }

    /// Whether a path is a workflow's.
    #[must_use]
    pub fn is_path(path: &str) -> bool {
        path.strip_prefix(".github/workflows/")
            .and_then(|file| file.rsplit_once('.'))
            .is_some_and(|(stem, ending)| {
                !stem.is_empty() && !stem.contains('/') && matches!(ending, "yml" | "yaml")
            })
    }

    /// A place in the file.
    #[must_use]
    pub fn at(&self, at: At) -> Location {
        Location {
            path: self.path.clone(),
            line: at.line,
            column: at.column,
        }
    }
}

impl Resource for Workflow {
    const KIND: &'static Kind = &Kind::new("github/workflow").permissions(&["contents=read"]);

    fn id(&self) -> ResourceId {
        ResourceId::new(
            Self::KIND.name,
            Place::global(&*self.repository),
            &self.path,
        )
        .shown_as(&format!("{}/{}", self.repository, self.path))
    }

    fn location(&self) -> Option<Location> {
        Some(self.at(At::START))
    }
}

recorded!(Workflow, ["repository", "path"], |record, why| {
    Self::unreadable(&record.repository, &record.path, why)
});
