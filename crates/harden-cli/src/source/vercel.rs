//! Vercel, with the variables of its own command line.

use std::sync::Arc;

use harden_vercel::VercelPolicy;
use harden_vercel::live::{Connect, ConnectError, VercelProvider};

use super::live::{Asked, Opening, env};
use crate::failure::Failure;

const HELP: &str = "`--skip 'vercel/*'` leaves Vercel out";

// asynchronous as the others are, though nothing is asked before the first listing
#[expect(clippy::unused_async, reason = "providers are opened alike")]
pub(super) async fn open(asked: Asked<'_>) -> Opening {
    let policy = asked.config.policies.get::<VercelPolicy>();
    let connected = Connect::from_env(&env, &policy).and_then(VercelProvider::connect);
    let error = match connected {
        Ok(provider) => return Opening::Connected(Arc::new(provider)),
        Err(error) => error,
    };
    let failure = Failure::new(format!("could not audit Vercel: {error}")).help(HELP);
    let absent = match error {
        ConnectError::NoToken => "no token",
        ConnectError::NoProject => "no project is named",
        _ => return Opening::Failed(failure),
    };
    if asked.has_table("vercel") {
        return Opening::Failed(failure);
    }
    Opening::Absent {
        reason: format!("{absent}, and no [vercel] table in the policy"),
        failure,
    }
}
