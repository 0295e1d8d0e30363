//! Vercel, with the same variables as Vercel's command line.

use harden_core::Resource as _;
use harden_runner::Tables;
use harden_vercel::VercelPolicy;
use harden_vercel::resources::Project;
use serde_json::json;

use super::{Draft, Grant, Needed, Provider, draft_names};

pub(super) const PROVIDER: Provider = Provider {
    about: &harden_vercel::PROVIDER,
    table: Tables::with::<VercelPolicy>,
    #[cfg(feature = "live")]
    open: Some(|request| Box::pin(live::open(request))),
    draft: Some(Draft {
        kind: Project::KIND,
        write: |facts| Box::pin(draft_names(facts, "vercel", "projects", name)),
    }),
    permissions: no_scopes,
};

/// An empty list: Vercel's tokens have no scopes.
fn no_scopes(_: &Needed<'_>) -> Grant {
    let note = "Vercel's tokens have no scopes: a token has all permissions of its account";
    Grant {
        document: json!([]),
        note: Some(note.to_owned()),
    }
}

fn name(project: &Project) -> &str {
    &project.name
}

#[cfg(feature = "live")]
mod live {
    use std::sync::Arc;

    use harden_vercel::VercelPolicy;
    use harden_vercel::live::{Connect, ConnectError, VercelProvider};

    use crate::failure::Failure;
    use crate::opening::{OpenRequest, Opening, env};

    const HELP: &str = "`--skip 'vercel/*'` leaves Vercel out";

    #[expect(
        clippy::unused_async,
        reason = "the signature is the same for all providers; Vercel needs no call to connect"
    )]
    pub(super) async fn open(request: OpenRequest<'_>) -> Opening {
        let policy = request.policies.get::<VercelPolicy>();
        let connected = Connect::from_env(&env, &policy).and_then(VercelProvider::connect);
        let error = match connected {
            Ok(provider) => return Opening::Connected(Arc::new(provider)),
            Err(error) => error,
        };
        let failure = Failure::because("could not audit Vercel", &error).help(HELP);
        let missing = match error {
            ConnectError::NoToken => "no token",
            ConnectError::NoProject => "no project is named",
            _ => return Opening::Failed(failure),
        };
        if request.is_in_policy {
            return Opening::Failed(failure);
        }
        Opening::Absent {
            reason: format!("{missing}, and no [vercel] table in the policy file"),
            failure,
        }
    }
}
