//! Sentry, with the variables of sentry-cli.

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
    open: Some(|asked| Box::pin(live::open(asked))),
    draft: Some(Draft {
        kind: Project::KIND,
        write: |facts| Box::pin(draft_names(facts, "sentry", "projects", name)),
    }),
    permissions: scopes,
};

/// The scopes of a token.
fn scopes(needed: &Needed<'_>) -> Grant {
    let note =
        "create a token for the audit: a token that uploads releases in CI cannot read alerts";
    Grant {
        document: json!(needed.permissions),
        note: Some(note.to_owned()),
    }
}

fn name(one: &Project) -> &str {
    &one.slug
}

#[cfg(feature = "live")]
mod live {
    use std::sync::Arc;

    use harden_sentry::live::{Connect, ConnectError, SentryProvider};

    use crate::failure::Failure;
    use crate::opening::{Asked, Opening, env};
    use crate::output::note;

    const HELP: &str = "the token needs the scopes that `harden-cli permissions --provider sentry` \
                        prints; `--skip 'sentry/*'` leaves Sentry out";

    pub(super) async fn open(asked: Asked<'_>) -> Opening {
        let policy = asked.config.policies.get();
        let connected = async {
            let connect = Connect::from_env(&env, policy, asked.now, asked.cancellation.clone())?;
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
        let absent = match error {
            ConnectError::NoToken => "no token",
            ConnectError::NoOrganization => "no organization is named",
            _ => return Opening::Failed(failure),
        };
        if asked.has_table("sentry") {
            return Opening::Failed(failure);
        }
        Opening::Absent {
            reason: format!("{absent}, and no [sentry] table in the policy"),
            failure,
        }
    }
}
