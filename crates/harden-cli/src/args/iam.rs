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
    /// Find errors in policies: statements without effect or too broad, and missing permissions.
    ///
    /// Each action is compared with the actions, resources and condition keys that AWS documents. A
    /// policy that looks like the policy of a deployment (to ECS, ECR, Lambda, or S3 with CloudFront)
    /// is also compared with the calls that such a deployment makes. Each policy is taken to be the
    /// only policy of its role; with --role, all policies together are.
    #[command(after_help = LINT_EXAMPLES)]
    Lint(LintArgs),
    /// Find out who can assume a role with a GitHub Actions token.
    ///
    /// The grade is the widest set of subjects that a statement accepts, from narrow to wide:
    /// nobody, exact (one environment, branch or tag), workflow, pull-requests, repository,
    /// organization, other-organizations, anybody; or unknown.
    #[command(after_help = TRUST_EXAMPLES)]
    Trust(TrustArgs),
    /// Find out whether policies allow a call, and which statement decides.
    ///
    /// Policies without a Principal are the caller's. The policy with a Principal is the resource's,
    /// in the same account. Condition keys that are not given are not in the request.
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

A FILE is a policy, or the output of an AWS CLI command: get-role, get-role-policy,
get-policy-version, get-account-authorization-details, get-bucket-policy.

Exit codes: 0 no findings, or only notes; 1 findings; 2 could not run; 3 no findings, but something
could not be determined.";

const TRUST_EXAMPLES: &str = "\
Examples:
  harden-cli iam trust trust.json
  harden-cli iam trust trust.json --claims claims.json --format json
  aws iam get-role --role-name deploy | harden-cli iam trust -

The claims of a token are the JSON between its two dots:
  {\"sub\": \"repo:acme/shop:environment:production\", \"aud\": \"sts.amazonaws.com\"}

Exit codes: 0 no findings, and the token is accepted if one is given; 1 findings, or the token is not
accepted; 2 could not run; 3 it could not be determined.";

const CAN_EXAMPLES: &str = "\
Examples:
  harden-cli iam can deploy.json --action ecr:GetAuthorizationToken --resource '*'
  harden-cli iam can role.json bucket.json --action s3:GetObject --resource arn:aws:s3:::site/a
  harden-cli iam can a.json --action s3:ListBucket --resource '*' --context keys.json

The context is a JSON object of condition keys, each with a value or a list:
  {\"aws:SourceIp\": \"203.0.113.7\", \"ecs:cluster\": \"arn:aws:ecs:...\"}

Exit codes: 0 allowed; 1 denied, implicitly or explicitly; 2 could not run; 3 it depends on something
that was not given, or that AWS does not document.";

/// A format of the findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum IamFormat {
    /// For a terminal, with the lines that the findings are about.
    Text,
    /// For programs; described by docs/schema/iam-lint-1.schema.json and iam-trust-1.schema.json.
    Json,
    /// For GitHub code scanning.
    Sarif,
}

/// The files to check, and the output.
#[derive(Debug, clap::Args)]
pub(crate) struct JudgeArgs {
    /// Policies, or files that contain policies: output of the AWS CLI, CloudFormation templates,
    /// `terraform show -json`; `-` for standard input. `lint` also takes folders.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// The format on standard output.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = IamFormat::Text)]
    pub(crate) format: IamFormat,
    /// Also write a format to a file, for example `sarif=iam.sarif`; can be repeated.
    #[arg(long, value_name = "FORMAT=PATH")]
    pub(crate) output: Vec<Output<IamFormat>>,
    /// The lowest level of findings that sets the exit code.
    #[arg(long, value_name = "WEIGHT", value_enum, default_value_t = Weight::Warning)]
    pub(crate) fail_on: Weight,
}

/// The level of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Weight {
    /// Also advice.
    Note,
    /// Statements that are broader than necessary.
    Warning,
    /// Statements that have no effect, or that grant unintended access.
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
    /// The policies belong to one role: check together what they grant. A trust policy can be among
    /// them. Policies of which the file states the role stay with their role.
    #[arg(long)]
    pub(crate) role: bool,
    /// The type of the policies [default: recognized by their elements].
    #[arg(long, value_name = "KIND", value_parser = policy_type())]
    pub(crate) kind: Option<String>,
    /// A permissions boundary of the role; can be repeated.
    #[arg(long, value_name = "FILE")]
    pub(crate) boundary: Vec<PathBuf>,
    /// A service control policy that applies to the role's account; can be repeated.
    #[arg(long, value_name = "FILE")]
    pub(crate) scp: Vec<PathBuf>,
    /// Report only these rules; can be repeated.
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = rule())]
    pub(crate) select: Vec<String>,
    /// Do not report these rules; can be repeated.
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = rule())]
    pub(crate) ignore: Vec<String>,
    /// Findings that are accepted: a file with a table `[[ignore]]` for each, with a `reason`.
    #[arg(long, value_name = "FILE")]
    pub(crate) ignore_file: Option<PathBuf>,
    /// The deployment that the policies are for, or `none`; can be repeated [default: inferred from
    /// their actions].
    #[arg(long, value_name = "KIND", value_delimiter = ',', value_parser = deployment())]
    pub(crate) deployment: Vec<String>,
}

/// The help lists the types.
fn policy_type() -> clap::builder::PossibleValuesParser {
    let types = harden_iam::lint::PolicyType::ALL.iter();
    clap::builder::PossibleValuesParser::new(types.map(|kind| kind.as_str()))
}

/// An unknown rule is an error; the help does not list all rules.
fn rule() -> clap::builder::PossibleValuesParser {
    use clap::builder::PossibleValue;
    let rules = harden_iam::lint::Rule::ALL.iter();
    let names = rules.map(|rule| PossibleValue::new(rule.id()).hide(true));
    clap::builder::PossibleValuesParser::new(names)
}

/// The help lists the deployments.
fn deployment() -> clap::builder::PossibleValuesParser {
    let kinds = harden_iam::deployment::Deployment::ALL.iter();
    let names = kinds.map(|kind| kind.as_str()).chain([NO_DEPLOYMENT]);
    clap::builder::PossibleValuesParser::new(names)
}

/// The policies do not belong to a deployment.
pub(crate) const NO_DEPLOYMENT: &str = "none";

/// `iam trust`.
#[derive(Debug, clap::Args)]
pub(crate) struct TrustArgs {
    #[command(flatten)]
    pub(crate) judge: JudgeArgs,
    /// The claims of a token: report whether the role accepts it; `-` for standard input.
    #[arg(long, value_name = "FILE")]
    pub(crate) claims: Option<PathBuf>,
}

/// `iam can`.
#[derive(Debug, clap::Args)]
pub(crate) struct CanArgs {
    /// Policies, or output of the AWS CLI that contains policies; `-` for standard input.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// The action, for example `s3:GetObject`.
    #[arg(long, value_name = "ACTION", value_parser = action)]
    pub(crate) action: String,
    /// The resource: an ARN, or `*` for an action without resource types. An ARN with `*` asks whether
    /// some of the matching resources can be accessed.
    #[arg(long, value_name = "ARN", value_parser = resource)]
    pub(crate) resource: String,
    /// The identity provider of the caller, for sts:AssumeRoleWithWebIdentity and
    /// sts:AssumeRoleWithSAML: its ARN or name [default: the only one in the trust policy].
    #[arg(long, value_name = "PROVIDER")]
    pub(crate) principal: Option<String>,
    /// The condition keys of the request, as a JSON object; `-` for standard input.
    #[arg(long, value_name = "FILE")]
    pub(crate) context: Option<PathBuf>,
    /// The format.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
}

fn action(text: &str) -> Result<String, String> {
    let form = "write one action as SERVICE:NAME, for example s3:GetObject";
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
    fn one_action_and_one_resource_are_required() {
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
