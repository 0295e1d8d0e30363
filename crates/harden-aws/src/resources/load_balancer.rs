//! Load balancers.

use harden_core::{Kind, Known, Resource, ResourceId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::arn::{Arn, id_of};

/// A load balancer of Elastic Load Balancing v2. Source:
/// elasticloadbalancing:DescribeLoadBalancers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LoadBalancer {
    /// The load balancer's ARN.
    pub arn: String,
    /// `application`, `network` or `gateway` (Type).
    #[serde(default)]
    pub kind: Known<String>,
    /// `internet-facing` or `internal`.
    #[serde(default)]
    pub scheme: Known<String>,
    /// The creation time (CreatedTime).
    #[serde(default)]
    pub created_at: Known<Timestamp>,
}

impl LoadBalancer {
    /// The value of the dimension LoadBalancer of its metrics: `app/NAME/ID`.
    #[must_use]
    pub fn dimension(&self) -> &str {
        Arn::parse(&self.arn).map_or(&*self.arn, |a| a.name())
    }

    /// Whether it is an application load balancer, or may be one.
    #[must_use]
    pub fn may_be_application(&self) -> bool {
        self.kind.ok().is_none_or(|kind| kind == "application")
    }

    /// Whether it can be reached from the internet, or may be.
    #[must_use]
    pub fn may_face_the_internet(&self) -> bool {
        self.scheme.ok().is_none_or(|scheme| scheme != "internal")
    }
}

impl Resource for LoadBalancer {
    const KIND: &'static Kind = &Kind::new("aws/load-balancer")
        .permissions(&["elasticloadbalancing:DescribeLoadBalancers"]);

    fn id(&self) -> ResourceId {
        id_of(Self::KIND.name, &self.arn)
    }
}
