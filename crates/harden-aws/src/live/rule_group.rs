//! wafv2:GetRuleGroup, for each rule group that a web ACL on a load balancer refers to.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_wafv2::Client;
use futures::future::join_all;
use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known, Place, Unknown};
use serde_json::Value;

use super::AwsProvider;
use super::ip_set::addresses_of;
use super::place_api::PlaceApi;
use super::raw::Body;
use super::waf_json::rules;
use crate::resources::{RuleGroup, WafRule, WebAclRules};

const GET: &str = "wafv2:GetRuleGroup";

impl Collect<AwsProvider> for RuleGroup {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        let acls = facts.list::<WebAclRules>().await?;
        let mut groups: BTreeMap<&Place, BTreeSet<String>> = BTreeMap::new();
        for (id, acl) in acls.iter() {
            let lists = [&acl.first_rules, &acl.rules, &acl.last_rules];
            let rules = lists.into_iter().filter_map(Known::ok).flatten();
            groups
                .entry(&id.place)
                .or_default()
                .extend(rules.filter_map(reference));
        }
        let mut collected = aws
            .in_regions(facts, |api| {
                // a group that another account shares is read where the web ACL is
                let here = groups.get(&api.place).into_iter().flatten();
                let arns = here.cloned().collect();
                read(api, arns)
            })
            .await;
        collected.add_gaps_of(&acls.gaps);
        Ok(collected)
    }
}

fn reference(rule: &WafRule) -> Option<String> {
    let group = rule.statement.rule_group_reference_statement.as_ref()?;
    Some(group.arn.clone())
}

async fn read(api: PlaceApi, groups: BTreeSet<String>) -> Portion<RuleGroup> {
    let client = Client::new(&api.config);
    let found = groups.into_iter().map(|arn| group(&api, &client, arn));
    Portion::complete(join_all(found).await)
}

async fn group(api: &PlaceApi, client: &Client, arn: String) -> RuleGroup {
    let body = Body::default();
    let request = client.get_rule_group().arn(&arn).customize();
    let answer = api
        .call(GET, request.interceptor(body.clone()).send())
        .await;
    let found = match answer {
        Ok(_) => body.json(GET).and_then(|mut body| {
            let group = body.get_mut("RuleGroup");
            let found = group.and_then(|g| g.get_mut("Rules")).map(Value::take);
            rules(found, GET)
        }),
        Err(failure) => Err(Unknown::from(failure)),
    };
    let ip_sets = match &found {
        Ok(rules) => addresses_of(api, client, rules).await,
        Err(_) => BTreeMap::new(),
    };
    RuleGroup {
        arn,
        rules: found.into(),
        ip_sets,
    }
}
