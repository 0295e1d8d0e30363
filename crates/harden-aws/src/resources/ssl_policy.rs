//! The security policies of listeners.

use harden_core::{Kind, Known, Place, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::LoadBalancerListeners;

/// A security policy that an HTTPS listener uses; others are not read. Source:
/// elasticloadbalancing:DescribeSSLPolicies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SslPolicy {
    /// The account of the listener.
    pub account: String,
    /// The region of the listener.
    pub region: String,
    /// The policy's name: `ELBSecurityPolicy-TLS13-1-2-2021-06`.
    pub name: String,
    /// The protocols that it allows: `TLSv1`, `TLSv1.1`, `TLSv1.2`, `TLSv1.3` (SslProtocols).
    #[serde(default)]
    pub protocols: Known<Vec<String>>,
}

impl Resource for SslPolicy {
    const KIND: &'static Kind = &Kind::new("aws/ssl-policy")
        .permissions(&["elasticloadbalancing:DescribeSSLPolicies"])
        .starts_from(&[LoadBalancerListeners::KIND]);

    fn id(&self) -> ResourceId {
        let place = Place::new(&*self.account, &*self.region);
        ResourceId::new(Self::KIND.name, place, &self.name)
    }
}
