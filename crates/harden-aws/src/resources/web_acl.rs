//! Web ACLs, and what they are on.

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use crate::arn::id_of;

/// A web ACL of AWS WAF in scope REGIONAL, the only scope that a load balancer can have one of;
/// those of scope CLOUDFRONT are on distributions and not read. Source: wafv2:ListWebACLs, and
/// wafv2:ListResourcesForWebACL for each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WebAcl {
    /// The web ACL's ARN.
    pub arn: String,
    /// The ARNs of the application load balancers that it is on.
    #[serde(default)]
    pub load_balancers: Known<Vec<String>>,
}

impl Resource for WebAcl {
    const KIND: &'static Kind = &Kind::new("aws/web-acl").permissions(&[
        "wafv2:ListWebACLs",
        "wafv2:ListResourcesForWebACL",
        // without it the call above is refused for load balancers
        "elasticloadbalancing:DescribeWebACLAssociation",
    ]);

    fn id(&self) -> ResourceId {
        id_of(Self::KIND.name, &self.arn)
    }
}
