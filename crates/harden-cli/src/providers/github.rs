//! GitHub, with the same token as `gh` and GitHub Actions.

use harden_core::Resource as _;
use harden_github::GithubPolicy;
use harden_github::resources::Repository;
use harden_runner::Tables;
use serde_json::{Value, json};

use super::{Draft, Grant, Needed, Provider, draft_names};

pub(super) const PROVIDER: Provider = Provider {
    about: &harden_github::PROVIDER,
    table: Tables::with::<GithubPolicy>,
    #[cfg(feature = "live")]
    open: Some(|request| Box::pin(live::open(request))),
    draft: Some(Draft {
        kind: Repository::KIND,
        write: |facts| Box::pin(draft_names(facts, "github", "repositories", full_name)),
    }),
    permissions: app_permissions,
};

/// The check that needs more than read permissions.
const BYPASS: &str = "github/branch-admins-exempt";

/// Permissions in the format of a GitHub App's manifest.
fn app_permissions(needed: &Needed<'_>) -> Grant {
    let pairs = needed
        .permissions
        .iter()
        .filter_map(|one| one.split_once('='));
    let document: Value = pairs
        .map(|(name, level)| (name.to_owned(), json!(level)))
        .collect();
    let note = needed.checks.contains(&BYPASS).then(|| {
        format!(
            "{BYPASS}: GitHub shows who can bypass a ruleset only to users who can edit it \
             (administration=write). With fewer permissions, the check is unknown for branches that \
             a ruleset protects."
        )
    });
    Grant { document, note }
}

fn full_name(repository: &Repository) -> &str {
    &repository.repository
}

#[cfg(feature = "live")]
mod live {
    use std::path::Path;
    use std::sync::Arc;

    use harden_core::Provider as _;
    use harden_github::live::{Checkout, Connect, ConnectError, GithubProvider, origin_of};

    use crate::checkout;
    use crate::failure::Failure;
    use crate::git;
    use crate::opening::{OpenRequest, Opening, env};

    const HELP: &str = "the token needs the permissions that `harden-cli permissions --provider \
                        github` prints; `--skip 'github/*'` leaves GitHub out";

    pub(super) async fn open(request: OpenRequest<'_>) -> Opening {
        let policy = request.policies.get();
        let mut connect =
            Connect::from_env(&env, policy, request.now, request.cancellation.clone());
        connect.repositories.clone_from(&request.args.repository);
        connect.checkout = checkout::checkout_root(Path::new("."));
        connect.origin = connect.checkout.as_deref().and_then(git::origin);
        if connect.token.is_none()
            && let Some(checkout) = checkout(&connect)
            && request.kinds.iter().all(|kind| checkout.provides(kind))
        {
            return Opening::Connected(Arc::new(checkout));
        }
        let error = match GithubProvider::connect(connect).await {
            Ok(provider) => return Opening::Connected(Arc::new(provider)),
            Err(error) => error,
        };
        let failure = Failure::because("could not audit GitHub", &error).help(HELP);
        let missing = match error {
            ConnectError::NoToken { .. } => "no token",
            ConnectError::NoRepository { .. } => {
                "no repository is named, and the current directory is not a checkout"
            }
            _ => return Opening::Failed(failure),
        };
        if request.is_in_policy || !request.args.repository.is_empty() {
            return Opening::Failed(failure);
        }
        Opening::Absent {
            reason: format!("{missing}, and no [github] table in the policy file"),
            failure,
        }
    }

    /// The checkout that the audit runs in, if it is a checkout of the audited repository. Its workflows
    /// can be judged without a token.
    fn checkout(connect: &Connect) -> Option<Checkout> {
        let root = connect.checkout.as_ref()?;
        let origin = origin_of(connect.origin.as_deref()?)?;
        let named = connect.repositories.iter();
        let mut named = named.chain(&connect.policy.repositories).peekable();
        let is_this = |repository: &String| repository.eq_ignore_ascii_case(&origin.repository);
        (origin.is_served_by(&connect.host()) && (named.peek().is_none() || named.all(is_this)))
            .then(|| Checkout::new(root, origin.repository.clone()))
    }
}
