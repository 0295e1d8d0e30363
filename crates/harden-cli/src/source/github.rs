//! GitHub, with the token that `gh` or Actions would take.

use std::path::Path;
use std::sync::Arc;

use harden_core::Provider as _;
use harden_github::live::{Checkout, Connect, ConnectError, GithubProvider, origin_of};

use super::live::{Asked, Opening, env};
use crate::config;
use crate::failure::Failure;
use crate::git;

const HELP: &str = "the token needs what `harden-cli permissions --provider github` prints; \
                    `--skip 'github/*'` leaves GitHub out";

pub(super) async fn open(asked: Asked<'_>) -> Opening {
    let policy = asked.config.policies.get();
    let mut connect = Connect::from_env(&env, policy, asked.now, asked.stop.clone());
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
    let failure = Failure::new(format!("could not audit GitHub: {error}")).help(HELP);
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
