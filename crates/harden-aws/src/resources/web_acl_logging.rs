//! The logging of web ACLs.

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::WebAcl;
use crate::arn::id_of;

/// The logging of a web ACL that protects a load balancer. Source:
/// wafv2:ListLoggingConfigurations, one call for all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WebAclLogging {
    /// The web ACL's ARN.
    pub web_acl_arn: String,
    /// The ARNs of its log destinations (a log group, a delivery stream or a bucket); empty without
    /// logging (LogDestinationConfigs).
    #[serde(default)]
    pub destinations: Known<Vec<String>>,
}

impl Resource for WebAclLogging {
    const KIND: &'static Kind = &Kind::new("aws/web-acl-logging")
        .permissions(&["wafv2:ListLoggingConfigurations"])
        .starts_from(&[WebAcl::KIND]);

    fn id(&self) -> ResourceId {
        id_of(Self::KIND.name, &self.web_acl_arn)
    }
}
