//! The listeners of load balancers.

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::LoadBalancer;
use crate::arn::id_of;

/// The listeners of an application load balancer; others are not read. Source:
/// elasticloadbalancing:DescribeListeners, one call for each load balancer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LoadBalancerListeners {
    /// The load balancer's ARN.
    pub load_balancer_arn: String,
    /// Its listeners.
    #[serde(default)]
    pub listeners: Known<Vec<Listener>>,
}

/// A listener.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Listener {
    /// The listener's ARN.
    pub arn: String,
    /// `HTTP` or `HTTPS`.
    #[serde(default)]
    pub protocol: Known<String>,
    /// The port, 1 to 65535.
    #[serde(default)]
    pub port: Known<i32>,
    /// The security policy of an HTTPS listener (SslPolicy).
    #[serde(default)]
    pub ssl_policy: Known<Option<String>>,
    /// The actions for a request that no rule matches (DefaultActions).
    #[serde(default)]
    pub default_actions: Known<Vec<ListenerAction>>,
}

/// An action of a listener or of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ListenerAction {
    /// `forward`, `redirect`, `fixed-response`, `authenticate-oidc`, … (Type).
    #[serde(rename = "type")]
    pub kind: String,
    /// The protocol of a redirect: `HTTP`, `HTTPS`, or `#{protocol}` for the protocol of the request
    /// (RedirectConfig.Protocol).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect_protocol: Option<String>,
    /// The target groups of a forward action.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub target_groups: Vec<String>,
}

impl LoadBalancerListeners {
    /// The kind of a single listener, for findings on it.
    pub const LISTENER: &'static str = "aws/listener";
}

impl Resource for LoadBalancerListeners {
    const KIND: &'static Kind = &Kind::new("aws/load-balancer-listeners")
        .permissions(&["elasticloadbalancing:DescribeListeners"])
        .starts_from(&[LoadBalancer::KIND]);

    fn id(&self) -> ResourceId {
        id_of(Self::KIND.name, &self.load_balancer_arn)
    }
}
