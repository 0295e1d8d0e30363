//! GET /repos/{owner}/{repo}/actions/permissions and …/actions/permissions/workflow.

use futures::future::join;
use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts};

use super::GithubProvider;
use super::answers::{ActionsAnswer, DefaultTokenAnswer};
use super::repository_api::{RepositoryApi, present};
use crate::operation::{ACTIONS_PERMISSIONS, DEFAULT_TOKEN};
use crate::resources::ActionsSettings;

impl Collect<GithubProvider> for ActionsSettings {
    async fn collect(github: &GithubProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        github.in_repositories(facts, read).await
    }
}

async fn read(api: RepositoryApi) -> Portion<ActionsSettings> {
    let (actions, token) = join(
        api.get::<ActionsAnswer>(ACTIONS_PERMISSIONS, "/actions/permissions"),
        api.get::<DefaultTokenAnswer>(DEFAULT_TOKEN, "/actions/permissions/workflow"),
    )
    .await;
    let enabled = match actions {
        Ok(answer) => present(answer.enabled, ACTIONS_PERMISSIONS, "enabled"),
        Err(failure) => failure.unknown.into(),
    };
    let (default_token, approves_pull_requests) = match token {
        Ok(answer) => (
            present(
                answer.default_workflow_permissions,
                DEFAULT_TOKEN,
                "default_workflow_permissions",
            ),
            present(
                answer.can_approve_pull_request_reviews,
                DEFAULT_TOKEN,
                "can_approve_pull_request_reviews",
            ),
        ),
        Err(failure) => (failure.unknown.clone().into(), failure.unknown.into()),
    };
    Portion::one(ActionsSettings {
        repository: api.repository.to_string(),
        enabled,
        default_token,
        approves_pull_requests,
    })
}
