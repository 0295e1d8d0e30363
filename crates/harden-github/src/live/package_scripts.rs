//! The scripts of package.json that workflows run.

use std::collections::BTreeSet;

use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Listing, Place};

use super::GithubProvider;
use super::files::{Files, read_used};
use crate::resources::workflow::Step;
use crate::resources::{LocalAction, PackageScripts, Repository, Workflow};

impl Collect<GithubProvider> for PackageScripts {
    async fn collect(github: &GithubProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        let workflows = facts.list::<Workflow>().await?;
        let actions = facts.list::<LocalAction>().await?;
        let repositories = facts.list::<Repository>().await?;
        let apis = github.listed_apis(facts, &repositories);
        let scope = workflows.scope.clone();
        let mut collected = Collected::from_each(scope, apis, async |api| {
            let used = used_packages(&workflows, &actions, &api.place());
            let repository = api.repository.to_string();
            read_packages(&repository, &Files::of(api), used).await
        })
        .await;
        collected.add_gaps_of(&workflows.gaps);
        collected.add_gaps_of(&actions.gaps);
        Ok(collected)
    }
}

/// The folders of the packages whose scripts the workflows of a place run.
pub(super) fn used_packages(
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

/// Reads packages, and those whose scripts they run in turn.
pub(super) async fn read_packages(
    repository: &str,
    files: &Files,
    used: BTreeSet<String>,
) -> Portion<PackageScripts> {
    let uses = |package: &PackageScripts| {
        let scripts = package.scripts.ok().into_iter().flatten();
        scripts
            .filter_map(|(_, commands)| commands.ok())
            .flat_map(|commands| PackageScripts::folders(commands))
            .collect()
    };
    let read = async |folder: String| read_package(repository, files, &folder).await;
    Portion::complete(read_used(used, read, uses).await)
}

/// The package of a folder; none where the folder has none.
async fn read_package(repository: &str, files: &Files, folder: &str) -> Option<PackageScripts> {
    match files.read_in(folder, "package.json").await {
        Ok(Some(text)) => Some(PackageScripts::parse(repository, folder, &text)),
        Ok(None) => None,
        Err(unknown) => Some(PackageScripts::unreadable(repository, folder, &unknown)),
    }
}
