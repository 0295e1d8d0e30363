//! Workflows from a checkout, without a network.

#![allow(
    clippy::disallowed_methods,
    reason = "a checkout is read where facts are"
)]

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use async_trait::async_trait;
use harden_core::{
    Cause, FactError, Facts, Kind, Known, Place, Provider, RawListing, Resource, Scope, Unknown,
};

use super::package_scripts;
use super::workflow::{ACTION_FILES, FOLDER, folders, used, within};
use crate::resources::{LocalAction, PackageScripts, Workflow};

/// The largest file that is read: somewhat more than a workflow may have.
const LARGEST: u64 = 1024 * 1024;

/// A checkout of one repository: lists its workflows, its actions and the scripts of its packages from the files, so that they
/// can be judged without a token, and before they are pushed.
///
/// The fact that a file is in the checkout is not that it is on the default branch: whoever audits
/// a checkout judges the checkout.
#[derive(Debug, Clone)]
pub struct Checkout {
    root: PathBuf,
    repository: String,
}

impl Checkout {
    /// The checkout at a path, of `owner/repo`.
    pub fn new(root: impl Into<PathBuf>, repository: impl Into<String>) -> Self {
        Self {
            root: root.into(),
            repository: repository.into(),
        }
    }

    fn workflows(&self) -> Result<Vec<Workflow>, Unknown> {
        let read = |path: String| match file(&self.root, &path) {
            Ok(Some(text)) => Some(Workflow::parse(&self.repository, &path, &text)),
            Ok(None) => None,
            Err(unknown) => Some(Workflow::unreadable(&self.repository, &path, &unknown)),
        };
        Ok(workflows(&self.root)?
            .into_iter()
            .filter_map(read)
            .collect())
    }

    fn action(&self, folder: &str) -> Option<LocalAction> {
        ACTION_FILES
            .iter()
            .find_map(|name| match file(&self.root, &within(folder, name)) {
                Ok(Some(text)) => Some(LocalAction::parse(&self.repository, folder, name, &text)),
                Ok(None) => None,
                Err(unknown) => Some(LocalAction::unreadable(&self.repository, folder, &unknown)),
            })
    }

    fn package(&self, folder: &str) -> Option<PackageScripts> {
        match file(&self.root, &within(folder, package_scripts::FILE)) {
            Ok(Some(text)) => Some(PackageScripts::parse(&self.repository, folder, &text)),
            Ok(None) => None,
            Err(unknown) => Some(PackageScripts::unreadable(
                &self.repository,
                folder,
                &unknown,
            )),
        }
    }

    fn listing<R: Resource>(&self, read: Result<Vec<R>, Unknown>) -> Result<RawListing, FactError> {
        let place = Place::global(&*self.repository);
        let scope = Scope::Places(vec![place.clone()]);
        match read {
            Ok(resources) => RawListing::new(&resources, scope, Vec::new()),
            Err(unknown) => {
                RawListing::new::<R>(&[], scope, vec![harden_core::RawGap { place, unknown }])
            }
        }
    }
}

#[async_trait]
impl Provider for Checkout {
    fn provides(&self, kind: &str) -> bool {
        [Workflow::KIND, LocalAction::KIND, PackageScripts::KIND]
            .iter()
            .any(|own| own.name == kind)
    }

    async fn list(&self, kind: &'static Kind, facts: &Facts) -> Result<RawListing, FactError> {
        if kind.name == Workflow::KIND.name {
            return self.listing(self.workflows());
        }
        if !self.provides(kind.name) {
            return Err(FactError::NoProvider(kind.name));
        }
        let workflows = facts.list::<Workflow>().await?;
        let place = Place::global(&*self.repository);
        let readable = workflows.readable(&place);
        if kind.name == LocalAction::KIND.name {
            let used = used(&workflows, &place);
            return self.listing(known(readable).map(|()| {
                closure(
                    used,
                    |folder| self.action(folder),
                    |action| folders(action.steps.ok().map_or(&[][..], Vec::as_slice)).collect(),
                )
            }));
        }
        let actions = facts.list::<LocalAction>().await?;
        let used = package_scripts::used(&workflows, &actions, &place);
        self.listing(
            known(readable)
                .map(|()| closure(used, |folder| self.package(folder), package_scripts::run_by)),
        )
    }
}

fn known(readable: Known<()>) -> Result<(), Unknown> {
    match readable {
        Known::Yes(()) => Ok(()),
        Known::No(unknown) => Err(unknown.into()),
    }
}

/// What is in these folders, and in those that it leads to, in order.
fn closure<R: Resource>(
    first: BTreeSet<String>,
    read: impl Fn(&str) -> Option<R>,
    leads_to: impl Fn(&R) -> Vec<String>,
) -> Vec<R> {
    let mut next: Vec<String> = first.into_iter().collect();
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    while let Some(folder) = next.pop() {
        if seen.insert(folder.clone())
            && let Some(resource) = read(&folder)
        {
            next.extend(leads_to(&resource));
            found.push(resource);
        }
    }
    found.sort_by_cached_key(Resource::id);
    found
}

/// The paths of the workflows of a checkout, in order; none where it has no folder of them.
pub(super) fn workflows(root: &Path) -> Result<Vec<String>, Unknown> {
    let entries = match std::fs::read_dir(root.join(FOLDER)) {
        Ok(entries) => entries,
        // that the folder is missing is known only of a checkout that is there
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && root.is_dir() => {
            return Ok(Vec::new());
        }
        Err(error) => return Err(refused(FOLDER, &error)),
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| refused(FOLDER, &error))?;
        let name = entry.file_name();
        let Some(name) = name.to_str() else {
            continue;
        };
        let path = format!("{FOLDER}/{name}");
        if Workflow::is_path(&path) && !entry.path().is_dir() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The text of a file of a checkout; none where there is no such file. Nothing outside the checkout
/// is read.
pub(super) fn file(root: &Path, path: &str) -> Result<Option<String>, Unknown> {
    let plain = Path::new(path)
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    if !plain {
        return Ok(None);
    }
    let whole = root.join(path);
    let (real, inside) = match (whole.canonicalize(), root.canonicalize()) {
        (Ok(real), Ok(root)) => {
            let inside = real.starts_with(root);
            (real, inside)
        }
        (Err(error), _) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        (Err(error), _) | (_, Err(error)) => return Err(refused(path, &error)),
    };
    if !inside {
        return Err(Unknown::undetermined(format!(
            "{path} is a link out of the checkout"
        )));
    }
    let size = real.metadata().map_err(|error| refused(path, &error))?;
    if !size.is_file() {
        return Ok(None);
    }
    if size.len() > LARGEST {
        return Err(Unknown::undetermined(format!(
            "{path} is larger than a workflow may be"
        )));
    }
    let bytes = std::fs::read(&real).map_err(|error| refused(path, &error))?;
    String::from_utf8(bytes)
        .map(Some)
        .map_err(|_| Unknown::undetermined(format!("{path} is no UTF-8 text")))
}

/// Of an error only its kind is told: its text has the path of this machine.
fn refused(path: &str, error: &std::io::Error) -> Unknown {
    Unknown::new(
        Cause::Failed,
        format!("could not read {path} in the checkout: {}", error.kind()),
    )
}
