//! The lifecycle policies of ECR repositories.

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::EcrRepository;
use crate::arn::id_of;

/// A repository's lifecycle policy. Source: ecr:GetLifecyclePolicy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EcrLifecycle {
    /// The repository's ARN.
    pub repository_arn: String,
    /// The number of rules of its lifecycle policy, or `None` without a policy.
    #[serde(default)]
    pub rules: Known<Option<u32>>,
}

impl Resource for EcrLifecycle {
    const KIND: &'static Kind = &Kind::new("aws/ecr-lifecycle")
        .permissions(&["ecr:GetLifecyclePolicy"])
        .starts_from(&[EcrRepository::KIND]);

    fn id(&self) -> ResourceId {
        id_of(Self::KIND.name, &self.repository_arn)
    }
}
