//! The rule groups of web ACLs.

use std::collections::BTreeMap;

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::{WafRule, WebAclRules};
use crate::arn::id_of;

/// A custom rule group, or one of Firewall Manager, in a web ACL of a load balancer. The rules of
/// managed rule groups (of AWS and of the marketplace) cannot be read. Source: wafv2:GetRuleGroup.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RuleGroup {
    /// The rule group's ARN.
    pub arn: String,
    /// Its rules.
    #[serde(default)]
    pub rules: Known<Vec<WafRule>>,
    /// The addresses of the IP sets that its rules refer to, by ARN (wafv2:GetIPSet).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub ip_sets: BTreeMap<String, Known<Vec<String>>>,
}

impl Resource for RuleGroup {
    const KIND: &'static Kind = &Kind::new("aws/rule-group")
        .permissions(&["wafv2:GetRuleGroup", "wafv2:GetIPSet"])
        .starts_from(&[WebAclRules::KIND]);

    fn id(&self) -> ResourceId {
        id_of(Self::KIND.name, &self.arn)
    }
}
