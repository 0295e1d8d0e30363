//! Facts that the Service Authorization Reference lacks, from other pages of AWS's documentation.

use super::keys::{KeyType, names};

const TEXT: KeyType = KeyType::Text { many: false };
const TEXTS: KeyType = KeyType::Text { many: true };
const ARN: KeyType = KeyType::Arn { many: false };
const BOOL: KeyType = KeyType::Bool { many: false };

/// IAM User Guide, "AWS global condition context keys": keys that requests of any service can
/// contain. `aws:RequestTag`, `aws:ResourceTag` and `aws:TagKeys` are not in this list: the
/// reference states for each action whether it supports them.
const GLOBAL_KEYS: &[(&str, KeyType)] = &[
    ("aws:AssumedRoot", BOOL),
    ("aws:CalledVia", TEXTS),
    ("aws:CalledViaAWSMCP", TEXT),
    ("aws:CalledViaFirst", TEXT),
    ("aws:CalledViaLast", TEXT),
    ("aws:ChatbotSourceArn", ARN),
    ("aws:CurrentTime", KeyType::Date),
    ("aws:Ec2InstanceSourceVpc", TEXT),
    ("aws:Ec2InstanceSourcePrivateIPv4", KeyType::Ip),
    ("aws:EpochTime", KeyType::Date),
    ("aws:FederatedProvider", TEXT),
    ("aws:IsMcpServiceAction", BOOL),
    ("aws:MultiFactorAuthAge", KeyType::Numeric),
    ("aws:MultiFactorAuthPresent", BOOL),
    ("aws:PrincipalAccount", TEXT),
    ("aws:PrincipalArn", ARN),
    ("aws:PrincipalIsAWSService", BOOL),
    ("aws:PrincipalOrgID", TEXT),
    ("aws:PrincipalOrgPaths", TEXTS),
    ("aws:PrincipalServiceName", TEXT),
    ("aws:PrincipalServiceNamesList", TEXTS),
    ("aws:PrincipalTag/${TagKey}", TEXT),
    ("aws:PrincipalType", TEXT),
    ("aws:Referer", TEXT),
    ("aws:RequestedRegion", TEXT),
    ("aws:ResourceAccount", TEXT),
    ("aws:ResourceOrgID", TEXT),
    ("aws:ResourceOrgPaths", TEXTS),
    ("aws:SecureTransport", BOOL),
    ("aws:SignInSessionArn", ARN),
    ("aws:SourceAccount", TEXT),
    ("aws:SourceArn", ARN),
    ("aws:SourceIdentity", TEXT),
    ("aws:SourceIp", KeyType::Ip),
    ("aws:SourceOrgID", TEXT),
    ("aws:SourceOrgPaths", TEXTS),
    ("aws:SourceOwner", TEXT),
    ("aws:SourceVpc", TEXT),
    ("aws:SourceVpcArn", ARN),
    ("aws:SourceVpce", TEXT),
    ("aws:TokenIssueTime", KeyType::Date),
    ("aws:UserAgent", TEXT),
    ("aws:userid", TEXT),
    ("aws:username", TEXT),
    ("aws:ViaAWSService", BOOL),
    ("aws:VpceAccount", TEXT),
    ("aws:VpceOrgID", TEXT),
    ("aws:VpceOrgPaths", TEXTS),
    ("aws:VpcSourceIp", KeyType::Ip),
    // Keys that credentials of a service add to requests of any service: Amazon EC2 User
    // Guide, "Instance metadata and user data"; AWS Lambda Developer Guide, "Working with Lambda
    // execution environment credentials"; AWS Glue Developer Guide, "Identity-based policies".
    ("ec2:RoleDelivery", KeyType::Numeric),
    ("ec2:SourceInstanceARN", ARN),
    ("glue:CredentialIssuingService", TEXT),
    ("glue:RoleAssumedBy", TEXT),
    ("lambda:SourceFunctionArn", ARN),
    ("ssm:SourceInstanceARN", ARN),
];

/// The type of a global condition key, which requests of any service can contain.
pub fn global_key(key: &str) -> Option<KeyType> {
    let mut all = GLOBAL_KEYS.iter();
    all.find(|(template, _)| names(template, key))
        .map(|(_, kind)| *kind)
}

/// The names of the global condition keys.
pub(crate) fn global_keys() -> impl Iterator<Item = &'static str> {
    GLOBAL_KEYS.iter().map(|(name, _)| *name)
}

/// IAM User Guide, "Available keys for AWS web identity federation": the keys of
/// `sts:AssumeRoleWithWebIdentity` for any OIDC provider, besides the documented claims of a provider.
const TOKEN_KEYS: &[&str] = &["aud", "sub", "amr", "azp", "oaud", "email", "id"];

/// Whether a key can be in the request of any action: a global key, or a claim of the token with which
/// the caller's session was created.
pub fn can_be_in_any_request(key: &str) -> bool {
    let of_saml = key
        .get(..5)
        .is_some_and(|start| start.eq_ignore_ascii_case("saml:"));
    global_key(key).is_some() || is_token_key(key) || of_saml
}

/// Whether a key is a claim of a web identity: the host or path of an issuer, a colon, and a claim that
/// STS accepts from every issuer. The reference lists these keys for some issuers only; for GitHub it
/// lacks even `aud` and `sub`.
pub fn is_token_key(key: &str) -> bool {
    key.rsplit_once(':').is_some_and(|(issuer, claim)| {
        let known = TOKEN_KEYS
            .iter()
            .any(|known| claim.eq_ignore_ascii_case(known));
        known && issuer.contains('.')
    })
}

/// Services that AWS has closed or renamed. A statement about them has no effect, but it is not an
/// error. AWS, "Product lifecycle", and AWS managed policies that still contain the prefixes.
const RETIRED: &[&str] = &[
    "builderid",
    "catalog",
    "codestar",
    "crowd",
    "deepcomposer",
    "deeplens",
    "deepracer",
    "elastic-inference",
    "evidently",
    "gamesparks",
    "iot1click",
    "iotevents",
    "iotroborunner",
    "iotthingsgraph",
    "macie",
    "mobilehub",
    "sagemaker-groundtruth-synthetic",
    "sumerian",
    "zocalo",
];

/// Whether the service with this prefix is retired.
pub fn is_retired(prefix: &str) -> bool {
    let lower = prefix.to_ascii_lowercase();
    RETIRED.contains(&lower.as_str()) || lower.starts_with("catalog-")
}

/// Whether a prefix continues the prefix of a known service with a hyphen, such as
/// `sagemaker-unified-studio-mcp`. It is no typing error, but a service that the table does not list.
pub fn extends_service(prefix: &str) -> bool {
    let lower = prefix.to_ascii_lowercase();
    let heads = lower.match_indices('-').map(|(at, _)| &lower[..at]);
    heads
        .into_iter()
        .any(|head| head.len() > 2 && super::services().any(|one| one == head))
}

/// Actions of existing services that AWS managed policies use (as of March 2026), but that no page of
/// the reference lists: they were withdrawn with an older generation of the service, or are not
/// published. It is not known whether they exist, so they are not reported as unknown. `budgets:CreateBudget` and
/// similar actions are not in this list: for those calls the reference has `budgets:ModifyBudget` and
/// `budgets:ViewBudget`.
const UNLISTED: &[&str] = &[
    "cloud9:ValidateEnvironmentName",
    "cloudhsm:CreateLunaClient",
    "cloudhsm:DeleteLunaClient",
    "cloudhsm:DescribeHapg",
    "cloudhsm:DescribeLunaClient",
    "cloudhsm:GetConfig",
    "cloudhsm:ModifyHapg",
    "cloudhsm:ModifyLunaClient",
    "memorydb:ReplicateMultiRegionClusterData",
    "organizations:CreateBuilderIdOwnedAccount",
    "payments:AcceptTermsAndConditionsForProgramByAccountId",
    "payments:BatchGetPaymentProfiles",
    "payments:CreatePaymentAttempt",
    "payments:CreatePaymentProfile",
    "payments:Get",
    "payments:GetAcceptedTermsAndConditionsForProgramByAccountId",
    "payments:GetAccountBalance",
    "payments:GetDefaultPaymentProfile",
    "payments:GetEligibleCurrencies",
    "payments:GetPaymentAttempt",
    "payments:GetPaymentPreferences",
    "payments:GetPreferredCurrency",
    "payments:GetRecommendedTermsAndConditionsForProgram",
    "payments:ListPaymentProfiles",
    "payments:SearchFinancialRecords",
    "payments:SetPreferredCurrency",
    "payments:UpdatePaymentProfile",
    "qapps:ImportDocumentToQApp",
    "qapps:ImportDocumentToQAppSession",
    "route53-recovery-control-config:DescribeRoutingControlByName",
    "securityagent:BatchGetAgentInstances",
    "securityagent:BatchGetSecurityTestContentMetadata",
    "securityagent:BatchGetTasks",
    "securityagent:CreateDocumentReview",
    "securityagent:DeleteDocumentReview",
    "securityagent:GetCodeReviewTask",
    "securityagent:GetDocReviewTask",
    "securityagent:GetDocumentReview",
    "securityagent:GetDocumentReviewArtifact",
    "securityagent:ListAgentInstances",
    "securityagent:ListControls",
    "securityagent:ListDocumentReviewComments",
    "securityagent:ListDocumentReviews",
    "securityagent:ListTasks",
    "securityagent:StartPentestExecution",
    "securityagent:StopPentestExecution",
];

/// Whether only AWS managed policies name an action.
pub fn is_unlisted(action: &str) -> bool {
    // The tools of AWS's MCP servers: managed policies name actions such as
    // `sagemaker-unified-studio-mcp:CallTool`, of which the reference lists few.
    if action.split_once(':').is_some_and(|(prefix, _)| {
        let end = prefix.len().checked_sub(4).and_then(|at| prefix.get(at..));
        end.is_some_and(|end| end.eq_ignore_ascii_case("-mcp"))
    }) {
        return true;
    }
    UNLISTED.iter().any(|one| one.eq_ignore_ascii_case(action))
}

/// The resource on which CloudWatch Logs authorizes actions without a log group: a group without a name.
/// Amazon CloudWatch Logs User Guide, "Logs sent to CloudWatch Logs", on the permissions for
/// `logs:DescribeLogGroups`, `logs:DescribeResourcePolicies` and `logs:PutResourcePolicy`, which
/// take `log-group:*` as their resource, though the reference says that they take none.
pub(crate) const LOGS_WITHOUT_GROUP: &str =
    "arn:${Partition}:logs:${Region}:${Account}:log-group::log-stream:";

/// What AWS authorizes actions on for which the reference lists no resource. The source is the message
/// with which AWS denies the call: `User: ... is not authorized to perform: ACTION on resource: ARN`.
const AUTHORIZED_ON: &[(&str, &str)] = &[
    (
        "acm:RequestCertificate",
        "arn:${Partition}:acm:${Region}:${Account}:certificate/*",
    ),
    (
        "cloudformation:ListStacks",
        "arn:${Partition}:cloudformation:${Region}:${Account}:stack/*/*",
    ),
    (
        "codepipeline:ListPipelines",
        "arn:${Partition}:codepipeline:${Region}:${Account}:*",
    ),
    (
        "cognito-identity:CreateIdentityPool",
        "arn:${Partition}:cognito-identity:${Region}:${Account}:identitypool/*",
    ),
    (
        "cognito-identity:ListIdentityPools",
        "arn:${Partition}:cognito-identity:${Region}:${Account}:identitypool/*",
    ),
    (
        "cognito-idp:CreateUserPool",
        "arn:${Partition}:cognito-idp:${Region}:${Account}:userpool/*",
    ),
    (
        "cognito-idp:ListUserPools",
        "arn:${Partition}:cognito-idp:${Region}:${Account}:userpool/*",
    ),
    (
        "dynamodb:ListTables",
        "arn:${Partition}:dynamodb:${Region}:${Account}:table/*",
    ),
    ("ecr:GetAuthorizationToken", "*"),
    ("ecs:DescribeTaskDefinition", "*"),
    ("ecs:ListTaskDefinitions", "*"),
    (
        "eks:CreateCluster",
        "arn:${Partition}:eks:${Region}:${Account}:cluster/*",
    ),
    (
        "eks:ListClusters",
        "arn:${Partition}:eks:${Region}:${Account}:cluster/*",
    ),
    ("elasticmapreduce:ListClusters", "*"),
    (
        "elasticmapreduce:RunJobFlow",
        "arn:${Partition}:elasticmapreduce:${Region}:${Account}:cluster/*",
    ),
    ("iam:ListGroups", "arn:${Partition}:iam::${Account}:group/*"),
    (
        "iam:ListInstanceProfiles",
        "arn:${Partition}:iam::${Account}:instance-profile/*",
    ),
    ("iam:ListRoles", "arn:${Partition}:iam::${Account}:role/*"),
    ("iam:ListUsers", "arn:${Partition}:iam::${Account}:user/*"),
    ("kms:CreateKey", "*"),
    ("lambda:ListFunctions", "*"),
    (
        "ssm:DescribeInstanceInformation",
        "arn:${Partition}:ssm:${Region}:${Account}:*",
    ),
    (
        "ssm:DescribeParameters",
        "arn:${Partition}:ssm:${Region}:${Account}:*",
    ),
    (
        "ssm:GetCommandInvocation",
        "arn:${Partition}:ssm:${Region}:${Account}:*",
    ),
    (
        "ssm:ListCommandInvocations",
        "arn:${Partition}:ssm:${Region}:${Account}:*",
    ),
    (
        "ssm:ListCommands",
        "arn:${Partition}:ssm:${Region}:${Account}:*",
    ),
    (
        "ssmmessages:OpenDataChannel",
        "arn:${Partition}:ssm:${Region}:${Account}:session/*",
    ),
];

/// What AWS authorizes an action on, as its messages state it: `*`, or the format of an ARN. `None` if the
/// reference lists the action's resources, or if neither states it.
pub fn authorized_on(action: &str) -> Option<&'static str> {
    let mut all = AUTHORIZED_ON.iter();
    all.find(|(name, _)| name.eq_ignore_ascii_case(action))
        .map(|(_, arn)| *arn)
}

/// Resources that actions are also authorized on, besides those of the reference. AWS CloudFormation User
/// Guide, "Controlling access with IAM" (a change set of a template with a transform is authorized on the
/// transform too).
const OTHER_FORMS: &[(&str, &str)] = &[
    (
        "cloudformation:CreateChangeSet",
        "arn:${Partition}:cloudformation:${Region}:aws:transform/*",
    ),
    (
        "cloudformation:CreateChangeSet",
        "arn:${Partition}:cloudformation:${Region}:${Account}:transform/*",
    ),
    (
        "cloudformation:CreateStack",
        "arn:${Partition}:cloudformation:${Region}:aws:transform/*",
    ),
    (
        "cloudformation:UpdateStack",
        "arn:${Partition}:cloudformation:${Region}:aws:transform/*",
    ),
    (
        "cloudformation:CreateStackSet",
        "arn:${Partition}:cloudformation:${Region}:aws:transform/*",
    ),
    (
        "cloudformation:UpdateStackSet",
        "arn:${Partition}:cloudformation:${Region}:aws:transform/*",
    ),
];

/// The formats of other ARNs that an action is also authorized on.
pub(crate) fn other_forms(action: &str) -> impl Iterator<Item = &'static str> {
    let own = OTHER_FORMS
        .iter()
        .filter(move |(name, _)| name.eq_ignore_ascii_case(action));
    own.map(|(_, arn)| *arn)
}

/// Resources that AWS owns and shares with every account, so that their ARNs have no account. The first
/// text is the service, the second begins the resource. AWS Systems Manager User Guide, "AWS managed
/// documents" and "public parameters"; Amazon EC2 User Guide, "Shared AMIs" and "snapshots"; AWS Elastic
/// Beanstalk Developer Guide, "Amazon resource name format".
const OWNED_BY_AWS: &[(&str, &str)] = &[
    ("ec2", "image/"),
    ("ec2", "snapshot/"),
    ("ec2", "prefix-list/"),
    ("elasticbeanstalk", "platform/"),
    ("elasticbeanstalk", "solutionstack/"),
    ("imagebuilder", ""),
    ("rds", "pg:"),
    ("ssm", "automation-definition/"),
    ("ssm", "document/"),
    ("ssm", "parameter/"),
    ("ssm", "patchbaseline/"),
];

/// Whether an ARN without an account can be that of a resource which AWS owns, of a type with this format.
pub(crate) fn is_owned_by_aws(arn: &str, format: &str) -> bool {
    let mut parts = format.splitn(6, ':').skip(2);
    let service = parts.next().unwrap_or_default();
    let resource = parts.nth(2).unwrap_or_default();
    let written = arn.split(':').nth(4).unwrap_or("*");
    written.is_empty()
        && OWNED_BY_AWS
            .iter()
            .any(|(name, begins)| *name == service && resource.starts_with(begins))
}

/// Actions that only `*` allows for most callers, though the reference lists an optional resource type:
/// metrics outside a data set have no ARN.
pub(crate) fn needs_every_resource(action: &str) -> bool {
    action.eq_ignore_ascii_case("cloudwatch:PutMetricData")
}

/// Actions that give what is behind a resource: a role's permissions, a secret, encrypted data.
const SENSITIVE: &[&str] = &[
    "iam:PassRole",
    "kms:Decrypt",
    "secretsmanager:BatchGetSecretValue",
    "secretsmanager:GetSecretValue",
    "ssm:GetParameter",
    "ssm:GetParameters",
    "ssm:GetParametersByPath",
    "sts:AssumeRole",
];

/// Whether an action gives what is behind its resource.
pub(crate) fn is_sensitive(action: &str) -> bool {
    SENSITIVE.iter().any(|one| one.eq_ignore_ascii_case(action))
}
