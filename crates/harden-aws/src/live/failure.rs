//! Why a call failed, in the words of a report.
//!
//! Of the service's answer only the error code is kept and, of a denial, the action and the kind of
//! policy: the message can contain an encoded authorization context, and names of other people's
//! resources.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use harden_core::{Cause, DeniedBy, Unknown, one_line};

use super::whole::NotWhole;

/// A call that failed.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    /// The service's error code, where it answered.
    pub(super) code: Option<Box<str>>,
    /// What a report says. Always names an action.
    pub(super) unknown: Unknown,
}

impl Failure {
    /// Whether the service answered with this code.
    pub(super) fn is(&self, code: &str) -> bool {
        self.code.as_deref() == Some(code)
    }
}

impl From<Failure> for Unknown {
    fn from(failure: Failure) -> Self {
        failure.unknown
    }
}

/// What the service answered.
struct Answer<'a> {
    code: &'a str,
    message: &'a str,
    status: u16,
}

const DENIED: &[&str] = &[
    "AccessDenied",
    "AccessDeniedException",
    "AuthorizationError",
    "AuthorizationErrorException",
    "NotAuthorized",
    "NotAuthorizedException",
    "UnauthorizedException",
    "UnauthorizedOperation",
];

const THROTTLED: &[&str] = &[
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
];

const EXPIRED: &[&str] = &["ExpiredToken", "ExpiredTokenException", "RequestExpired"];

const NOT_ACCEPTED: &[&str] = &[
    "AuthFailure",
    "IncompleteSignature",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
];

const PLAN: &[&str] = &[
    "OptInRequired",
    "OptInRequiredException",
    "SubscriptionRequiredException",
];

/// The permission that an operation needs. IAM knows the reads of budgets by one name, and some of
/// S3 by others.
pub(super) fn permission_of(operation: &'static str) -> &'static str {
    match operation {
        "budgets:DescribeBudgets"
        | "budgets:DescribeNotificationsForBudget"
        | "budgets:DescribeSubscribersForNotification" => "budgets:ViewBudget",
        "s3:GetBucketLifecycleConfiguration" => "s3:GetLifecycleConfiguration",
        "s3:ListBuckets" => "s3:ListAllMyBuckets",
        other => other,
    }
}

/// The failure of a call of an operation in a region.
pub(super) fn failure<E>(
    error: &SdkError<E, HttpResponse>,
    operation: &'static str,
    region: &str,
) -> Failure
where
    E: ProvideErrorMetadata + Error + 'static,
{
    if let Some(service) = error.as_service_error() {
        let status = error.raw_response().map_or(0, |r| r.status().as_u16());
        let answer = Answer {
            code: service.code().unwrap_or_default(),
            message: service.message().unwrap_or_default(),
            status,
        };
        return Failure {
            code: service.code().map(Box::from),
            unknown: answered(&answer, operation, region),
        };
    }
    let unknown = if credentials_error(error).is_some() {
        Unknown::new(Cause::Credentials, "the credentials could not be loaded")
    } else {
        not_answered(error, operation, region)
    };
    Failure {
        code: None,
        unknown: unknown.during(permission_of(operation)),
    }
}

fn answered(answer: &Answer<'_>, operation: &'static str, region: &str) -> Unknown {
    let permission = permission_of(operation);
    let code = one_line(answer.code, 60);
    let shown = at(operation, region);
    let is = |codes: &[&str]| codes.contains(&answer.code);
    // a gateway may deny in a format that the service's protocol does not know
    if is(DENIED) || (answer.code.is_empty() && answer.status == 403) {
        let by = denied_by(answer.message);
        return match denied_action(answer.message) {
            Some(action) => Unknown::denied(by, action),
            None => Unknown::denied(by, permission),
        };
    }
    if is(THROTTLED) || answer.status == 429 {
        Unknown::new(
            Cause::Throttled,
            format!("{shown} asked to slow down on every attempt"),
        )
    } else if is(EXPIRED) {
        Unknown::new(
            Cause::Credentials,
            format!("the credentials expired ({shown} answered {code})"),
        )
    } else if is(NOT_ACCEPTED) {
        // a region that the account has not enabled answers like this too
        Unknown::new(
            Cause::Credentials,
            format!(
                "{shown} did not accept the credentials ({code}): is the region enabled in the \
                 account?"
            ),
        )
    } else if is(PLAN) {
        Unknown::new(
            Cause::Plan,
            format!("{shown} is not open to this account ({code})"),
        )
    } else if code.is_empty() {
        Unknown::new(
            Cause::Failed,
            format!("{operation} answered HTTP {}", answer.status),
        )
    } else {
        Unknown::new(Cause::Failed, format!("{operation} answered {code}"))
    }
    .during(permission)
}

fn not_answered<E>(
    error: &SdkError<E, HttpResponse>,
    operation: &'static str,
    region: &str,
) -> Unknown
where
    E: Error + 'static,
{
    let shown = at(operation, region);
    if let Some(why) = causes(error).find_map(|e| e.downcast_ref::<NotWhole>()) {
        let message = format!("the answer to {operation} {why}");
        return Unknown::new(Cause::Failed, message);
    }
    let message = match error {
        SdkError::TimeoutError(_) => format!("{shown} did not answer in time"),
        SdkError::DispatchFailure(_) => format!("could not reach {shown}"),
        SdkError::ResponseError(_) => {
            format!("{operation} gave an answer that could not be read")
        }
        _ => format!("{operation} could not be asked for in {region}"),
    };
    Unknown::new(Cause::Failed, message)
}

/// `rds in us-east-2`.
fn at(operation: &str, region: &str) -> String {
    let service = operation.split(':').next().unwrap_or(operation);
    format!("{service} in {region}")
}

/// The action in "… is not authorized to perform: rds:DescribeDBInstances on resource …".
fn denied_action(message: &str) -> Option<String> {
    let (_, rest) = message.split_once("not authorized to perform: ")?;
    let action = rest
        .split(|c: char| c.is_whitespace() || c == ',')
        .next()?
        .trim_end_matches('.');
    let (service, name) = action.split_once(':')?;
    let named = |part: &str, allowed: fn(char) -> bool| {
        !part.is_empty() && part.len() <= 64 && part.chars().all(allowed)
    };
    (named(service, |c| {
        c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'
    }) && named(name, |c| c.is_ascii_alphanumeric() || c == '*'))
    .then(|| action.to_owned())
}

/// Who denied it: "… with an explicit deny in a service control policy", "because no session
/// policy allows …".
fn denied_by(message: &str) -> DeniedBy {
    [
        ("service control policy", DeniedBy::Scp),
        ("permissions boundary", DeniedBy::PermissionsBoundary),
        ("session policy", DeniedBy::SessionPolicy),
        ("resource-based policy", DeniedBy::ResourcePolicy),
        ("resource policy", DeniedBy::ResourcePolicy),
        ("identity-based policy", DeniedBy::Iam),
    ]
    .into_iter()
    .find(|(words, _)| message.contains(words))
    .map_or(DeniedBy::Unstated, |(_, by)| by)
}

/// The error of loading credentials, if that is what failed.
pub(super) fn credentials_error<'a>(
    error: &'a (dyn Error + 'static),
) -> Option<&'a CredentialsError> {
    causes(error).find_map(|e| e.downcast_ref())
}

/// The chain of an error's causes, itself first.
pub(super) fn causes<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |e: &&'a (dyn Error + 'static)| (*e).source())
}

#[cfg(test)]
#[path = "failure_tests.rs"]
mod tests;
