//! The attributes of load balancers.

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::LoadBalancer;
use crate::arn::id_of;

/// The attributes of an application load balancer; others are not read. Source:
/// elasticloadbalancing:DescribeLoadBalancerAttributes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LoadBalancerAttributes {
    /// The load balancer's ARN.
    pub load_balancer_arn: String,
    /// Whether header fields with invalid names are dropped
    /// (routing.http.drop_invalid_header_fields.enabled).
    #[serde(default)]
    pub drop_invalid_header_fields: Known<bool>,
    /// Whether it is protected against deletion (deletion_protection.enabled).
    #[serde(default)]
    pub deletion_protection: Known<bool>,
    /// Whether requests are logged to S3 (access_logs.s3.enabled).
    #[serde(default)]
    pub access_logs: Known<bool>,
}

impl Resource for LoadBalancerAttributes {
    const KIND: &'static Kind = &Kind::new("aws/load-balancer-attributes")
        .permissions(&["elasticloadbalancing:DescribeLoadBalancerAttributes"])
        .starts_from(&[LoadBalancer::KIND]);

    fn id(&self) -> ResourceId {
        id_of(Self::KIND.name, &self.load_balancer_arn)
    }
}
