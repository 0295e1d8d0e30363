//! The rules of AWS WAF in the JSON of its API.
//!
//! A call of wafv2:UpdateWebACL contains all of them, so members that no check judges are kept in
//! `other`. The list in `live/waf_json.rs` selects the recorded members.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A rule of a web ACL or of a rule group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct WafRule {
    /// The name, unique within its web ACL or rule group.
    pub name: String,
    /// The priority. Rules with lower numbers are evaluated first.
    pub priority: i64,
    /// The statement that selects requests.
    pub statement: Statement,
    /// The action for matching requests. A rule with a rule group has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<Action>,
    /// For a rule with a rule group: `None` keeps the actions of the group, `Count` overrides them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub override_action: Option<Action>,
    /// The labels that it adds to matching requests.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rule_labels: Vec<Named>,
    /// The metrics and samples of the rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visibility_config: Option<VisibilityConfig>,
    /// Names of members that are not recorded: they can be secret (the required value of a header), or
    /// this version does not know them.
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

    /// Its name: `Allow`, `Block`, `Count`, `Captcha`, `Challenge`, `None`. Empty for an object without
    /// a member, which the API never returns: what the rule does is then unknown.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.keys().next().map_or("", String::as_str)
    }
}

/// An object with a name: a label, an excluded rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct Named {
    /// The name.
    pub name: String,
}

/// The metrics and samples of the requests that a rule matches.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct VisibilityConfig {
    /// Whether samples are kept.
    pub sampled_requests_enabled: bool,
    /// Whether CloudWatch metrics are published.
    pub cloud_watch_metrics_enabled: bool,
    /// The name of the metric.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metric_name: Option<String>,
}

/// A statement that selects requests. Exactly one member is set.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct Statement {
    /// A managed rule group (of AWS or of the marketplace).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub managed_rule_group_statement: Option<Box<ManagedRuleGroup>>,
    /// A custom rule group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule_group_reference_statement: Option<RuleGroupReference>,
    /// A limit of the request rate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_based_statement: Option<Box<RateBased>>,
    /// All of several statements match.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub and_statement: Option<Statements>,
    /// At least one of several statements matches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub or_statement: Option<Statements>,
    /// Another statement does not match.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_statement: Option<Box<Negated>>,
    /// The country of origin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub geo_match_statement: Option<GeoMatch>,
    /// A label of an earlier rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label_match_statement: Option<LabelMatch>,
    /// SQL injection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sqli_match_statement: Option<Map<String, Value>>,
    /// Cross-site scripting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub xss_match_statement: Option<Map<String, Value>>,
    /// The addresses of an IP set.
    #[serde(
        default,
        rename = "IPSetReferenceStatement",
        skip_serializing_if = "Option::is_none"
    )]
    pub ip_set_reference_statement: Option<Map<String, Value>>,
    /// Any other statement, by its name. The text that it matches is not recorded.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl Statement {
    /// The ARN of the IP set that it refers to.
    pub(crate) fn ip_set(&self) -> Option<&str> {
        self.ip_set_reference_statement
            .as_ref()?
            .get("ARN")?
            .as_str()
    }

    /// The ARNs of the IP sets that it refers to, at any depth.
    #[cfg(feature = "live")]
    pub(crate) fn ip_sets(&self) -> Vec<&str> {
        let lists = [&self.and_statement, &self.or_statement];
        let parts = lists.into_iter().flatten().flat_map(|all| &all.statements);
        let negated = self.not_statement.as_ref().map(|not| &not.statement);
        let rate = self.rate_based_statement.as_ref();
        let rate = rate.and_then(|rate| rate.scope_down_statement.as_ref());
        let group = self.managed_rule_group_statement.as_ref();
        let group = group.and_then(|group| group.scope_down_statement.as_ref());
        let nested = parts.chain(negated).chain(rate).chain(group);
        self.ip_set()
            .into_iter()
            .chain(nested.flat_map(Self::ip_sets))
            .collect()
    }

    /// Whether it has no member. The API returns exactly one in each statement, so the requests that
    /// an empty one matches are unknown.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Several statements.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct Statements {
    /// The statements.
    pub statements: Vec<Statement>,
}

/// The negation of a statement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct Negated {
    /// The statement.
    pub statement: Statement,
}

/// The use of a managed rule group in a rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct ManagedRuleGroup {
    /// The vendor: `AWS`.
    pub vendor_name: String,
    /// The name: `AWSManagedRulesCommonRuleSet`.
    pub name: String,
    /// Rules of the group that only count: the older form of an override.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excluded_rules: Vec<Named>,
    /// Rules of the group with another action.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rule_action_overrides: Vec<RuleActionOverride>,
    /// The group evaluates only requests that match this statement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope_down_statement: Option<Statement>,
    /// Members that no check judges: Version, ManagedRuleGroupConfigs.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// Another action for a rule of a rule group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct RuleActionOverride {
    /// The rule's name.
    pub name: String,
    /// The action.
    pub action_to_use: Action,
}

/// The use of a custom rule group in a rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct RuleGroupReference {
    /// The rule group's ARN.
    #[serde(rename = "ARN")]
    pub arn: String,
    /// Rules of the group that only count: the older form of an override.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excluded_rules: Vec<Named>,
    /// Rules of the group with another action.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rule_action_overrides: Vec<RuleActionOverride>,
}

/// A limit of the request rate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct RateBased {
    /// The highest number of requests within the window.
    pub limit: i64,
    /// The window in seconds: 60, 120, 300 (the default) or 600.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evaluation_window_sec: Option<i64>,
    /// The aggregation key: `IP`, `FORWARDED_IP`, `CUSTOM_KEYS`, `CONSTANT`.
    pub aggregate_key_type: String,
    /// The keys of `CUSTOM_KEYS`, each an object of one member: `{"IP": {}}`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub custom_keys: Vec<Map<String, Value>>,
    /// Only requests that match this statement are counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope_down_statement: Option<Statement>,
    /// Members that no check judges: ForwardedIPConfig.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The countries of origin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct GeoMatch {
    /// The two-letter country codes.
    pub country_codes: Vec<String>,
    /// Members that no check judges: ForwardedIPConfig.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A match of labels from earlier rules.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct LabelMatch {
    /// `LABEL` for one label, `NAMESPACE` for all labels with a prefix.
    pub scope: String,
    /// The label, or the prefix of the labels.
    pub key: String,
}
