//! What is recorded of the JSON of AWS WAF's rules.
//!
//! A list of what may be, not of what may not: the text that a rule looks for (a header that only
//! one's own CDN sends) and headers that it adds to requests can be secrets, and a member that
//! nobody knows yet may be anything. What is left out is told by name, so that no command that
//! replaces a web ACL drops it silently.

use harden_core::Unknown;
use serde_json::{Map, Value};

use super::raw::unreadable;
use crate::resources::WafRule;

/// The members that are recorded, at any depth of a rule.
#[rustfmt::skip]
const MEMBERS: &[&str] = &[
    // of a rule
    "Name", "Priority", "Statement", "Action", "OverrideAction", "RuleLabels", "VisibilityConfig",
    "SampledRequestsEnabled", "CloudWatchMetricsEnabled", "MetricName", "CaptchaConfig",
    "ChallengeConfig", "ImmunityTimeProperty", "ImmunityTime",
    // of an action
    "Allow", "Block", "Count", "Captcha", "Challenge", "None", "CustomResponse", "ResponseCode",
    "CustomResponseBodyKey", "ResponseHeaders", "Value",
    // statements
    "AndStatement", "AsnMatchStatement", "ByteMatchStatement", "GeoMatchStatement",
    "IPSetReferenceStatement", "LabelMatchStatement", "ManagedRuleGroupStatement", "NotStatement",
    "OrStatement", "RateBasedStatement", "RegexMatchStatement",
    "RegexPatternSetReferenceStatement", "RuleGroupReferenceStatement", "SizeConstraintStatement",
    "SqliMatchStatement", "Statements", "XssMatchStatement",
    // of groups
    "ARN", "VendorName", "Version", "ExcludedRules", "RuleActionOverrides", "ActionToUse",
    "ScopeDownStatement", "ManagedRuleGroupConfigs", "AWSManagedRulesACFPRuleSet",
    "AWSManagedRulesATPRuleSet", "AWSManagedRulesAntiDDoSRuleSet",
    "AWSManagedRulesBotControlRuleSet", "AddressFields", "BodyContains", "ClientSideActionConfig",
    "CreationPath", "EmailField", "EnableMachineLearning", "EnableRegexInPath",
    "ExemptUriRegularExpressions", "FailureCodes", "FailureStrings", "FailureValues", "Header",
    "Identifier", "InspectionLevel", "Json", "LoginPath", "PasswordField", "PayloadType",
    "PhoneNumberFields", "RegistrationPagePath", "RequestInspection", "ResponseInspection",
    "Sensitivity", "SensitivityToBlock", "StatusCode", "SuccessCodes", "SuccessStrings",
    "SuccessValues", "UsageOfAction", "UsernameField",
    // of rates
    "AggregateKeyType", "ASN", "Cookie", "CustomKeys", "EvaluationWindowSec", "ForwardedIP",
    "HTTPMethod", "IP", "LabelNamespace", "Limit", "Namespace", "QueryArgument",
    // of matches
    "All", "AllQueryArguments", "AsnList", "Body", "ComparisonOperator", "Cookies", "CountryCodes",
    "ExcludedCookies", "ExcludedHeaders", "FallbackBehavior", "FieldToMatch", "ForwardedIPConfig",
    "HeaderName", "HeaderOrder", "Headers", "IPSetForwardedIPConfig", "IncludedCookies",
    "IncludedHeaders", "IncludedPaths", "InvalidFallbackBehavior", "JA3Fingerprint",
    "JA4Fingerprint", "JsonBody", "Key", "MatchPattern", "MatchScope", "Method",
    "OversizeHandling", "Position", "PositionalConstraint", "PreParseTextTransformations",
    "QueryString", "Scope", "SensitivityLevel", "SingleHeader", "SingleQueryArgument", "Size",
    "TextTransformations", "Type", "UriFragment", "UriPath",
];

/// What is recorded of a value; the names of what is not go to `left_out`.
pub(super) fn allowed(value: Value, left_out: &mut Vec<String>) -> Value {
    match value {
        Value::Array(items) => items
            .into_iter()
            .map(|item| allowed(item, left_out))
            .collect(),
        Value::Object(members) => {
            let mut kept = Map::new();
            for (name, value) in members {
                if value.is_null() {
                    continue;
                }
                if MEMBERS.contains(&&*name) {
                    kept.insert(name, allowed(value, left_out));
                } else {
                    left_out.push(name);
                }
            }
            Value::Object(kept)
        }
        other => other,
    }
}

/// The rules of a list.
pub(super) fn rules(
    value: Option<Value>,
    operation: &'static str,
) -> Result<Vec<WafRule>, Unknown> {
    let Some(Value::Array(all)) = value else {
        return Err(Unknown::missing(operation, "Rules"));
    };
    let mut all = all
        .into_iter()
        .map(|value| rule(value, operation))
        .collect::<Result<Vec<_>, _>>()?;
    all.sort_by_key(|rule| rule.priority);
    Ok(all)
}

/// A rule, or a rule group of Firewall Manager, which only calls its statement otherwise.
fn rule(mut value: Value, operation: &'static str) -> Result<WafRule, Unknown> {
    if let Some(members) = value.as_object_mut()
        && let Some(statement) = members.remove("FirewallManagerStatement")
    {
        members.insert("Statement".to_owned(), statement);
    }
    let mut left_out = Vec::new();
    let value = allowed(value, &mut left_out);
    // the error's text may hold what the answer held
    let mut rule: WafRule = serde_json::from_value(value).map_err(|_| unreadable(operation))?;
    left_out.sort_unstable();
    left_out.dedup();
    rule.unrecorded = left_out;
    Ok(rule)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const GET: &str = "wafv2:GetWebACL";

    #[test]
    fn what_a_rule_looks_for_is_not_recorded() {
        let answered = json!([{
            "Name": "only-the-cdn", "Priority": 3, "RuleLabels": null,
            "Statement": {"NotStatement": {"Statement": {"ByteMatchStatement": {
                "SearchString": "czNjcmV0",
                "FieldToMatch": {"SingleHeader": {"Name": "x-origin-verify"}},
                "TextTransformations": [{"Priority": 0, "Type": "NONE"}],
                "PositionalConstraint": "EXACTLY"}}}},
            "Action": {"Count": {"CustomRequestHandling": {
                "InsertHeaders": [{"Name": "x-seen", "Value": "s3cret"}]}}},
            "FutureMember": {"Text": "s3cret"},
            "VisibilityConfig": {"SampledRequestsEnabled": true,
                "CloudWatchMetricsEnabled": true, "MetricName": "cdn"}
        }]);
        let rules = rules(Some(answered), GET).unwrap();
        let text = serde_json::to_string(&rules).unwrap();
        assert!(
            !text.contains("s3cret") && !text.contains("czNjcmV0"),
            "{text}"
        );
        assert_eq!(
            rules[0].unrecorded,
            ["CustomRequestHandling", "FutureMember", "SearchString"]
        );
    }

    #[test]
    fn what_is_recorded_goes_back_as_it_was() {
        let answered = json!([
            {"Name": "core", "Priority": 1, "OverrideAction": {"None": {}},
             "Statement": {"ManagedRuleGroupStatement": {
                "VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet", "Version": "Version_1.4",
                "RuleActionOverrides": [{"Name": "NoUserAgent_HEADER", "ActionToUse": {"Count": {}}}],
                "ScopeDownStatement": {"NotStatement": {"Statement": {"IPSetReferenceStatement": {
                    "ARN": "arn:aws:wafv2:us-east-2:392853978631:regional/ipset/office/1"}}}}}},
             "VisibilityConfig": {"SampledRequestsEnabled": true,
                "CloudWatchMetricsEnabled": true, "MetricName": "core"}},
            {"Name": "rate", "Priority": 2,
             "Action": {"Block": {"CustomResponse": {"ResponseCode": 429}}},
             "Statement": {"RateBasedStatement": {"Limit": 2000, "EvaluationWindowSec": 300,
                "AggregateKeyType": "FORWARDED_IP", "ForwardedIPConfig": {
                    "HeaderName": "X-Forwarded-For", "FallbackBehavior": "MATCH"}}},
             "VisibilityConfig": {"SampledRequestsEnabled": true,
                "CloudWatchMetricsEnabled": false, "MetricName": "rate"}}
        ]);
        let rules = rules(Some(answered.clone()), GET).unwrap();
        assert_eq!(json!(rules), answered);
    }

    #[test]
    fn an_answer_of_another_form_is_unknown() {
        for answered in [
            json!({"Rules": []}),
            json!([{"Name": "no-statement", "Priority": 1}]),
            json!([{"Name": "text", "Priority": "first", "Statement": {}}]),
            json!(["s3cret"]),
        ] {
            let unknown = rules(Some(answered), GET).unwrap_err();
            assert_eq!(unknown.action.as_deref(), Some(GET));
            assert!(!unknown.message.contains("s3cret"));
        }
        assert!(rules(None, GET).is_err());
    }

    #[test]
    fn a_group_of_firewall_manager_is_a_rule() {
        let answered = json!([{"Name": "fm", "Priority": 0, "OverrideAction": {"Count": {}},
            "FirewallManagerStatement": {"ManagedRuleGroupStatement": {
                "VendorName": "AWS", "Name": "AWSManagedRulesSQLiRuleSet"}},
            "VisibilityConfig": {"SampledRequestsEnabled": true,
                "CloudWatchMetricsEnabled": true, "MetricName": "fm"}}]);
        let rules = rules(Some(answered), GET).unwrap();
        assert!(rules[0].statement.managed_rule_group_statement.is_some());
        assert!(rules[0].unrecorded.is_empty());
    }
}
