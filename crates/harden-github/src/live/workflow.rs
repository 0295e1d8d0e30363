//! Workflows and the actions of the same repository: from the checkout that the audit runs in,
//! else from GET /repos/{owner}/{repo}/contents/{path}.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use futures::future::join_all;
use harden_core::{FactError, Listing, Unknown};

use super::at::At;
use super::checkout;
use super::failure::{Failure, Said};
use super::gather::{Gathered, Read, copied};
use super::listers::{Live, Run};
use crate::resources::workflow::Step;
use crate::resources::{LocalAction, Repository, Workflow};

/// The folder of workflows.
pub(super) const FOLDER: &str = ".github/workflows";
/// The names that an action's file may have, the first that is there counts.
pub(super) const ACTION_FILES: [&str; 2] = ["action.yml", "action.yaml"];

/// Where the files of a repository are read.
pub(super) enum Source {
    Checkout(Arc<Path>),
    Contents(At),
}

impl Source {
    pub(super) fn of(at: At) -> Self {
        match &at.checkout {
            Some(root) => Self::Checkout(Arc::clone(root)),
            None => Self::Contents(at),
        }
    }

    async fn workflows(&self) -> Result<Vec<String>, Unknown> {
        match self {
            Self::Checkout(root) => checkout::workflows(root),
            Self::Contents(at) => {
                let mut files = at.folder(FOLDER).await?;
                files.retain(|path| Workflow::is_path(path));
                Ok(files)
            }
        }
    }

    /// The text of a file; none where there is no such file.
    pub(super) async fn file(&self, path: &str) -> Result<Option<String>, Unknown> {
        match self {
            Self::Checkout(root) => checkout::file(root, path),
            Self::Contents(at) => match at.file(path).await {
                Ok(text) => Ok(Some(text)),
                // the workflow that uses it was read with the same token
                Err(Failure {
                    said: Said::NotFound,
                    ..
                }) => Ok(None),
                Err(failure) => Err(failure.into()),
            },
        }
    }
}

impl Live for Workflow {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        run.in_repositories(read).await
    }
}

async fn read(at: At) -> Read<Workflow> {
    let repository = at.repository.to_string();
    let source = Source::of(at);
    let files = match source.workflows().await {
        Ok(files) => files,
        Err(unknown) => {
            return Read {
                resources: Vec::new(),
                gaps: vec![unknown],
            };
        }
    };
    let texts = join_all(files.iter().map(|path| source.file(path))).await;
    let read = files
        .iter()
        .zip(texts)
        .filter_map(|(path, text)| match text {
            Ok(Some(text)) => Some(Workflow::parse(&repository, path, &text)),
            // deleted since the folder was read
            Ok(None) => None,
            Err(unknown) => Some(Workflow::unreadable(&repository, path, &unknown)),
        });
    Read {
        resources: read.collect(),
        gaps: Vec::new(),
    }
}

impl Live for LocalAction {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        let workflows = run.facts.list::<Workflow>().await?;
        let repositories = run.facts.list::<Repository>().await?;
        let each = repositories.iter().map(|(id, repository)| {
            let renamed = repository.renamed_to.ok().cloned().flatten();
            let at = run.at(&repository.repository, renamed.as_deref());
            (id.place.clone(), (at, used(&workflows, &id.place)))
        });
        let gaps = copied(&workflows.gaps);
        let scope = workflows.scope.clone();
        Ok(Gathered::each(each, scope, gaps, |(at, used)| actions(at, used)).await)
    }
}

/// The folders of actions that workflows of a place use.
pub(super) fn used(workflows: &Listing<Workflow>, place: &harden_core::Place) -> BTreeSet<String> {
    let jobs = workflows
        .at(place)
        .filter_map(|(_, workflow)| workflow.jobs.ok())
        .flatten();
    jobs.flat_map(|job| folders(&job.steps)).collect()
}

/// The folders of actions that steps use.
pub(super) fn folders(steps: &[Step]) -> impl Iterator<Item = String> {
    let uses = steps.iter().filter_map(|step| step.uses.as_deref());
    uses.filter_map(LocalAction::folder_of).map(str::to_owned)
}

async fn actions(at: At, mut next: BTreeSet<String>) -> Read<LocalAction> {
    let repository = at.repository.to_string();
    let source = Source::of(at);
    let mut read = Read::default();
    let mut seen = BTreeSet::new();
    // an action may use others
    while !next.is_empty() {
        let folders: Vec<String> = next
            .iter()
            .filter(|f| seen.insert((*f).clone()))
            .cloned()
            .collect();
        let found = join_all(folders.iter().map(|f| action(&repository, &source, f))).await;
        next = BTreeSet::new();
        for action in found.into_iter().flatten() {
            next.extend(self::folders(
                action.steps.ok().map_or(&[][..], Vec::as_slice),
            ));
            read.resources.push(action);
        }
        next.retain(|folder| !seen.contains(folder));
    }
    read
}

/// The action of a folder; none where it has none.
async fn action(repository: &str, source: &Source, folder: &str) -> Option<LocalAction> {
    for file in ACTION_FILES {
        match source.file(&within(folder, file)).await {
            Ok(Some(text)) => return Some(LocalAction::parse(repository, folder, file, &text)),
            Ok(None) => {}
            Err(unknown) => return Some(LocalAction::unreadable(repository, folder, &unknown)),
        }
    }
    None
}

/// A file of a folder.
pub(super) fn within(folder: &str, file: &str) -> String {
    if folder.is_empty() {
        file.to_owned()
    } else {
        format!("{folder}/{file}")
    }
}
