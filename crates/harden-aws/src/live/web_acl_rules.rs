//! wafv2:GetWebACL, for each web ACL on a load balancer.

use std::collections::BTreeMap;

use aws_sdk_wafv2::Client;
use futures::future::join_all;
use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known, Unknown};
use serde_json::{Map, Value};

use super::AwsProvider;
use super::ip_set::addresses_of;
use super::place_api::PlaceApi;
use super::raw::{Body, unreadable};
use super::waf_json::{allowed, rules};
use crate::resources::{WebAcl, WebAclRules, WebAclUpdate};

const GET: &str = "wafv2:GetWebACL";

/// What an update carries over as it is.
const SETTINGS: &[&str] = &[
    "ApplicationConfig",
    "AssociationConfig",
    "CaptchaConfig",
    "ChallengeConfig",
    "CustomResponseBodies",
    "DataProtectionConfig",
    "Description",
    "OnSourceDDoSProtectionConfig",
    "TokenDomains",
];

/// What an update does not take.
const FIXED: &[&str] = &[
    "ARN",
    "Capacity",
    "Id",
    "LabelNamespace",
    "LockToken",
    "ManagedByFirewallManager",
    "Name",
    "RetrofittedByFirewallManager",
];

impl Collect<AwsProvider> for WebAclRules {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        let acls = facts.list::<WebAcl>().await?;
        let mut collected = aws
            .in_regions(facts, |api| {
                let here = acls.at(&api.place).map(|(_, acl)| acl);
                let on = here.filter(|acl| acl.load_balancers.ok().is_some_and(|b| !b.is_empty()));
                let arns = on.map(|acl| acl.arn.clone()).collect();
                read(api, arns)
            })
            .await;
        collected.add_gaps_of(&acls.gaps);
        Ok(collected)
    }
}

async fn read(api: PlaceApi, acls: Vec<String>) -> Portion<WebAclRules> {
    let client = Client::new(&api.config);
    let found = acls.into_iter().map(|arn| acl(&api, &client, arn));
    Portion::complete(join_all(found).await.into_iter().flatten().collect())
}

/// A web ACL; none if it was deleted after it was listed.
async fn acl(api: &PlaceApi, client: &Client, arn: String) -> Option<WebAclRules> {
    let body = Body::default();
    let request = client.get_web_acl().arn(&arn).customize();
    let answer = api
        .call(GET, request.interceptor(body.clone()).send())
        .await;
    let answered = match answer {
        Ok(_) => body.json(GET),
        Err(failure) if failure.is("WAFNonexistentItemException") => return None,
        Err(failure) => Err(failure.unknown),
    };
    Some(match answered.and_then(|body| facts(&arn, body)) {
        Ok(mut acl) => {
            let lists = [&acl.first_rules, &acl.rules, &acl.last_rules];
            let rules = lists.into_iter().filter_map(Known::ok).flatten();
            acl.ip_sets = addresses_of(api, client, rules).await;
            acl
        }
        Err(unknown) => WebAclRules {
            arn,
            default_action: unknown.clone().into(),
            rules: unknown.clone().into(),
            first_rules: unknown.clone().into(),
            last_rules: unknown.clone().into(),
            ip_sets: BTreeMap::new(),
            visibility: unknown.clone().into(),
            update: unknown.into(),
        },
    })
}

/// What is kept of an answer.
fn facts(arn: &str, mut body: Value) -> Result<WebAclRules, Unknown> {
    let token = body.get_mut("LockToken").map(Value::take);
    let Some(Value::Object(mut acl)) = body.get_mut("WebACL").map(Value::take) else {
        return Err(Unknown::missing(GET, "WebACL"));
    };
    acl.retain(|_, value| !value.is_null());
    let mut left_out = Vec::new();
    let mut take = |acl: &mut Map<String, Value>, name: &'static str| {
        let value = acl.remove(name);
        value.map(|value| allowed(value, &mut left_out))
    };
    let default_action = take(&mut acl, "DefaultAction");
    let visibility = take(&mut acl, "VisibilityConfig");
    // those of Firewall Manager are absent where it manages nothing
    let mut of_manager = |name: &str| {
        let groups = acl.remove(name).unwrap_or_else(|| Value::Array(Vec::new()));
        Known::from(rules(Some(groups), GET))
    };
    let first_rules = of_manager("PreProcessFirewallManagerRuleGroups");
    let last_rules = of_manager("PostProcessFirewallManagerRuleGroups");
    Ok(WebAclRules {
        arn: arn.to_owned(),
        default_action: Known::present(default_action, GET, "DefaultAction").and_then(typed),
        rules: rules(acl.remove("Rules"), GET).into(),
        first_rules,
        last_rules,
        ip_sets: BTreeMap::new(),
        visibility: Known::present(visibility, GET, "VisibilityConfig").and_then(typed),
        update: update(acl, token, left_out).into(),
    })
}

fn typed<T: serde::de::DeserializeOwned>(value: Value) -> Known<T> {
    serde_json::from_value(value)
        .map_err(|_| unreadable(GET))
        .into()
}

fn update(
    mut acl: Map<String, Value>,
    token: Option<Value>,
    mut unrecorded: Vec<String>,
) -> Result<WebAclUpdate, Unknown> {
    let Some(Value::String(lock_token)) = token else {
        return Err(Unknown::missing(GET, "LockToken"));
    };
    let managed_by_firewall_manager = match acl.get("ManagedByFirewallManager") {
        None => false,
        Some(Value::Bool(managed)) => *managed,
        Some(_) => return Err(unreadable(GET)),
    };
    acl.retain(|name, _| !FIXED.contains(&&**name));
    // the API returns an empty description where there is none, and refuses it in an update
    acl.retain(|name, value| !(name == "Description" && value == ""));
    let (settings, others): (Map<_, _>, Map<_, _>) = acl
        .into_iter()
        .partition(|(name, _)| SETTINGS.contains(&&**name));
    unrecorded.extend(others.into_iter().map(|(name, _)| name));
    unrecorded.sort_unstable();
    Ok(WebAclUpdate {
        lock_token,
        managed_by_firewall_manager,
        settings,
        unrecorded,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ARN: &str = "arn:aws:wafv2:us-east-2:392853978631:regional/webacl/edge/1";

    #[test]
    fn what_an_update_takes_is_kept_and_what_is_new_is_named() {
        let acl = facts(
            ARN,
            json!({"LockToken": "token", "WebACL": {
                "Name": "edge", "Id": "1", "ARN": ARN, "Capacity": 700, "LabelNamespace": "x:",
                "DefaultAction": {"Allow": {"CustomRequestHandling": {"InsertHeaders": []}}},
                "Description": "", "TokenDomains": ["example.com"], "CaptchaConfig": null,
                "Rules": [], "FutureConfig": {"Text": "s3cret"},
                "VisibilityConfig": {"SampledRequestsEnabled": true,
                    "CloudWatchMetricsEnabled": true, "MetricName": "edge"}}}),
        )
        .unwrap();
        assert_eq!(acl.default_action.get().unwrap().name(), "Allow");
        assert_eq!(acl.first_rules, Known::Yes(Vec::new()));
        let update = acl.update.get().unwrap();
        assert_eq!(
            json!(update.settings),
            json!({"TokenDomains": ["example.com"]})
        );
        assert_eq!(update.unrecorded, ["CustomRequestHandling", "FutureConfig"]);
        assert!(!json!(acl).to_string().contains("s3cret"));
    }

    #[test]
    fn what_the_answer_lacks_is_unknown() {
        assert!(facts(ARN, json!({})).is_err());
        assert!(facts(ARN, json!({"WebACL": []})).is_err());
        let acl = facts(ARN, json!({"WebACL": {"VisibilityConfig": 7}})).unwrap();
        assert!(!acl.default_action.is_known() && !acl.rules.is_known());
        assert!(!acl.visibility.is_known() && !acl.update.is_known());
    }
}
