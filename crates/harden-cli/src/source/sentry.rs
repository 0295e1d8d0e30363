//! Sentry, with the variables of sentry-cli.

use std::sync::Arc;

use harden_sentry::live::{Connect, ConnectError, SentryProvider};

use super::live::{Asked, Opening, env};
use crate::failure::Failure;
use crate::output::note;

const HELP: &str = "the token needs the scopes that `harden-cli permissions --provider sentry` \
                    prints; `--skip 'sentry/*'` leaves Sentry out";

pub(super) async fn open(asked: Asked<'_>) -> Opening {
    let policy = asked.config.policies.get();
    let connected = async {
        let connect = Connect::from_env(&env, policy, asked.now, asked.stop.clone())?;
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
    let failure = Failure::new(format!("could not audit Sentry: {error}")).help(HELP);
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
