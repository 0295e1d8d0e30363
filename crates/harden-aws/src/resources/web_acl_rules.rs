//! The rules of web ACLs.

use std::collections::BTreeMap;

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::WebAcl;
use super::waf::{Action, VisibilityConfig, WafRule};
use crate::arn::id_of;

/// All rules of a web ACL that protects a load balancer. Source:
/// wafv2:GetWebACL.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WebAclRules {
    /// The web ACL's ARN.
    pub arn: String,
    /// The default action for a request that no rule ends: `Allow` or `Block`.
    #[serde(default)]
    pub default_action: Known<Action>,
    /// The rules of the web ACL itself.
    #[serde(default)]
    pub rules: Known<Vec<WafRule>>,
    /// The first rule groups of Firewall Manager (PreProcessFirewallManagerRuleGroups).
    #[serde(default)]
    pub first_rules: Known<Vec<WafRule>>,
    /// The last rule groups of Firewall Manager (PostProcessFirewallManagerRuleGroups).
    #[serde(default)]
    pub last_rules: Known<Vec<WafRule>>,
    /// The addresses of the IP sets that its rules refer to, by ARN (wafv2:GetIPSet).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub ip_sets: BTreeMap<String, Known<Vec<String>>>,
    /// The metrics and samples of the web ACL.
    #[serde(default)]
    pub visibility: Known<VisibilityConfig>,
    /// The other settings that wafv2:UpdateWebACL requires: it replaces the whole web ACL.
    #[serde(default)]
    pub update: Known<WebAclUpdate>,
}

impl WebAclRules {
    /// The rules of the web ACL itself, to change them. Empty where they are unknown.
    pub(crate) fn rules_mut(&mut self) -> impl Iterator<Item = &mut WafRule> {
        let rules = match &mut self.rules {
            Known::Yes(rules) => rules.as_mut_slice(),
            Known::No(_) => &mut [],
        };
        rules.iter_mut()
    }
}

/// The settings besides the rules that an update of a web ACL must contain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WebAclUpdate {
    /// The lock token of the audit. AWS refuses an update with it once the web ACL has changed, so that
    /// no command undoes a later change.
    pub lock_token: String,
    /// Whether Firewall Manager manages it. Then only its policy can change it.
    #[serde(default)]
    pub managed_by_firewall_manager: bool,
    /// The settings in the JSON of the API: Description, CustomResponseBodies, CaptchaConfig,
    /// ChallengeConfig, TokenDomains, AssociationConfig, DataProtectionConfig,
    /// OnSourceDDoSProtectionConfig, ApplicationConfig.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub settings: Map<String, Value>,
    /// Names of members that are not recorded, so that an update would remove them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unrecorded: Vec<String>,
}

impl Resource for WebAclRules {
    const KIND: &'static Kind = &Kind::new("aws/web-acl-rules")
        .permissions(&["wafv2:GetWebACL", "wafv2:GetIPSet"])
        .starts_from(&[WebAcl::KIND]);

    fn id(&self) -> ResourceId {
        id_of(Self::KIND.name, &self.arn)
    }
}
