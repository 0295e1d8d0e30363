//! elasticloadbalancing:DescribeRules, for each HTTP listener that faces the internet.

use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::types::Rule;
use futures::future::join_all;
use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Unknown};

use super::AwsProvider;
use super::listeners::facing;
use super::load_balancer_listeners::action;
use super::place_api::{PlaceApi, read_pages};
use super::sent::Sent as _;
use crate::resources::{ListenerRule, ListenerRules, LoadBalancer, LoadBalancerListeners};

const DESCRIBE: &str = "elasticloadbalancing:DescribeRules";

impl Collect<AwsProvider> for ListenerRules {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        let balancers = facts.list::<LoadBalancer>().await?;
        let listeners = facts.list::<LoadBalancerListeners>().await?;
        let mut collected = aws
            .in_regions(facts, |api| {
                let arns = facing(&balancers, &listeners, &api.place, "HTTP");
                read(api, arns)
            })
            .await;
        collected.add_gaps_of(&balancers.gaps);
        collected.add_gaps_of(&listeners.gaps);
        Ok(collected)
    }
}

async fn read(api: PlaceApi, listeners: Vec<String>) -> Portion<ListenerRules> {
    let client = Client::new(&api.config);
    let found = listeners.into_iter().map(|arn| rules(&api, &client, arn));
    Portion::complete(join_all(found).await.into_iter().flatten().collect())
}

/// The rules of a listener; none if it was deleted after it was listed.
async fn rules(api: &PlaceApi, client: &Client, listener: String) -> Option<ListenerRules> {
    let arn = listener.as_str();
    let found = read_pages(DESCRIBE, |token| {
        let request = client.describe_rules().listener_arn(arn).set_marker(token);
        async move {
            let answer = api.call(DESCRIBE, request.send()).await?;
            Ok((answer.rules.sent(DESCRIBE, "Rules")?, answer.next_marker))
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
    let rules = found.into_result().map_err(Unknown::from).and_then(|all| {
        let others = all.iter().filter(|rule| rule.is_default() != Some(true));
        others.map(rule).collect::<Result<Vec<_>, _>>()
    });
    Some(ListenerRules {
        listener_arn: listener,
        rules: rules.into(),
    })
}

fn rule(answered: &Rule) -> Result<ListenerRule, Unknown> {
    let missing = |field| Unknown::missing(DESCRIBE, field);
    let actions = answered
        .actions
        .as_ref()
        .ok_or_else(|| missing("Actions"))?;
    let actions = actions.iter().map(|a| action(a, DESCRIBE));
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
