//! Rules of services that no policy can override, and the resource that AWS authorizes an action on.

use crate::arn::ArnParts;
use crate::pattern::{Token, of_real_arns, template};
use crate::request::Request;
use crate::table::{self, AccessLevel, known};

/// What the authorization table states about a request's action.
pub(super) struct Facts {
    action: String,
    /// The access level, and whether the action has resource types; `None` if the table does not
    /// list the action.
    known: Option<(AccessLevel, bool)>,
}

impl Facts {
    pub(super) fn of(request: &Request) -> Self {
        let action = request.action.to_ascii_lowercase();
        let known = action.split_once(':').and_then(|(prefix, name)| {
            let service = table::kept_service(prefix)?;
            let action = service.action(name)?;
            Some((action.level(), action.takes_resources()))
        });
        Self { action, known }
    }

    /// The resource that AWS authorizes the action on.
    ///
    /// An action without resource types is authorized on the literal text `*`, so only a statement on
    /// `*` allows it, whatever resource the request names. There are exceptions:
    /// `s3:ListAllMyBuckets` is authorized on `arn:aws:s3:::*`, CloudWatch Logs uses a log group
    /// without a name, and for some actions the messages of AWS name another resource
    /// ([`table::known::authorized_on`]).
    pub(super) fn target(&self, request: &Request) -> Target {
        match self.known {
            _ if self.action == "s3:listallmybuckets" => Target::One("arn:aws:s3:::*".to_owned()),
            Some((_, false))
                if known::authorized_on(&self.action).is_some_and(|arn| arn != "*") =>
            {
                Target::Pattern(template(known::authorized_on(&self.action).unwrap_or("*")))
            }
            Some((_, false)) if self.action.starts_with("logs:") => {
                Target::Pattern(template(known::LOGS_WITHOUT_GROUP))
            }
            Some((_, false)) => Target::One("*".to_owned()),
            _ => {
                let tokens = of_real_arns(&request.resource);
                if tokens.iter().any(|token| token.is_wildcard()) {
                    Target::Pattern(tokens)
                } else {
                    Target::One(request.resource.clone())
                }
            }
        }
    }

    /// Whether the action has no resource types.
    fn has_no_resource_types(&self) -> bool {
        matches!(self.known, Some((_, false)))
    }

    /// Whether AWS allows the action regardless of policies (AWS STS API Reference, GetCallerIdentity:
    /// "No permissions are required").
    pub(super) fn always_allowed(&self) -> bool {
        self.action == "sts:getcalleridentity"
    }

    /// Whether no policy can allow it.
    pub(super) fn never_allowed(&self, request: &Request) -> bool {
        let changes = self
            .known
            .is_some_and(|(level, _)| level > AccessLevel::Read);
        changes && belongs_to_aws(&self.action, &request.resource)
    }

    /// Whether the policy of the resource must allow every request: a role's trust policy, a KMS key
    /// policy (IAM User Guide, "Policy evaluation logic"; AWS KMS Developer Guide, "Key policies in AWS
    /// KMS"). An alias of a key has no policy, and neither has a call on `*`.
    pub(super) fn needs_resource_policy(&self, request: &Request) -> bool {
        match self.action.split_once(':') {
            Some(("sts", name)) => matches!(name, "assumerole" | "tagsession"),
            Some(("kms", _)) => {
                let alias = ArnParts::parse(&request.resource)
                    .is_some_and(|arn| arn.resource.starts_with("alias/"));
                !alias && !self.has_no_resource_types()
            }
            _ => false,
        }
    }
}

/// One resource, or a pattern of resources.
pub(super) enum Target {
    One(String),
    Pattern(Vec<Token>),
}

/// Whether only AWS can change the resource: AWS managed policies, roles that IAM Identity Center
/// creates, and aliases of AWS managed keys (IAM User Guide, "AWS managed policies"; IAM Identity Center
/// User Guide, "IAM roles created by IAM Identity Center"; AWS KMS API Reference, CreateAlias).
fn belongs_to_aws(action: &str, resource: &str) -> bool {
    let service = action.split(':').next().unwrap_or_default();
    ArnParts::parse(resource).is_some_and(|arn| match arn.service {
        "iam" => arn.account == "aws" || arn.resource.starts_with("role/aws-reserved/"),
        "kms" => arn.resource.starts_with("alias/aws/"),
        _ => false,
    } && arn.service == service)
}
