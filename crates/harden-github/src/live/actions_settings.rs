//! GET /repos/{owner}/{repo}/actions/permissions and …/actions/permissions/workflow.

use futures::future::join;
use harden_core::FactError;

use super::answers::{ActionsAnswer, DefaultTokenAnswer};
use super::at::{At, present};
use super::gather::{Gathered, Read};
use super::listers::{Live, Run};
use crate::operation::{ACTIONS_PERMISSIONS, DEFAULT_TOKEN};
use crate::resources::ActionsSettings;

impl Live for ActionsSettings {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        run.in_repositories(read).await
    }
}

async fn read(at: At) -> Read<ActionsSettings> {
    let (actions, token) = join(
        at.get::<ActionsAnswer>(ACTIONS_PERMISSIONS, "/actions/permissions"),
        at.get::<DefaultTokenAnswer>(DEFAULT_TOKEN, "/actions/permissions/workflow"),
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
    ActionsSettings {
        repository: at.repository.to_string(),
        enabled,
        default_token,
        approves_pull_requests,
    }
    .into()
}
