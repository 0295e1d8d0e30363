//! The attributes of listeners.

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::{LoadBalancer, LoadBalancerListeners};
use crate::arn::id_of;

/// The attributes of an HTTPS listener of an internet-facing application load balancer; others are
/// not read. Source: elasticloadbalancing:DescribeListenerAttributes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ListenerAttributes {
    /// The listener's ARN.
    pub listener_arn: String,
    /// The value of the header Strict-Transport-Security that it adds to responses
    /// (routing.http.response.strict_transport_security.header_value), if it adds one.
    #[serde(default)]
    pub strict_transport_security: Known<Option<String>>,
}

impl Resource for ListenerAttributes {
    const KIND: &'static Kind = &Kind::new("aws/listener-attributes")
        .permissions(&["elasticloadbalancing:DescribeListenerAttributes"])
        .starts_from(&[LoadBalancer::KIND, LoadBalancerListeners::KIND]);

    fn id(&self) -> ResourceId {
        id_of(Self::KIND.name, &self.listener_arn)
    }
}
