//! Sentry, with the same variables as sentry-cli.

use harden_core::Resource as _;
use harden_runner::Tables;
use harden_sentry::SentryPolicy;
use harden_sentry::resources::Project;
use serde_json::json;

use super::{Draft, Grant, Needed, Provider, draft_names};

pub(super) const PROVIDER: Provider = Provider {
    about: &harden_sentry::PROVIDER,
    table: Tables::with::<SentryPolicy>,
    #[cfg(feature = "live")]
    open: Some(|request| Box::pin(live::open(request))),
    draft: Some(Draft {
        kind: Project::KIND,
        write: |facts| Box::pin(draft_names(facts, "sentry", "projects", slug)),
    }),
    permissions: scopes,
};

/// The scopes that a token needs.
fn scopes(needed: &Needed<'_>) -> Grant {
    let note = "create a separate token for the audit: a token that uploads releases in CI cannot read alerts";
    Grant {
        document: json!(needed.permissions),
        note: Some(note.to_owned()),
    }
}

fn slug(project: &Project) -> &str {
    &project.slug
}

#[cfg(feature = "live")]
mod live {
    use std::sync::Arc;

    use harden_sentry::live::{Connect, ConnectError, SentryProvider};

    use crate::failure::Failure;
    use crate::opening::{OpenRequest, Opening, env};
    use crate::output::note;

    const HELP: &str = "the token needs the scopes that `harden-cli permissions --provider sentry` \
                        prints; `--skip 'sentry/*'` leaves Sentry out";

    pub(super) async fn open(request: OpenRequest<'_>) -> Opening {
        let policy = request.policies.get();
        let connected = async {
            let connect =
                Connect::from_env(&env, policy, request.now, request.cancellation.clone())?;
            SentryProvider::connect(connect).await
        };
        let error = match connected.await {
            Ok(provider) => {
                for notice in provider.notices() {
                    note(notice);
                }
                return Opening::Connected(Arc::new(provider));
            }
            Err(error) => error,
        };
        let failure = Failure::because("could not audit Sentry", &error).help(HELP);
        let missing = match error {
            ConnectError::NoToken => "no token",
            ConnectError::NoOrganization => "no organization is named",
            _ => return Opening::Failed(failure),
        };
        if request.is_in_policy {
            return Opening::Failed(failure);
        }
        Opening::Absent {
            reason: format!("{missing}, and no [sentry] table in the policy file"),
            failure,
        }
    }
}
