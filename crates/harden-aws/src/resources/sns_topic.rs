//! SNS topics.

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use crate::arn::id_of;

/// An SNS topic. Source: sns:ListTopics, and sns:GetTopicAttributes for each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SnsTopic {
    /// The topic's ARN.
    pub arn: String,
    /// The access policy, a JSON document (attribute Policy).
    #[serde(default)]
    pub policy: Known<String>,
    /// The KMS key that encrypts messages (attribute KmsMasterKeyId): the id or ARN of a key, an alias or
    /// its ARN, `alias/aws/sns` for the AWS managed key. `None` without encryption by a KMS key.
    #[serde(default)]
    pub kms_key: Known<Option<String>>,
}

impl Resource for SnsTopic {
    const KIND: &'static Kind =
        &Kind::new("aws/sns-topic").permissions(&["sns:GetTopicAttributes", "sns:ListTopics"]);

    fn id(&self) -> ResourceId {
        id_of(Self::KIND.name, &self.arn)
    }
}
