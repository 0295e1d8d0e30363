//! The subscriptions of Cost Anomaly Detection.

use harden_core::{Kind, Known, Place, Resource, ResourceId};
use serde::{Deserialize, Serialize};

/// A subscription to monitors of Cost Anomaly Detection. Source: ce:GetAnomalySubscriptions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AnomalySubscription {
    /// The account.
    pub account: String,
    /// The subscription's ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// The ARNs of the monitors.
    #[serde(default)]
    pub monitors: Known<Vec<String>>,
    /// The number of email addresses that confirmed.
    #[serde(default)]
    pub emails: Known<u32>,
    /// The ARNs of the SNS topics.
    #[serde(default)]
    pub topics: Known<Vec<String>>,
}

impl Resource for AnomalySubscription {
    const KIND: &'static Kind =
        &Kind::new("aws/anomaly-subscription").permissions(&["ce:GetAnomalySubscriptions"]);

    fn id(&self) -> ResourceId {
        ResourceId::new(Self::KIND.name, Place::global(&*self.account), &self.arn)
    }
}
