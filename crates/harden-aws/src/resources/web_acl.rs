//! Web ACLs and the load balancers that they protect.

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use crate::arn::id_of;

/// A web ACL of AWS WAF with the scope REGIONAL, the scope for load balancers. Web ACLs with the scope
/// CLOUDFRONT protect distributions and are not read. Source: wafv2:ListWebACLs, and
/// wafv2:ListResourcesForWebACL for each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WebAcl {
    /// The web ACL's ARN.
    pub arn: String,
    /// The ARNs of the application load balancers that it protects.
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
