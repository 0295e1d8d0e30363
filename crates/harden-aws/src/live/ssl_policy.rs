//! elasticloadbalancing:DescribeSSLPolicies: one call for all policies that listeners use.

use std::collections::BTreeSet;

use aws_sdk_elasticloadbalancingv2::Client;
use harden_core::{FactError, Known, Unknown};

use super::at::At;
use super::gather::{Gathered, Read, copied};
use super::listers::{Live, Run};
use super::paging::pages;
use crate::resources::{LoadBalancerListeners, SslPolicy};

const DESCRIBE: &str = "elasticloadbalancing:DescribeSSLPolicies";

impl Live for SslPolicy {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        let listeners = run.facts.list::<LoadBalancerListeners>().await?;
        let mut gathered = run
            .in_regions(|at| {
                let here = listeners
                    .at(&at.place)
                    .filter_map(|(_, of)| of.listeners.ok());
                let policies = here.flatten().filter_map(|l| l.ssl_policy.ok()?.clone());
                let names = policies.collect();
                read(at, names)
            })
            .await;
        gathered.gaps.extend(copied(&listeners.gaps));
        Ok(gathered)
    }
}

async fn read(at: At, names: BTreeSet<String>) -> Read<SslPolicy> {
    if names.is_empty() {
        return Read::default();
    }
    let client = Client::new(&at.config);
    let (at, names) = (&at, &names);
    let found = pages(DESCRIBE, |token| {
        let request = client
            .describe_ssl_policies()
            .set_names(Some(names.iter().cloned().collect()))
            .set_marker(token);
        async move {
            let answer = at.call(DESCRIBE, request.send()).await?;
            Ok((answer.ssl_policies.unwrap_or_default(), answer.next_marker))
        }
    })
    .await;
    Read::of(found, |policy| {
        Ok(SslPolicy {
            account: at.account().to_owned(),
            region: at.region().to_owned(),
            name: policy
                .name
                .ok_or_else(|| Unknown::missing(DESCRIBE, "Name"))?,
            protocols: Known::present(policy.ssl_protocols, DESCRIBE, "SslProtocols"),
        })
    })
}
