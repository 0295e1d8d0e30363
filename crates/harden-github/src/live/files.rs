//! The files of a repository: from the checkout that the audit runs in, else from GET
//! /repos/{owner}/{repo}/contents/{path}.

#![allow(
    clippy::disallowed_methods,
    reason = "a checkout is read where facts are collected"
)]

use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::{Component, Path};
use std::sync::Arc;

use futures::future::join_all;
use harden_core::{Cause, Unknown};

use super::failure::{Failure, Said};
use super::repository_api::RepositoryApi;
use crate::resources::Workflow;

/// The folder of workflows.
const WORKFLOW_FOLDER: &str = ".github/workflows";

/// The largest file that is read: more than GitHub allows for a workflow.
const MAX_FILE_BYTES: u64 = 1024 * 1024;

/// Where the files of a repository are read.
pub(super) enum Files {
    /// From a checkout, by its root.
    Checkout(Arc<Path>),
    /// From the default branch, over the API.
    Contents(RepositoryApi),
}

impl Files {
    /// The files of the checkout if it is of this repository, else those of the default branch.
    pub(super) fn of(api: RepositoryApi) -> Self {
        match &api.checkout {
            Some(root) => Self::Checkout(Arc::clone(root)),
            None => Self::Contents(api),
        }
    }

    /// The paths of the workflows, sorted, and whether there is a lock file of actions next to them;
    /// none where the repository has no folder of workflows.
    pub(super) async fn list_workflows(&self) -> Result<(Vec<String>, bool), Unknown> {
        let mut files = match self {
            Self::Checkout(root) => list_folder(root, WORKFLOW_FOLDER)?,
            Self::Contents(api) => api.list_folder(WORKFLOW_FOLDER).await?,
        };
        let has_lock = files.iter().any(|path| path == Workflow::LOCK);
        files.retain(|path| Workflow::is_path(path));
        Ok((files, has_lock))
    }

    /// The text of a file of a folder; none where there is no such file.
    pub(super) async fn read_in(
        &self,
        folder: &str,
        file: &str,
    ) -> Result<Option<String>, Unknown> {
        if folder.is_empty() {
            self.read(file).await
        } else {
            self.read(&format!("{folder}/{file}")).await
        }
    }

    /// The text of a file; none where there is no such file.
    pub(super) async fn read(&self, path: &str) -> Result<Option<String>, Unknown> {
        match self {
            Self::Checkout(root) => read_file(root, path),
            Self::Contents(api) => match api.read_file(path).await {
                Ok(text) => Ok(Some(text)),
                // the same token read the workflow that uses the file, so 404 means it is missing
                Err(Failure {
                    said: Said::NotFound,
                    ..
                }) => Ok(None),
                Err(failure) => Err(failure.into()),
            },
        }
    }
}

/// Reads what is in these folders, and in the folders that this uses in turn. Each folder is read
/// once, so actions that use each other do not make a loop.
pub(super) async fn read_used<R, Fut>(
    first: BTreeSet<String>,
    read: impl Fn(String) -> Fut,
    uses: impl Fn(&R) -> Vec<String>,
) -> Vec<R>
where
    Fut: Future<Output = Option<R>>,
{
    let mut next = first;
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    while !next.is_empty() {
        let read = join_all(next.iter().map(|folder| read(folder.clone()))).await;
        seen.append(&mut next);
        for resource in read.into_iter().flatten() {
            next.extend(uses(&resource));
            found.push(resource);
        }
        next.retain(|folder| !seen.contains(folder));
    }
    found
}

/// The paths of the files of a folder of a checkout, sorted; none where there is no such folder.
fn list_folder(root: &Path, folder: &str) -> Result<Vec<String>, Unknown> {
    let whole = root.join(folder);
    if let (Ok(real), Ok(root)) = (whole.canonicalize(), root.canonicalize())
        && !real.starts_with(root)
    {
        return Err(Unknown::undetermined(format!(
            "{folder} is a link out of the checkout"
        )));
    }
    let entries = match std::fs::read_dir(whole) {
        Ok(entries) => entries,
        // only in a checkout that exists is it known that the folder is missing
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && root.is_dir() => {
            return Ok(Vec::new());
        }
        Err(error) => return Err(explain(folder, &error)),
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| explain(folder, &error))?;
        let name = entry.file_name();
        if let Some(name) = name.to_str()
            && !entry.path().is_dir()
        {
            files.push(format!("{folder}/{name}"));
        }
    }
    files.sort();
    Ok(files)
}

/// The text of a file of a checkout; none where there is no such file. The path comes from a
/// workflow, so nothing outside the checkout is read: neither by `..` nor over a link.
fn read_file(root: &Path, path: &str) -> Result<Option<String>, Unknown> {
    let is_inside = Path::new(path)
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    if !is_inside {
        return Ok(None);
    }
    let whole = root.join(path);
    let (real, is_inside) = match (whole.canonicalize(), root.canonicalize()) {
        (Ok(real), Ok(root)) => {
            let is_inside = real.starts_with(root);
            (real, is_inside)
        }
        (Err(error), _) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        (Err(error), _) | (_, Err(error)) => return Err(explain(path, &error)),
    };
    if !is_inside {
        return Err(Unknown::undetermined(format!(
            "{path} is a link out of the checkout"
        )));
    }
    let metadata = real.metadata().map_err(|error| explain(path, &error))?;
    if metadata.is_dir() {
        return Ok(None);
    }
    // opening a pipe would wait for its other end
    if !metadata.is_file() {
        return Err(Unknown::undetermined(format!(
            "{path} is not a regular file"
        )));
    }
    let file = std::fs::File::open(&real).map_err(|error| explain(path, &error))?;
    let mut bytes = Vec::new();
    let read = file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(|error| explain(path, &error))?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(Unknown::undetermined(format!(
            "{path} is larger than {MAX_FILE_BYTES} bytes"
        )));
    }
    String::from_utf8(bytes)
        .map(Some)
        .map_err(|_| Unknown::undetermined(format!("{path} is not UTF-8 text")))
}

/// Why a file could not be read. Only the kind of the error is kept: its text has paths of this
/// machine.
fn explain(path: &str, error: &std::io::Error) -> Unknown {
    Unknown::new(
        Cause::Failed,
        format!("could not read {path} in the checkout: {}", error.kind()),
    )
}
