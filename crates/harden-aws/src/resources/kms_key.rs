//! The KMS keys of alert topics.

use harden_core::{Kind, Known, Place, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::{SnsTopic, TopicSubscriptions};

/// The KMS key of an alert topic. Source: kms:DescribeKey and
/// kms:GetKeyPolicy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct KmsKey {
    /// The account of the topic.
    pub account: String,
    /// The region of the topic; keys are regional.
    pub region: String,
    /// The key as the topic names it: an id, an alias, an ARN of either.
    pub reference: String,
    /// The key's ARN.
    #[serde(default)]
    pub arn: Known<String>,
    /// The manager of the key: `AWS` (its policy cannot be changed) or `CUSTOMER`.
    #[serde(default)]
    pub manager: Known<String>,
    /// The state: `Enabled`, `Disabled`, `PendingDeletion`, …, or `NotFound` where the key does not
    /// exist.
    #[serde(default)]
    pub state: Known<String>,
    /// The key policy, a JSON document. It is not read for AWS managed keys.
    #[serde(default)]
    pub policy: Known<Option<String>>,
}

impl Resource for KmsKey {
    const KIND: &'static Kind = &Kind::new("aws/kms-key")
        .permissions(&["kms:DescribeKey", "kms:GetKeyPolicy"])
        .starts_from(&[SnsTopic::KIND, TopicSubscriptions::KIND]);

    fn id(&self) -> ResourceId {
        let place = Place::new(&*self.account, &*self.region);
        ResourceId::new(Self::KIND.name, place, &self.reference)
    }
}
