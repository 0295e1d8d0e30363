//! What web ACLs do with which requests.

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::WebAcl;
use super::waf::{Action, VisibilityConfig, WafRule};
use crate::arn::id_of;

/// A web ACL on a load balancer with its rules in full; others are not read. Source:
/// wafv2:GetWebACL.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WebAclRules {
    /// The web ACL's ARN.
    pub arn: String,
    /// What happens to a request that no rule ends: `Allow` or `Block`.
    #[serde(default)]
    pub default_action: Known<Action>,
    /// Its own rules.
    #[serde(default)]
    pub rules: Known<Vec<WafRule>>,
    /// What Firewall Manager puts before them (PreProcessFirewallManagerRuleGroups).
    #[serde(default)]
    pub first_rules: Known<Vec<WafRule>>,
    /// What Firewall Manager puts after them (PostProcessFirewallManagerRuleGroups).
    #[serde(default)]
    pub last_rules: Known<Vec<WafRule>>,
    /// What can be seen of the requests that no rule ends.
    #[serde(default)]
    pub visibility: Known<VisibilityConfig>,
    /// What wafv2:UpdateWebACL wants beside the above: it replaces the web ACL as a whole.
    #[serde(default)]
    pub update: Known<WebAclUpdate>,
}

impl WebAclRules {
    /// Its own rules, to change them; none where they are not known.
    pub(crate) fn rules_mut(&mut self) -> impl Iterator<Item = &mut WafRule> {
        let rules = match &mut self.rules {
            Known::Yes(rules) => rules.as_mut_slice(),
            Known::No(_) => &mut [],
        };
        rules.iter_mut()
    }
}

/// What setting a web ACL anew carries over beside its rules.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WebAclUpdate {
    /// The mark of the state that was read: an update with it is refused once the web ACL has
    /// changed, so that no command undoes what came after the audit.
    pub lock_token: String,
    /// Whether Firewall Manager made it: then only its policy changes it.
    #[serde(default)]
    pub managed_by_firewall_manager: bool,
    /// The settings as the API has them: Description, CustomResponseBodies, CaptchaConfig,
    /// ChallengeConfig, TokenDomains, AssociationConfig, DataProtectionConfig,
    /// OnSourceDDoSProtectionConfig, ApplicationConfig.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub settings: Map<String, Value>,
    /// Names of what else the API said, which is not recorded and so can't be carried over.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unrecorded: Vec<String>,
}

impl Resource for WebAclRules {
    const KIND: &'static Kind = &Kind::new("aws/web-acl-rules")
        .permissions(&["wafv2:GetWebACL"])
        .starts_from(&[WebAcl::KIND]);

    fn id(&self) -> ResourceId {
        id_of(Self::KIND.name, &self.arn)
    }
}
