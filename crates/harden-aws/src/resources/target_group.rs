//! Target groups.

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use crate::arn::{Arn, id_of};

/// A target group of Elastic Load Balancing v2. Source:
/// elasticloadbalancing:DescribeTargetGroups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TargetGroup {
    /// The target group's ARN.
    pub arn: String,
    /// The load balancers that send to it.
    #[serde(default)]
    pub load_balancer_arns: Known<Vec<String>>,
}

impl TargetGroup {
    /// The value of the dimension TargetGroup of its metrics: `targetgroup/NAME/ID`.
    #[must_use]
    pub fn dimension(&self) -> &str {
        Arn::parse(&self.arn).map_or(&*self.arn, |a| a.resource)
    }
}

impl Resource for TargetGroup {
    const KIND: &'static Kind =
        &Kind::new("aws/target-group").permissions(&["elasticloadbalancing:DescribeTargetGroups"]);

    fn id(&self) -> ResourceId {
        id_of(Self::KIND.name, &self.arn)
    }
}
