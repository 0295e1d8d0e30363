//! elasticloadbalancing:DescribeSSLPolicies: one call for all policies that listeners use.

use std::collections::BTreeSet;

use aws_sdk_elasticloadbalancingv2::Client;
use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known, Unknown};

use super::AwsProvider;
use super::place_api::{PlaceApi, read_pages};
use super::sent::Sent as _;
use crate::resources::{LoadBalancerListeners, SslPolicy};

const DESCRIBE: &str = "elasticloadbalancing:DescribeSSLPolicies";

impl Collect<AwsProvider> for SslPolicy {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        let listeners = facts.list::<LoadBalancerListeners>().await?;
        let mut collected = aws
            .in_regions(facts, |api| {
                let here = listeners
                    .at(&api.place)
                    .filter_map(|(_, of)| of.listeners.ok());
                let policies = here.flatten().filter_map(|l| l.ssl_policy.ok()?.clone());
                let names = policies.collect();
                read(api, names)
            })
            .await;
        collected.add_gaps_of(&listeners.gaps);
        Ok(collected)
    }
}

async fn read(api: PlaceApi, names: BTreeSet<String>) -> Portion<SslPolicy> {
    if names.is_empty() {
        return Portion::default();
    }
    let client = Client::new(&api.config);
    let (api, names) = (&api, &names);
    let found = read_pages(DESCRIBE, |token| {
        let request = client
            .describe_ssl_policies()
            .set_names(Some(names.iter().cloned().collect()))
            .set_marker(token);
        async move {
            let answer = api.call(DESCRIBE, request.send()).await?;
            Ok((
                answer.ssl_policies.sent(DESCRIBE, "SslPolicies")?,
                answer.next_marker,
            ))
        }
    })
    .await;
    Portion::from_pages(found, |policy| {
        Ok(SslPolicy {
            account: api.account().to_owned(),
            region: api.region().to_owned(),
            name: policy
                .name
                .ok_or_else(|| Unknown::missing(DESCRIBE, "Name"))?,
            protocols: Known::present(policy.ssl_protocols, DESCRIBE, "SslProtocols"),
        })
    })
}
