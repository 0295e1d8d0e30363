//! The scripts of package.json that workflows run: from the checkout, else from GET
//! /repos/{owner}/{repo}/contents/{path}.

use std::collections::BTreeSet;

use futures::future::join_all;
use harden_core::{FactError, Listing, Place};

use super::gather::{Gathered, Read, copied};
use super::listers::{Live, Run};
use super::workflow::{Source, within};
use crate::resources::workflow::Step;
use crate::resources::{LocalAction, PackageScripts, Repository, Workflow};

/// The name of the file.
pub(super) const FILE: &str = "package.json";

impl Live for PackageScripts {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        let workflows = run.facts.list::<Workflow>().await?;
        let actions = run.facts.list::<LocalAction>().await?;
        let repositories = run.facts.list::<Repository>().await?;
        let each = repositories.iter().map(|(id, repository)| {
            let renamed = repository.renamed_to.ok().cloned().flatten();
            let at = run.at(&repository.repository, renamed.as_deref());
            let used = used(&workflows, &actions, &id.place);
            (id.place.clone(), (at, used))
        });
        let mut gaps = copied(&workflows.gaps);
        gaps.extend(copied(&actions.gaps));
        gaps.dedup();
        let scope = workflows.scope.clone();
        Ok(Gathered::each(each, scope, gaps, |(at, used)| async move {
            let repository = at.repository.to_string();
            packages(&repository, &Source::of(at), used).await
        })
        .await)
    }
}

/// The folders of the packages whose scripts the workflows of a place run.
pub(super) fn used(
    workflows: &Listing<Workflow>,
    actions: &Listing<LocalAction>,
    place: &Place,
) -> BTreeSet<String> {
    let jobs = workflows
        .at(place)
        .filter_map(|(_, workflow)| workflow.jobs.ok())
        .flatten();
    let of_jobs = jobs.flat_map(|job| &job.steps);
    let of_actions = actions
        .at(place)
        .filter_map(|(_, action)| action.steps.ok())
        .flatten();
    let folders = |step: &Step| PackageScripts::folders(&step.commands).collect::<Vec<_>>();
    of_jobs.chain(of_actions).flat_map(folders).collect()
}

/// The folders of the packages whose scripts a package's own scripts run.
pub(super) fn run_by(package: &PackageScripts) -> Vec<String> {
    let scripts = package.scripts.ok().into_iter().flatten();
    scripts
        .filter_map(|(_, commands)| commands.ok())
        .flat_map(|commands| PackageScripts::folders(commands))
        .collect()
}

async fn packages(
    repository: &str,
    source: &Source,
    mut next: BTreeSet<String>,
) -> Read<PackageScripts> {
    let mut read = Read::default();
    let mut seen = BTreeSet::new();
    while !next.is_empty() {
        seen.extend(next.iter().cloned());
        let found = join_all(next.iter().map(|f| package(repository, source, f))).await;
        next = BTreeSet::new();
        for package in found.into_iter().flatten() {
            next.extend(run_by(&package));
            read.resources.push(package);
        }
        next.retain(|folder| !seen.contains(folder));
    }
    read
}

/// The package of a folder; none where it has none.
async fn package(repository: &str, source: &Source, folder: &str) -> Option<PackageScripts> {
    match source.file(&within(folder, FILE)).await {
        Ok(Some(text)) => Some(PackageScripts::parse(repository, folder, &text)),
        Ok(None) => None,
        Err(unknown) => Some(PackageScripts::unreadable(repository, folder, &unknown)),
    }
}
