//! AWS, with the same credentials as the AWS CLI.

use std::collections::BTreeSet;

use harden_aws::AwsPolicy;
use harden_aws::resources::Region;
use harden_core::Resource as _;
use harden_runner::Tables;
use serde_json::json;

use super::{Draft, Grant, Needed, Provider};

pub(super) const PROVIDER: Provider = Provider {
    about: &harden_aws::PROVIDER,
    table: Tables::with::<AwsPolicy>,
    #[cfg(feature = "live")]
    open: Some(|request| Box::pin(live::open(request))),
    draft: Some(Draft {
        kind: Region::KIND,
        write: |facts| Box::pin(async move { Ok(harden_aws::draft(facts).await? + "\n") }),
    }),
    permissions: iam_policy,
};

/// An IAM policy that can be attached to the role of the audit.
fn iam_policy(needed: &Needed<'_>) -> Grant {
    let policy = needed.policies.get::<AwsPolicy>();
    let mut actions = needed.permissions.clone();
    let accounts = policy.accounts.iter().flat_map(|account| &account.regions);
    let mut regions = needed.regions.iter().chain(&policy.regions).chain(accounts);
    if regions.any(|region| region == "all") {
        actions.insert("account:ListRegions");
    }
    let mut statements = vec![json!({
        "Sid": "HardenRead",
        "Effect": "Allow",
        "Action": actions,
        "Resource": "*",
    })];
    let roles = policy.accounts.iter().filter_map(|a| a.role_arn.as_deref());
    let roles: BTreeSet<&str> = roles.collect();
    if !roles.is_empty() {
        statements.push(json!({
            "Sid": "HardenAccounts",
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Resource": roles,
        }));
    }
    Grant {
        document: json!({"Version": "2012-10-17", "Statement": statements}),
        note: None,
    }
}

#[cfg(feature = "live")]
mod live {
    use std::sync::Arc;

    use harden_aws::live::{AwsProvider, Connect, ConnectError};
    use harden_core::{error_chain, one_line};

    use crate::failure::Failure;
    use crate::opening::{OpenRequest, Opening, env};

    const HELP: &str = "`harden-cli audit --demo` audits an example without an account, `--snapshot` \
                        audits a recorded one";

    pub(super) async fn open(request: OpenRequest<'_>) -> Opening {
        let args = request.args;
        let connect = Connect {
            profile: args.profile.clone(),
            regions: args.region.clone(),
            stop: request.cancellation.clone(),
            ..Connect::new(request.policies.get(), request.now)
        };
        let connect = match apply_retry_variables(connect, env) {
            Ok(connect) => connect,
            Err(failure) => return Opening::Failed(failure),
        };
        let error = match AwsProvider::connect(connect).await {
            Ok(provider) => return Opening::Connected(Arc::new(provider)),
            Err(error) => error,
        };
        let from_env = env("AWS_PROFILE");
        let no_credentials = matches!(error, ConnectError::NoCredentials);
        let profile = match &from_env {
            Some(name) if args.profile.is_none() && no_credentials => {
                let name = one_line(name, 60);
                format!(
                    " (AWS_PROFILE is `{name}`: the profile has no credentials or does not exist)"
                )
            }
            _ => String::new(),
        };
        let failure = Failure::new(format!(
            "could not audit AWS: {}{profile}",
            error_chain(&error)
        ))
        .help(HELP);
        let is_requested = request.is_in_policy
            || args.profile.is_some()
            || !args.region.is_empty()
            || from_env.is_some();
        if no_credentials && !is_requested {
            return Opening::Absent {
                reason: "no credentials, and no [aws] table in the policy file".to_owned(),
                failure,
            };
        }
        Opening::Failed(failure)
    }

    /// Applies the variables with which users configure the retries of the AWS CLI.
    fn apply_retry_variables(
        mut connect: Connect,
        env: impl Fn(&str) -> Option<String>,
    ) -> Result<Connect, Failure> {
        if let Some(mode) = env("AWS_RETRY_MODE") {
            connect.adaptive = match &*mode {
                "adaptive" => true,
                "standard" | "legacy" => false,
                _ => {
                    return Err(Failure::new("AWS_RETRY_MODE is not a retry mode")
                        .help("set it to adaptive or standard"));
                }
            };
        }
        if let Some(attempts) = env("AWS_MAX_ATTEMPTS") {
            connect.attempts = attempts.parse().ok().filter(|n| *n > 0).ok_or_else(|| {
                Failure::new("AWS_MAX_ATTEMPTS is not a number of attempts")
                    .help("set it to 1 or more")
            })?;
        }
        Ok(connect)
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn retries_follow_the_variables_of_the_aws_cli() {
            let read = |mode: Option<&str>, attempts: Option<&str>| {
                let connect = Connect::new(Arc::default(), jiff::Timestamp::UNIX_EPOCH);
                apply_retry_variables(connect, |name| {
                    let value = match name {
                        "AWS_RETRY_MODE" => mode,
                        "AWS_MAX_ATTEMPTS" => attempts,
                        _ => None,
                    };
                    value.map(str::to_owned)
                })
                .map(|connect| (connect.adaptive, connect.attempts))
            };
            let default = read(None, None).unwrap();
            assert!(default.0);
            assert_eq!(read(Some("standard"), None).unwrap(), (false, default.1));
            assert_eq!(read(Some("legacy"), Some("2")).unwrap(), (false, 2));
            assert_eq!(read(Some("adaptive"), Some("9")).unwrap(), (true, 9));
            for (mode, attempts) in [
                (Some("fast"), None),
                (None, Some("0")),
                (None, Some("many")),
                (None, Some("-1")),
            ] {
                read(mode, attempts).unwrap_err();
            }
        }
    }
}
