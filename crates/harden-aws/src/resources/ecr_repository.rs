//! ECR repositories.

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use crate::arn::id_of;

/// A private repository. Source: ecr:DescribeRepositories.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EcrRepository {
    /// The ARN.
    pub arn: String,
    /// `MUTABLE`, `IMMUTABLE`, `MUTABLE_WITH_EXCLUSION`, `IMMUTABLE_WITH_EXCLUSION`.
    #[serde(default)]
    pub tag_mutability: Known<String>,
    /// The tags that are excluded from the setting, with `*` as a wildcard.
    #[serde(default)]
    pub mutability_exclusions: Known<Vec<String>>,
    /// Whether the repository scans each pushed image (scanOnPush).
    #[serde(default)]
    pub scan_on_push: Known<bool>,
}

impl Resource for EcrRepository {
    const KIND: &'static Kind =
        &Kind::new("aws/ecr-repository").permissions(&["ecr:DescribeRepositories"]);

    fn id(&self) -> ResourceId {
        id_of(Self::KIND.name, &self.arn)
    }
}
