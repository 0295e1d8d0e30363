//! Rules of services that no policy can change, and what an action is authorized on.

use crate::arn::ArnParts;
use crate::pattern::{Token, of_real_arns, template};
use crate::request::Request;
use crate::table::{self, AccessLevel, known};

/// What the authorization table says of a request's action.
pub(super) struct Facts {
    action: String,
    /// Nothing for an action that the table does not have.
    known: Option<(AccessLevel, bool)>,
}

impl Facts {
    pub(super) fn of(request: &Request) -> Self {
        let action = request.action.to_ascii_lowercase();
        let known = action.split_once(':').and_then(|(prefix, name)| {
            let service = table::service(prefix)?;
            let action = service.action(name)?;
            Some((action.level(), action.takes_resources()))
        });
        Self { action, known }
    }

    /// What the action is authorized on. One that takes no resource is authorized on `*`, whatever
    /// it is called on: only a statement about `*` speaks to it, in which the star is the text
    /// itself. Amazon S3 takes `arn:aws:s3:::*` as well, CloudWatch Logs a group without a name.
    pub(super) fn target(&self, request: &Request) -> Target {
        match self.known {
            _ if self.action == "s3:listallmybuckets" => Target::One("arn:aws:s3:::*".to_owned()),
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

    /// Whether it takes no resource.
    fn unlimited(&self) -> bool {
        matches!(self.known, Some((_, false)))
    }

    /// Whether it is allowed whatever policies say (AWS STS API Reference, GetCallerIdentity: "No
    /// permissions are required").
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

    /// Whether the policy of the resource must take part in every grant: a role's trust policy, a
    /// key's policy (IAM User Guide, "Policy evaluation logic"; AWS KMS Developer Guide, "Key
    /// policies in AWS KMS"). An alias of a key has none, and no more has what is called on `*`.
    pub(super) fn needs_resource_policy(&self, request: &Request) -> bool {
        match self.action.split_once(':') {
            Some(("sts", name)) => matches!(name, "assumerole" | "tagsession"),
            Some(("kms", _)) => {
                let alias = ArnParts::parse(&request.resource)
                    .is_some_and(|arn| arn.resource.starts_with("alias/"));
                !alias && !self.unlimited()
            }
            _ => false,
        }
    }
}

/// One resource, or a pattern of them.
pub(super) enum Target {
    One(String),
    Pattern(Vec<Token>),
}

/// AWS managed policies, roles that IAM Identity Center keeps, and aliases of AWS managed keys (IAM
/// User Guide, "AWS managed policies"; IAM Identity Center User Guide, "IAM roles created by IAM
/// Identity Center"; AWS KMS API Reference, CreateAlias): nobody else can change these.
fn belongs_to_aws(action: &str, resource: &str) -> bool {
    let service = action.split(':').next().unwrap_or_default();
    ArnParts::parse(resource).is_some_and(|arn| match arn.service {
        "iam" => arn.account == "aws" || arn.resource.starts_with("role/aws-reserved/"),
        "kms" => arn.resource.starts_with("alias/aws/"),
        _ => false,
    } && arn.service == service)
}
