//! elasticloadbalancing:DescribeListeners, for each application load balancer.

use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::types::{Action, Listener as Answered};
use futures::future::join_all;
use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known, Unknown};

use super::AwsProvider;
use super::place_api::{PlaceApi, read_pages};
use super::sent::Sent as _;
use crate::resources::{Listener, ListenerAction, LoadBalancer, LoadBalancerListeners};

const DESCRIBE: &str = "elasticloadbalancing:DescribeListeners";

impl Collect<AwsProvider> for LoadBalancerListeners {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        let balancers = facts.list::<LoadBalancer>().await?;
        let mut collected = aws
            .in_regions(facts, |api| {
                let here = balancers.at(&api.place).map(|(_, balancer)| balancer);
                let arns = here.filter(|b| b.may_be_application());
                let arns = arns.map(|b| b.arn.clone()).collect();
                read(api, arns)
            })
            .await;
        collected.add_gaps_of(&balancers.gaps);
        Ok(collected)
    }
}

async fn read(api: PlaceApi, balancers: Vec<String>) -> Portion<LoadBalancerListeners> {
    let client = Client::new(&api.config);
    let found = balancers
        .into_iter()
        .map(|arn| listeners(&api, &client, arn));
    Portion::complete(join_all(found).await.into_iter().flatten().collect())
}

/// The listeners of a load balancer; none if it was deleted after it was listed.
async fn listeners(
    api: &PlaceApi,
    client: &Client,
    balancer: String,
) -> Option<LoadBalancerListeners> {
    let arn = balancer.as_str();
    let found = read_pages(DESCRIBE, |token| {
        let request = client
            .describe_listeners()
            .load_balancer_arn(arn)
            .set_marker(token);
        async move {
            let answer = api.call(DESCRIBE, request.send()).await?;
            Ok((
                answer.listeners.sent(DESCRIBE, "Listeners")?,
                answer.next_marker,
            ))
        }
    })
    .await;
    if found
        .failed
        .as_ref()
        .is_some_and(|f| f.is("LoadBalancerNotFound"))
    {
        return None;
    }
    let listeners = found.into_result().map_err(Unknown::from).and_then(|all| {
        let all = all.into_iter().map(listener);
        let mut all = all.collect::<Result<Vec<_>, _>>()?;
        all.sort_by(|a, b| a.arn.cmp(&b.arn));
        Ok(all)
    });
    Some(LoadBalancerListeners {
        load_balancer_arn: balancer,
        listeners: listeners.into(),
    })
}

fn listener(answered: Answered) -> Result<Listener, Unknown> {
    let arn = answered.listener_arn;
    let protocol = answered.protocol.map(|p| p.as_str().to_owned());
    let actions = answered.default_actions;
    Ok(Listener {
        arn: arn.ok_or_else(|| Unknown::missing(DESCRIBE, "ListenerArn"))?,
        protocol: Known::present(protocol, DESCRIBE, "Protocol"),
        port: Known::present(answered.port, DESCRIBE, "Port"),
        ssl_policy: Known::Yes(answered.ssl_policy),
        default_actions: Known::present(actions, DESCRIBE, "DefaultActions").and_then(|all| {
            all.iter()
                .map(|a| action(a, DESCRIBE))
                .collect::<Result<_, _>>()
                .into()
        }),
    })
}

/// What a listener or a rule does.
pub(super) fn action(
    answered: &Action,
    operation: &'static str,
) -> Result<ListenerAction, Unknown> {
    let kind = answered.r#type().map(|t| t.as_str().to_owned());
    let kind = kind.ok_or_else(|| Unknown::missing(operation, "Type"))?;
    let redirect = answered.redirect_config().map(|redirect| {
        // AWS's default is that of the request
        let protocol = redirect.protocol().unwrap_or("#{protocol}");
        protocol.to_owned()
    });
    let of_config = answered.forward_config().map(|forward| {
        let groups = forward.target_groups().iter();
        groups
            .filter_map(|group| group.target_group_arn())
            .map(str::to_owned)
            .collect::<Vec<_>>()
    });
    let single = answered.target_group_arn().map(|arn| vec![arn.to_owned()]);
    Ok(ListenerAction {
        kind,
        redirect_protocol: redirect,
        target_groups: of_config
            .filter(|all| !all.is_empty())
            .or(single)
            .left_out_if_empty("API_Action, TargetGroupArn: only of an action of type forward"),
    })
}
