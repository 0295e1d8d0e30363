//! GitHub, with the token that `gh` or GitHub Actions takes.

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
    open: Some(|asked| Box::pin(live::open(asked))),
    draft: Some(Draft {
        kind: Repository::KIND,
        write: |facts| Box::pin(draft_names(facts, "github", "repositories", name)),
    }),
    permissions: app_permissions,
};

/// The check that needs more than to read.
const BYPASS: &str = "github/branch-admins-exempt";

/// Permissions as the manifest of a GitHub App has them.
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
            "{BYPASS}: GitHub shows who can bypass a ruleset only to those who can edit it \
             (administration=write). With less, the check is unknown where a ruleset protects the \
             branch."
        )
    });
    Grant { document, note }
}

fn name(one: &Repository) -> &str {
    &one.repository
}

#[cfg(feature = "live")]
mod live {
    use std::path::Path;
    use std::sync::Arc;

    use harden_core::Provider as _;
    use harden_github::live::{Checkout, Connect, ConnectError, GithubProvider, origin_of};

    use crate::config;
    use crate::failure::Failure;
    use crate::git;
    use crate::opening::{Asked, Opening, env};

    const HELP: &str = "the token needs what `harden-cli permissions --provider github` prints; \
                        `--skip 'github/*'` leaves GitHub out";

    pub(super) async fn open(asked: Asked<'_>) -> Opening {
        let policy = asked.config.policies.get();
        let mut connect = Connect::from_env(&env, policy, asked.now, asked.cancellation.clone());
        connect.repositories.clone_from(&asked.args.repository);
        connect.checkout = config::checkout(Path::new("."));
        connect.origin = connect.checkout.as_deref().and_then(git::origin);
        if connect.token.is_none()
            && let Some(checkout) = checkout(&connect)
            && asked.kinds.iter().all(|kind| checkout.provides(kind))
        {
            return Opening::Connected(Arc::new(checkout));
        }
        let error = match GithubProvider::connect(connect).await {
            Ok(provider) => return Opening::Connected(Arc::new(provider)),
            Err(error) => error,
        };
        let failure = Failure::because("could not audit GitHub", &error).help(HELP);
        let absent = match error {
            ConnectError::NoToken { .. } => "no token",
            ConnectError::NoRepository { .. } => "no repository is named, and this is no checkout",
            _ => return Opening::Failed(failure),
        };
        if asked.has_table("github") || !asked.args.repository.is_empty() {
            return Opening::Failed(failure);
        }
        Opening::Absent {
            reason: format!("{absent}, and no [github] table in the policy"),
            failure,
        }
    }

    /// The checkout that the audit runs in, where it is of the repository that is audited: its
    /// workflows can be judged without a token.
    fn checkout(connect: &Connect) -> Option<Checkout> {
        let root = connect.checkout.as_ref()?;
        let origin = origin_of(connect.origin.as_deref()?)?;
        let named = connect.repositories.iter();
        let mut named = named.chain(&connect.policy.repositories).peekable();
        let ours = |repository: &String| repository.eq_ignore_ascii_case(&origin.repository);
        (origin.is_served_by(&connect.host()) && (named.peek().is_none() || named.all(ours)))
            .then(|| Checkout::new(root, origin.repository.clone()))
    }
}
