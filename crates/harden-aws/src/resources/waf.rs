//! The rules of AWS WAF, as its API writes them in JSON.
//!
//! They go back into wafv2:UpdateWebACL as they are, so members that no check judges are kept in
//! `other`; which members are recorded at all, the list in `live/waf_json.rs` says.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A rule of a web ACL or of a rule group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct WafRule {
    /// The name, unique within its web ACL or rule group.
    pub name: String,
    /// The lower, the earlier.
    pub priority: i64,
    /// Which requests it is about.
    pub statement: Statement,
    /// What it does with them; a rule that is a group has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<Action>,
    /// For a rule that is a group: `None` leaves the group's actions, `Count` makes them count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub override_action: Option<Action>,
    /// Labels that it puts on them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rule_labels: Vec<Named>,
    /// What can be seen of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visibility_config: Option<VisibilityConfig>,
    /// Members that the API gave and that are not recorded: they may be secret (the text that a
    /// header must have), or this version does not know them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unrecorded: Vec<String>,
    /// Members that no check judges: CaptchaConfig, ChallengeConfig.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// An action, as an object of one member: `{"Block": {}}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
#[non_exhaustive]
pub struct Action(pub Map<String, Value>);

impl Action {
    /// An action without settings of its own.
    #[must_use]
    pub fn of(name: &str) -> Self {
        let empty = Value::Object(Map::new());
        Self(std::iter::once((name.to_owned(), empty)).collect())
    }

    /// Its name: `Allow`, `Block`, `Count`, `Captcha`, `Challenge`, `None`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.keys().next().map_or("", String::as_str)
    }
}

/// Something with a name: a label, an excluded rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct Named {
    /// The name.
    pub name: String,
}

/// What can be seen of the requests that a rule matches.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct VisibilityConfig {
    /// Whether a sample of them is kept.
    pub sampled_requests_enabled: bool,
    /// Whether they are counted in CloudWatch.
    pub cloud_watch_metrics_enabled: bool,
    /// Under which name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metric_name: Option<String>,
}

/// Which requests a rule is about: exactly one of the members is there.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct Statement {
    /// A rule group of AWS or of the marketplace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub managed_rule_group_statement: Option<Box<ManagedRuleGroup>>,
    /// A rule group of one's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule_group_reference_statement: Option<RuleGroupReference>,
    /// Who sends too many requests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_based_statement: Option<Box<RateBased>>,
    /// All of several statements.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub and_statement: Option<Statements>,
    /// Any of several statements.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub or_statement: Option<Statements>,
    /// Whatever another statement is not about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_statement: Option<Box<Negated>>,
    /// Where requests come from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub geo_match_statement: Option<GeoMatch>,
    /// Labels that earlier rules put on requests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label_match_statement: Option<LabelMatch>,
    /// SQL injection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sqli_match_statement: Option<Map<String, Value>>,
    /// Cross-site scripting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub xss_match_statement: Option<Map<String, Value>>,
    /// Addresses of a list.
    #[serde(
        default,
        rename = "IPSetReferenceStatement",
        skip_serializing_if = "Option::is_none"
    )]
    pub ip_set_reference_statement: Option<Map<String, Value>>,
    /// Any other statement, by its name; the text that it looks for is not recorded.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// Several statements.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct Statements {
    /// The statements.
    pub statements: Vec<Statement>,
}

/// The opposite of a statement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct Negated {
    /// The statement.
    pub statement: Statement,
}

/// A rule group of AWS or of the marketplace, as a rule uses it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct ManagedRuleGroup {
    /// Whose: `AWS`.
    pub vendor_name: String,
    /// Which: `AWSManagedRulesCommonRuleSet`.
    pub name: String,
    /// Rules of it that only count: the older form of an override.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excluded_rules: Vec<Named>,
    /// Rules of it that do something else than the group has them do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rule_action_overrides: Vec<RuleActionOverride>,
    /// Only requests that this is about are looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope_down_statement: Option<Statement>,
    /// Members that no check judges: Version, ManagedRuleGroupConfigs.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// What a rule of a group does instead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct RuleActionOverride {
    /// The rule's name.
    pub name: String,
    /// What it does.
    pub action_to_use: Action,
}

/// A rule group of one's own, as a rule uses it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct RuleGroupReference {
    /// The rule group's ARN.
    #[serde(rename = "ARN")]
    pub arn: String,
    /// Rules of it that only count: the older form of an override.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excluded_rules: Vec<Named>,
    /// Rules of it that do something else than the group has them do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rule_action_overrides: Vec<RuleActionOverride>,
}

/// Who sends too many requests.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct RateBased {
    /// How many requests within the window are not yet too many.
    pub limit: i64,
    /// The window in seconds: 60, 120, 300 (the default) or 600.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evaluation_window_sec: Option<i64>,
    /// What is counted by: `IP`, `FORWARDED_IP`, `CUSTOM_KEYS`, `CONSTANT`.
    pub aggregate_key_type: String,
    /// The keys of `CUSTOM_KEYS`, each an object of one member: `{"IP": {}}`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub custom_keys: Vec<Map<String, Value>>,
    /// Only requests that this is about are counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope_down_statement: Option<Statement>,
    /// Members that no check judges: ForwardedIPConfig.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// Where requests come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct GeoMatch {
    /// The countries, by their two letters.
    pub country_codes: Vec<String>,
    /// Members that no check judges: ForwardedIPConfig.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// Labels that earlier rules put on requests.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct LabelMatch {
    /// `LABEL` for one label, `NAMESPACE` for all that begin alike.
    pub scope: String,
    /// The label, or how the labels begin.
    pub key: String,
}
