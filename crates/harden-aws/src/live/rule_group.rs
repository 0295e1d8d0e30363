//! wafv2:GetRuleGroup, for each rule group that a web ACL on a load balancer refers to.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_wafv2::Client;
use futures::future::join_all;
use harden_core::{FactError, Known, Place, Unknown};
use serde_json::Value;

use super::at::At;
use super::gather::{Gathered, Read, copied};
use super::listers::{Live, Run};
use super::raw::Body;
use super::waf_json::rules;
use crate::resources::{RuleGroup, WafRule, WebAclRules};

const GET: &str = "wafv2:GetRuleGroup";

impl Live for RuleGroup {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        let acls = run.facts.list::<WebAclRules>().await?;
        let mut groups: BTreeMap<&Place, BTreeSet<String>> = BTreeMap::new();
        for (id, acl) in acls.iter() {
            let lists = [&acl.first_rules, &acl.rules, &acl.last_rules];
            let rules = lists.into_iter().filter_map(Known::ok).flatten();
            groups
                .entry(&id.place)
                .or_default()
                .extend(rules.filter_map(reference));
        }
        let mut gathered = run
            .in_regions(|at| {
                // one that another account shares is asked for where the web ACL is
                let arns = groups.get(&at.place).cloned().unwrap_or_default();
                read(at, arns)
            })
            .await;
        gathered.gaps.extend(copied(&acls.gaps));
        Ok(gathered)
    }
}

fn reference(rule: &WafRule) -> Option<String> {
    let group = rule.statement.rule_group_reference_statement.as_ref()?;
    Some(group.arn.clone())
}

async fn read(at: At, groups: BTreeSet<String>) -> Read<RuleGroup> {
    let client = Client::new(&at.config);
    let found = groups.into_iter().map(|arn| group(&at, &client, arn));
    Read::full(join_all(found).await)
}

async fn group(at: &At, client: &Client, arn: String) -> RuleGroup {
    let body = Body::default();
    let request = client.get_rule_group().arn(&arn).customize();
    let answer = at.call(GET, request.interceptor(body.clone()).send()).await;
    let found = match answer {
        Ok(_) => body.json(GET).and_then(|mut body| {
            let group = body.get_mut("RuleGroup");
            let found = group.and_then(|g| g.get_mut("Rules")).map(Value::take);
            rules(found, GET)
        }),
        Err(failure) => Err(Unknown::from(failure)),
    };
    RuleGroup {
        arn,
        rules: found.into(),
    }
}
