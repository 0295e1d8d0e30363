//! The arguments of `iam`.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use harden_core::Severity;

use super::{ListFormat, Output};

/// `iam`.
#[derive(Debug, clap::Args)]
pub(crate) struct IamArgs {
    #[command(subcommand)]
    pub(crate) command: IamCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum IamCommand {
    /// Say what is wrong with policies: what they grant in vain, what is too broad, what a
    /// deployment lacks.
    ///
    /// Each action is judged by itself, against the actions, resources and condition keys that AWS
    /// documents. A policy that looks like that of a deployment (to ECS, ECR, Lambda, or S3 with
    /// CloudFront) is also played through against the calls that such a deployment makes. Each is
    /// taken to be all that its role may do; with --role, all of them together are.
    #[command(after_help = LINT_EXAMPLES)]
    Lint(LintArgs),
    /// Say who can assume a role with a token of GitHub Actions.
    ///
    /// The grade is the widest set of subjects that a statement lets in, from narrow to wide:
    /// nobody, exact (one environment, branch or tag), workflow, pull-requests, repository,
    /// organization, other-organizations, anybody; or unknown.
    #[command(after_help = TRUST_EXAMPLES)]
    Trust(TrustArgs),
    /// Say whether policies allow a call, and by which statement.
    ///
    /// Policies without a Principal are the caller's, one with it is the resource's, in the same
    /// account. Condition keys that are not given are not in the request.
    #[command(after_help = CAN_EXAMPLES)]
    Can(CanArgs),
}

pub(super) const EXAMPLES: &str = "\
Examples:
  harden-cli iam lint deploy.json trust.json
  harden-cli iam trust trust.json
  harden-cli iam can deploy.json --action ecs:UpdateService --resource '*'";

const LINT_EXAMPLES: &str = "\
Examples:
  harden-cli iam lint deploy.json
  harden-cli iam lint deploy.json trust.json --output sarif=iam.sarif
  harden-cli iam lint --role push.json deploy.json trust.json
  harden-cli iam lint policies/push.json --deployment none --fail-on error
  aws iam get-role-policy --role-name deploy --policy-name push | harden-cli iam lint -

A FILE is a policy, or what the AWS CLI prints of one: get-role, get-role-policy,
get-policy-version, get-account-authorization-details, get-bucket-policy.

Exit codes: 0 nothing, or advice only; 1 something is wrong; 2 could not run; 3 nothing is wrong,
but something could not be told.";

const TRUST_EXAMPLES: &str = "\
Examples:
  harden-cli iam trust trust.json
  harden-cli iam trust trust.json --claims claims.json --format json
  aws iam get-role --role-name deploy | harden-cli iam trust -

The claims of a token are the JSON between its two dots:
  {\"sub\": \"repo:acme/shop:environment:production\", \"aud\": \"sts.amazonaws.com\"}

Exit codes: 0 no finding, and the token is let in where one is given; 1 a finding, or the token is
not let in; 2 could not run; 3 it could not be told.";

const CAN_EXAMPLES: &str = "\
Examples:
  harden-cli iam can deploy.json --action ecr:GetAuthorizationToken --resource '*'
  harden-cli iam can role.json bucket.json --action s3:GetObject --resource arn:aws:s3:::site/a
  harden-cli iam can a.json --action s3:ListBucket --resource '*' --context keys.json

The context is a JSON object of condition keys, each with a value or a list:
  {\"aws:SourceIp\": \"203.0.113.7\", \"ecs:cluster\": \"arn:aws:ecs:...\"}

Exit codes: 0 allowed; 1 denied, implicitly or explicitly; 2 could not run; 3 it rests on something
that AWS does not document.";

/// A format of the findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum IamFormat {
    /// For a terminal, with the lines that are at fault.
    Text,
    /// For programs; described by docs/schema/iam-lint-1.schema.json and iam-trust-1.schema.json.
    Json,
    /// For GitHub code scanning.
    Sarif,
}

/// What is judged, and how it is told.
#[derive(Debug, clap::Args)]
pub(crate) struct JudgeArgs {
    /// Policies, or answers of the AWS CLI that hold some; `-` for standard input.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// The format on standard output.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = IamFormat::Text)]
    pub(crate) format: IamFormat,
    /// Another format into a file, `sarif=iam.sarif`; may be repeated.
    #[arg(long, value_name = "FORMAT=PATH")]
    pub(crate) output: Vec<Output<IamFormat>>,
    /// The least weight of a finding that counts for the exit code.
    #[arg(long, value_name = "WEIGHT", value_enum, default_value_t = Weight::Warning)]
    pub(crate) fail_on: Weight,
}

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Weight {
    /// Advice too.
    Note,
    /// What is broader than it need be.
    Warning,
    /// What does not do what it says, or lets in who is not meant.
    Error,
}

impl Weight {
    pub(crate) const fn severity(self) -> Severity {
        match self {
            Self::Note => Severity::Info,
            Self::Warning => Severity::Medium,
            Self::Error => Severity::High,
        }
    }
}

/// `iam lint`.
#[derive(Debug, clap::Args)]
pub(crate) struct LintArgs {
    #[command(flatten)]
    pub(crate) judge: JudgeArgs,
    /// The policies are those of one role: judge together what they grant. A trust policy may be
    /// among them.
    #[arg(long)]
    pub(crate) role: bool,
    /// The deployment that the policies are for, or `none`; may be repeated [default: by what they
    /// name].
    #[arg(long, value_name = "KIND", value_delimiter = ',', value_parser = deployment())]
    pub(crate) deployment: Vec<String>,
}

/// The kinds are listed in the help.
fn deployment() -> clap::builder::PossibleValuesParser {
    let kinds = harden_iam::deployment::Deployment::ALL.iter();
    let names = kinds.map(|kind| kind.as_str()).chain([NO_DEPLOYMENT]);
    clap::builder::PossibleValuesParser::new(names)
}

/// The policy is for no deployment.
pub(crate) const NO_DEPLOYMENT: &str = "none";

/// `iam trust`.
#[derive(Debug, clap::Args)]
pub(crate) struct TrustArgs {
    #[command(flatten)]
    pub(crate) judge: JudgeArgs,
    /// The claims of a token, to be told whether it is let in; `-` for standard input.
    #[arg(long, value_name = "FILE")]
    pub(crate) claims: Option<PathBuf>,
}

/// `iam can`.
#[derive(Debug, clap::Args)]
pub(crate) struct CanArgs {
    /// Policies, or answers of the AWS CLI that hold some; `-` for standard input.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// The action: `s3:GetObject`.
    #[arg(long, value_name = "ACTION", value_parser = action)]
    pub(crate) action: String,
    /// What it is done to: an ARN, or `*` for an action that takes no resource. With a `*` in it,
    /// the question is whether some of what fits may be reached.
    #[arg(long, value_name = "ARN", value_parser = resource)]
    pub(crate) resource: String,
    /// The condition keys of the request, as a JSON object; `-` for standard input.
    #[arg(long, value_name = "FILE")]
    pub(crate) context: Option<PathBuf>,
    /// The format.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
}

fn action(text: &str) -> Result<String, String> {
    let form = "write one action as SERVICE:NAME, s3:GetObject";
    let (service, name) = text.split_once(':').ok_or(form)?;
    let plain = |part: &str| {
        let letters = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        !part.is_empty() && part.bytes().all(letters)
    };
    if plain(service) && plain(name) {
        Ok(text.to_owned())
    } else {
        Err(form.to_owned())
    }
}

fn resource(text: &str) -> Result<String, String> {
    let parts = text.splitn(6, ':').count();
    if text == "*" || (text.starts_with("arn:") && parts == 6) {
        Ok(text.to_owned())
    } else {
        Err("write it as an ARN, arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE, or `*`".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_about_one_action_and_a_resource() {
        assert!(action("s3:GetObject").is_ok() && action("execute-api:Invoke").is_ok());
        for text in ["s3", "s3:*", "s3:", ":Get", "s3:Get Object", "*"] {
            assert!(action(text).is_err(), "{text}");
        }
        assert!(resource("*").is_ok() && resource("arn:aws:s3:::site").is_ok());
        for text in ["", "site", "arn:aws:s3", "s3://site"] {
            assert!(resource(text).is_err(), "{text}");
        }
    }
}
