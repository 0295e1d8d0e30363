//! The rules of listeners.

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::{ListenerAction, LoadBalancer, LoadBalancerListeners};
use crate::arn::id_of;

/// The rules of an HTTP listener of an internet-facing application load balancer; others are not
/// read. Source: elasticloadbalancing:DescribeRules, one call for each listener.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ListenerRules {
    /// The listener's ARN.
    pub listener_arn: String,
    /// Its rules without the default rule, whose actions the listener has.
    #[serde(default)]
    pub rules: Known<Vec<ListenerRule>>,
}

/// A rule of a listener.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ListenerRule {
    /// The rule's ARN.
    pub arn: String,
    /// The priority: a number, as text.
    pub priority: String,
    /// Its actions.
    pub actions: Vec<ListenerAction>,
}

impl Resource for ListenerRules {
    const KIND: &'static Kind = &Kind::new("aws/listener-rules")
        .permissions(&["elasticloadbalancing:DescribeRules"])
        .starts_from(&[LoadBalancer::KIND, LoadBalancerListeners::KIND]);

    fn id(&self) -> ResourceId {
        id_of(Self::KIND.name, &self.listener_arn)
    }
}
