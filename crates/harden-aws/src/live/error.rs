//! Why an estate cannot be read.

use std::error::Error;

use aws_config::SdkConfig;
use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_sts::operation::assume_role::AssumeRoleError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use harden_core::{Cause, Unknown, one_line};

use super::failure::{causes, credentials_error, failure};

/// Why an estate cannot be read. Each message says what was tried and what to do; none holds a secret.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// Neither the environment nor a profile nor the machine has credentials.
    #[error(
        "no AWS credentials were found: run `aws configure` or `aws sso login`, or set AWS_PROFILE"
    )]
    NoCredentials,
    /// The profile that was named has no credentials, or does not exist.
    #[error(
        "the AWS profile `{0}` has no credentials: run `aws configure --profile` or `aws sso login \
         --profile` with its name, or name another"
    )]
    NoProfileCredentials(String),
    /// Credentials are configured and could not be loaded.
    #[error("the AWS credentials could not be loaded: {reason}")]
    CredentialsFailed {
        /// What failed.
        reason: String,
    },
    /// The session has expired.
    #[error(
        "the AWS credentials have expired: run `aws sso login`, or get new ones the way you got \
         these"
    )]
    ExpiredToken,
    /// AWS does not accept the credentials.
    #[error(
        "AWS does not accept the credentials ({code}): check the access key and the secret key, \
         and the clock of this machine"
    )]
    InvalidCredentials {
        /// AWS's error code.
        code: String,
    },
    /// A call that has to work was denied.
    #[error("{0}: ask for that permission, or use another profile")]
    Denied(Unknown),
    /// No server answers.
    #[error("could not reach {endpoint}: check the network, the proxy, and AWS_ENDPOINT_URL")]
    Unreachable {
        /// The endpoint, without what may be secret in its URL.
        endpoint: String,
    },
    /// No region is set.
    #[error("no AWS region is set: give --region, set AWS_REGION, or set `regions` in harden.toml")]
    NoRegion,
    /// A name that cannot be a region.
    #[error("`{0}` is not an AWS region: write a code such as `us-east-2`, or `all`")]
    UnknownRegion(String),
    /// The policy names an account twice.
    #[error("the policy names the account {0} twice: give it once, with all its regions")]
    DuplicateAccount(String),
    /// The policy names another account than the one of the credentials.
    #[error(
        "the credentials are of the account {found}, the policy names {wanted} without a role: \
         give it a `role_arn`, or use a profile of {wanted}"
    )]
    OtherAccount {
        /// The policy's account.
        wanted: String,
        /// The account of the credentials.
        found: String,
    },
    /// The role of an account belongs to another account.
    #[error("the policy's role for the account {account} is not a role of it: {role}")]
    OtherRole {
        /// The policy's account.
        account: String,
        /// The role's ARN.
        role: String,
    },
    /// The run was cancelled first.
    #[error(transparent)]
    Cancelled(Unknown),
    /// Something else.
    #[error("could not find out who the credentials are: {0}")]
    Failed(Unknown),
}

impl ConnectError {
    /// Why the first call failed.
    pub(super) fn of<E>(
        error: &SdkError<E, HttpResponse>,
        config: &SdkConfig,
        profile: Option<&str>,
    ) -> Self
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        if let Some(credentials) = credentials_error(error) {
            return Self::of_credentials(credentials, profile);
        }
        let region = config.region().map_or("", AsRef::as_ref);
        let failed = failure(error, "sts:GetCallerIdentity", region);
        match (&failed.unknown.cause, error) {
            (_, SdkError::DispatchFailure(_) | SdkError::TimeoutError(_)) => Self::Unreachable {
                endpoint: endpoint(config),
            },
            (Cause::Credentials, _) => {
                let code = failed.code.unwrap_or_default();
                if code.starts_with("ExpiredToken") {
                    Self::ExpiredToken
                } else {
                    Self::InvalidCredentials {
                        code: one_line(&code, 60),
                    }
                }
            }
            (Cause::Denied, _) => Self::Denied(failed.unknown),
            _ => Self::Failed(failed.unknown),
        }
    }

    pub(super) fn of_credentials(error: &CredentialsError, profile: Option<&str>) -> Self {
        let none = matches!(error, CredentialsError::CredentialsNotLoaded(_));
        match profile {
            Some(name) if none => return Self::NoProfileCredentials(one_line(name, 60)),
            // the instance metadata service is tried last, so no other source has credentials
            None if none || chain(error).contains("IMDS") => return Self::NoCredentials,
            _ => {}
        }
        if let Some(unknown) = refused_role(error) {
            return Self::Denied(unknown);
        }
        let reason = chain(error);
        let lower = reason.to_ascii_lowercase();
        if lower.contains("expired") || (lower.contains("sso") && lower.contains("token")) {
            return Self::ExpiredToken;
        }
        Self::CredentialsFailed { reason }
    }
}

/// The denial of sts:AssumeRole, if that is why there are no credentials.
pub(super) fn refused_role(error: &(dyn Error + 'static)) -> Option<Unknown> {
    let refused: &SdkError<AssumeRoleError, HttpResponse> =
        causes(error).find_map(|e| e.downcast_ref())?;
    let unknown = failure(refused, "sts:AssumeRole", "").unknown;
    (unknown.cause == Cause::Denied).then_some(unknown)
}

/// The messages of an error and its causes. A credential program's own output ends it: it may hold
/// what the program was to give.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut words = Vec::new();
    for message in causes(error).map(ToString::to_string) {
        let printed = message.to_ascii_lowercase().find("stderr");
        words.push(one_line(
            message
                .get(..printed.unwrap_or(message.len()))
                .unwrap_or(""),
            200,
        ));
        if printed.is_some() {
            break;
        }
    }
    words.dedup();
    words.join(": ")
}

/// The endpoint that was tried: scheme, host and port of a configured one.
fn endpoint(config: &SdkConfig) -> String {
    let region = config.region().map_or("", AsRef::as_ref);
    let configured = config.endpoint_url().and_then(|url| {
        let (scheme, rest) = url.split_once("://")?;
        let authority = rest.split(['/', '?', '#']).next()?;
        let host = authority.rsplit('@').next()?;
        Some(format!("{scheme}://{}", one_line(host, 100)))
    });
    configured.unwrap_or_else(|| format!("AWS STS in {region}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_credential_program_printed_is_not_shown() {
        let error =
            CredentialsError::provider_error("external process exited with code 1. Stderr: s3cret");
        let text = ConnectError::of_credentials(&error, None).to_string();
        assert!(
            text.contains("exited with code 1") && !text.contains("s3cret"),
            "{text}"
        );
    }

    #[test]
    fn an_sso_session_that_is_over_says_to_log_in() {
        let error = CredentialsError::provider_error("the cached SSO token has expired");
        assert!(matches!(
            ConnectError::of_credentials(&error, None),
            ConnectError::ExpiredToken
        ));
    }

    #[test]
    fn an_endpoint_is_shown_without_what_may_be_secret() {
        let config = SdkConfig::builder()
            .endpoint_url("http://user:s3cret@127.0.0.1:5000/path?s3cret")
            .build();
        assert_eq!(endpoint(&config), "http://127.0.0.1:5000");
    }
}
