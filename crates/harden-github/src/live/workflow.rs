//! Workflows, and the actions of the same repository that they use.

use std::collections::BTreeSet;

use futures::future::join_all;
use harden_collect::{Collect, Collected, Portion};
use harden_core::{Cause, FactError, Facts, Listing, Place, Unknown};

use super::GithubProvider;
use super::files::{Files, read_used};
use super::repository_api::RepositoryApi;
use crate::operation::CONTENTS;
use crate::resources::workflow::Step;
use crate::resources::{LocalAction, Repository, Workflow};

/// The names that the file of an action can have. The first that exists counts.
const ACTION_FILES: [&str; 2] = ["action.yml", "action.yaml"];

impl Collect<GithubProvider> for Workflow {
    async fn collect(github: &GithubProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        let read = async |api: RepositoryApi| {
            let repository = api.repository.to_string();
            read_workflows(&repository, &Files::of(api)).await
        };
        github.in_repositories(facts, read).await
    }
}

/// Reads all workflows of a repository.
pub(super) async fn read_workflows(repository: &str, files: &Files) -> Portion<Workflow> {
    let (paths, has_lock) = match files.list_workflows().await {
        Ok(listed) => listed,
        Err(unknown) => return Portion::gap(unknown),
    };
    let texts = join_all(paths.iter().map(|path| files.read(path))).await;
    let lock = match has_lock {
        true => files.read(Workflow::LOCK).await,
        false => Ok(None),
    };
    let lock = lock.as_ref().map(|text| text.as_deref());
    let read = paths.iter().zip(texts);
    let workflows = read.map(|(path, text)| match text {
        Ok(Some(text)) => Workflow::parse(repository, path, &text).with_lock(lock),
        // GitHub also answers 404 for what a token must not read, and a link can lead nowhere
        Ok(None) => {
            let message = format!("{path} was listed, and there was no such file when it was read");
            let unknown = Unknown::new(Cause::Failed, message).during(CONTENTS.permission);
            Workflow::unreadable(repository, path, &unknown)
        }
        Err(unknown) => Workflow::unreadable(repository, path, &unknown),
    });
    Portion::complete(workflows.collect())
}

impl Collect<GithubProvider> for LocalAction {
    async fn collect(github: &GithubProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        let workflows = facts.list::<Workflow>().await?;
        let repositories = facts.list::<Repository>().await?;
        let apis = github.listed_apis(facts, &repositories);
        let scope = workflows.scope.clone();
        let mut collected = Collected::from_each(scope, apis, async |api| {
            let used = used_actions(&workflows, &api.place());
            let repository = api.repository.to_string();
            read_actions(&repository, &Files::of(api), used).await
        })
        .await;
        collected.add_gaps_of(&workflows.gaps);
        Ok(collected)
    }
}

/// The folders of the actions that the workflows of a place use.
pub(super) fn used_actions(workflows: &Listing<Workflow>, place: &Place) -> BTreeSet<String> {
    let jobs = workflows
        .at(place)
        .filter_map(|(_, workflow)| workflow.jobs.ok())
        .flatten();
    jobs.flat_map(|job| action_folders(&job.steps)).collect()
}

/// The folders of the actions that steps use.
fn action_folders(steps: &[Step]) -> impl Iterator<Item = String> {
    let uses = steps.iter().filter_map(|step| step.uses.as_deref());
    uses.filter_map(LocalAction::folder_of).map(str::to_owned)
}

/// Reads actions, and those that they use in turn.
pub(super) async fn read_actions(
    repository: &str,
    files: &Files,
    used: BTreeSet<String>,
) -> Portion<LocalAction> {
    let uses = |action: &LocalAction| {
        let steps = action.steps.ok().map_or(&[][..], Vec::as_slice);
        action_folders(steps).collect()
    };
    let read = async |folder: String| read_action(repository, files, &folder).await;
    Portion::complete(read_used(used, read, uses).await)
}

/// The action of a folder; none where the folder has none.
async fn read_action(repository: &str, files: &Files, folder: &str) -> Option<LocalAction> {
    for file in ACTION_FILES {
        match files.read_in(folder, file).await {
            Ok(Some(text)) => return Some(LocalAction::parse(repository, folder, file, &text)),
            Ok(None) => {}
            Err(unknown) => return Some(LocalAction::unreadable(repository, folder, &unknown)),
        }
    }
    None
}
