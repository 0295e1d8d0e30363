use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::error::ErrorMetadata;

use super::*;

fn answer(code: &str, message: &str, status: u16) -> SdkError<Answered, HttpResponse> {
    let response = HttpResponse::new(StatusCode::try_from(status).unwrap(), SdkBody::empty());
    let mut meta = ErrorMetadata::builder().message(message);
    if !code.is_empty() {
        meta = meta.code(code);
    }
    SdkError::service_error(Answered(meta.build()), response)
}

#[derive(Debug)]
struct Answered(ErrorMetadata);

impl std::fmt::Display for Answered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for Answered {}

impl ProvideErrorMetadata for Answered {
    fn meta(&self) -> &ErrorMetadata {
        &self.0
    }
}

const OPERATION: &str = "rds:DescribeDBInstances";

fn told(code: &str, message: &str, status: u16) -> Unknown {
    failure(&answer(code, message, status), OPERATION, "us-east-2").unknown
}

#[test]
fn a_denial_names_the_action_and_who_denied() {
    let user =
        "User: arn:aws:sts::392853978631:assumed-role/audit/x is not authorized to perform: ";
    for (end, action, by) in [
        (
            "rds:DescribeDBInstances on resource: arn:aws:rds:us-east-2:392853978631:db:* because \
             no identity-based policy allows the rds:DescribeDBInstances action",
            OPERATION,
            DeniedBy::Iam,
        ),
        (
            "rds:ListTagsForResource with an explicit deny in a service control policy",
            "rds:ListTagsForResource",
            DeniedBy::Scp,
        ),
        (
            "rds:DescribeDBInstances because no permissions boundary allows the action",
            OPERATION,
            DeniedBy::PermissionsBoundary,
        ),
        (
            "rds:DescribeDBInstances because no session policy allows the action",
            OPERATION,
            DeniedBy::SessionPolicy,
        ),
        (
            "rds:DescribeDBInstances because no resource-based policy allows the action",
            OPERATION,
            DeniedBy::ResourcePolicy,
        ),
        // not an action: the declared permission stays
        ("\u{1b}[31mrds on it", OPERATION, DeniedBy::Unstated),
        ("rds:Describe\u{7}Instances", OPERATION, DeniedBy::Unstated),
    ] {
        let unknown = told("AccessDenied", &format!("{user}{end}"), 403);
        assert_eq!(unknown, Unknown::denied(by, action.to_owned()), "{end}");
    }
}

#[test]
fn nothing_of_the_message_is_kept() {
    let message = "not authorized. Encoded authorization failure message: s3cret";
    for code in ["UnauthorizedOperation", "Weird", "Throttling", ""] {
        let unknown = told(code, message, 403);
        assert!(!format!("{unknown:?}").contains("s3cret"), "{unknown:?}");
    }
}

#[test]
fn codes_have_causes_and_every_failure_an_action() {
    for (code, status, cause) in [
        ("AuthorizationError", 403, Cause::Denied),
        ("", 403, Cause::Denied),
        ("ThrottlingException", 400, Cause::Throttled),
        ("", 429, Cause::Throttled),
        ("ExpiredToken", 403, Cause::Credentials),
        ("UnrecognizedClientException", 400, Cause::Credentials),
        ("SubscriptionRequiredException", 400, Cause::Plan),
        ("InternalFailure", 500, Cause::Failed),
        ("", 502, Cause::Failed),
    ] {
        let unknown = told(code, "", status);
        assert_eq!(unknown.cause, cause, "{code} {status}");
        assert_eq!(unknown.action.as_deref(), Some(OPERATION));
    }
    assert_eq!(
        told("InternalFailure", "x", 500).to_string(),
        "rds:DescribeDBInstances answered InternalFailure"
    );
}

#[test]
fn reads_of_budgets_need_the_permission_that_iam_knows() {
    let error = answer("AccessDeniedException", "no", 400);
    let unknown = failure(
        &error,
        "budgets:DescribeNotificationsForBudget",
        "us-east-1",
    )
    .unknown;
    assert_eq!(unknown.action.as_deref(), Some("budgets:ViewBudget"));
}

#[test]
fn what_was_not_reached_says_where() {
    let error: SdkError<Answered, HttpResponse> = SdkError::timeout_error("slow");
    let told = failure(&error, OPERATION, "us-east-2");
    assert_eq!(
        told.unknown.message,
        "rds in us-east-2 did not answer in time"
    );
    assert_eq!(told.unknown.action.as_deref(), Some(OPERATION));
    assert!(told.code.is_none());
}

#[test]
fn credentials_that_could_not_be_loaded_are_told_apart() {
    let error: SdkError<Answered, HttpResponse> =
        SdkError::construction_failure(CredentialsError::not_loaded("s3cret"));
    let told = failure(&error, OPERATION, "us-east-2").unknown;
    assert_eq!(told.cause, Cause::Credentials);
    assert!(!format!("{told:?}").contains("s3cret"));
}
