//! elasticloadbalancing:DescribeRules, for each HTTP listener that faces the internet.

use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::types::Rule;
use futures::future::join_all;
use harden_core::{FactError, Unknown};

use super::at::At;
use super::gather::{Gathered, Read, copied};
use super::listeners::facing;
use super::listers::{Live, Run};
use super::load_balancer_listeners::action;
use super::paging::pages;
use crate::resources::{ListenerRule, ListenerRules, LoadBalancer, LoadBalancerListeners};

const DESCRIBE: &str = "elasticloadbalancing:DescribeRules";

impl Live for ListenerRules {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        let balancers = run.facts.list::<LoadBalancer>().await?;
        let listeners = run.facts.list::<LoadBalancerListeners>().await?;
        let mut gathered = run
            .in_regions(|at| {
                let arns = facing(&balancers, &listeners, &at.place, "HTTP");
                read(at, arns)
            })
            .await;
        gathered.gaps.extend(copied(&balancers.gaps));
        gathered.gaps.extend(copied(&listeners.gaps));
        Ok(gathered)
    }
}

async fn read(at: At, listeners: Vec<String>) -> Read<ListenerRules> {
    let client = Client::new(&at.config);
    let found = listeners.into_iter().map(|arn| rules(&at, &client, arn));
    Read::full(join_all(found).await.into_iter().flatten().collect())
}

/// The rules of a listener; none if it was deleted since it was listed.
async fn rules(at: &At, client: &Client, listener: String) -> Option<ListenerRules> {
    let arn = listener.as_str();
    let found = pages(DESCRIBE, |token| {
        let request = client.describe_rules().listener_arn(arn).set_marker(token);
        async move {
            let answer = at.call(DESCRIBE, request.send()).await?;
            Ok((answer.rules.unwrap_or_default(), answer.next_marker))
        }
    })
    .await;
    if found
        .failed
        .as_ref()
        .is_some_and(|f| f.is("ListenerNotFound"))
    {
        return None;
    }
    let rules = found.complete().map_err(Unknown::from).and_then(|all| {
        let others = all.iter().filter(|rule| rule.is_default() != Some(true));
        others.map(rule).collect::<Result<Vec<_>, _>>()
    });
    Some(ListenerRules {
        listener_arn: listener,
        rules: rules.into(),
    })
}

fn rule(answered: &Rule) -> Result<ListenerRule, Unknown> {
    let actions = answered.actions().iter().map(|a| action(a, DESCRIBE));
    let missing = |field| Unknown::missing(DESCRIBE, field);
    Ok(ListenerRule {
        arn: answered
            .rule_arn()
            .ok_or_else(|| missing("RuleArn"))?
            .to_owned(),
        priority: answered
            .priority()
            .ok_or_else(|| missing("Priority"))?
            .to_owned(),
        actions: actions.collect::<Result<_, _>>()?,
    })
}
