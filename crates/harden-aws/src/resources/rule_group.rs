//! Rule groups that web ACLs refer to.

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::{WafRule, WebAclRules};
use crate::arn::id_of;

/// A rule group of one's own, or one that Firewall Manager shares, that a web ACL on a load
/// balancer refers to. What is inside those of AWS and the marketplace can't be read. Source:
/// wafv2:GetRuleGroup.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RuleGroup {
    /// The rule group's ARN.
    pub arn: String,
    /// Its rules.
    #[serde(default)]
    pub rules: Known<Vec<WafRule>>,
}

impl Resource for RuleGroup {
    const KIND: &'static Kind = &Kind::new("aws/rule-group")
        .permissions(&["wafv2:GetRuleGroup"])
        .starts_from(&[WebAclRules::KIND]);

    fn id(&self) -> ResourceId {
        id_of(Self::KIND.name, &self.arn)
    }
}
