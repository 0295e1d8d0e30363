//! Why a text holds no policy document.

use harden_iam::Position;

/// Why a text holds no policy document.
///
/// The messages continue a sentence that begins with the name of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum IntakeError {
    #[error("is empty")]
    Empty,
    /// Terraform source.
    #[error("is Terraform source (recognized at {position}), not a policy")]
    Terraform { position: Position },
    /// What `terraform show -json` prints.
    #[error("is a Terraform plan or state, not a policy")]
    TerraformPlan,
    /// An AWS CloudFormation template.
    #[error("is an AWS CloudFormation template, not a policy")]
    Template,
    /// An answer that describes policies without their documents (`aws iam get-policy`).
    #[error("describes policies, but contains no policy document")]
    NoDocument,
}

impl IntakeError {
    /// What to do about it.
    pub(crate) const fn help(self) -> &'static str {
        match self {
            Self::Empty => "a policy is a JSON object with a Statement",
            Self::Terraform { .. } | Self::TerraformPlan => {
                "check the policies that Terraform renders: `terraform show -json PLAN | \
                 harden-cli iam lint -`"
            }
            Self::Template => "the template contains no policy with statements",
            Self::NoDocument => {
                "get the document: `aws iam get-policy-version --policy-arn ARN --version-id v1`, \
                 `aws iam get-role-policy`, `aws iam get-role`"
            }
        }
    }
}
