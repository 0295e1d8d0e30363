//! wafv2:ListLoggingConfigurations: one call for all web ACLs of a region.

use std::collections::BTreeMap;

use aws_sdk_wafv2::Client;
use aws_sdk_wafv2::types::{LogScope, LoggingConfiguration, Scope};
use harden_collect::{Collect, Collected, Pages, Portion};
use harden_core::{FactError, Facts, Known, Unknown};

use super::AwsProvider;
use super::failure::Failure;
use super::place_api::{PlaceApi, read_pages};
use super::sent::Sent as _;
use crate::resources::{WebAcl, WebAclLogging};

const LIST: &str = "wafv2:ListLoggingConfigurations";

/// Logs that others than the account itself set up. They are read only where the account has none of
/// its own.
const OF_OTHERS: &[LogScope] = &[
    LogScope::SecurityLake,
    LogScope::CloudwatchTelemetryRuleManaged,
];

impl Collect<AwsProvider> for WebAclLogging {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        let acls = facts.list::<WebAcl>().await?;
        let mut collected = aws
            .in_regions(facts, |api| {
                let here = acls.at(&api.place).map(|(_, acl)| acl);
                let on = here.filter(|acl| acl.load_balancers.ok().is_some_and(|b| !b.is_empty()));
                let arns = on.map(|acl| (acl.arn.clone(), Vec::new())).collect();
                read(api, arns)
            })
            .await;
        collected.add_gaps_of(&acls.gaps);
        Ok(collected)
    }
}

async fn read(api: PlaceApi, mut logs: BTreeMap<String, Vec<String>>) -> Portion<WebAclLogging> {
    let client = Client::new(&api.config);
    let mut gap = None;
    for scope in std::iter::once(&LogScope::Customer).chain(OF_OTHERS) {
        if gap.is_some() || logs.values().all(|to| !to.is_empty()) {
            break;
        }
        let found = list(&api, &client, scope).await;
        for configuration in found.items {
            if let Some(to) = logs.get_mut(&configuration.resource_arn) {
                to.extend(configuration.log_destination_configs);
            }
        }
        gap = found.failed.map(Unknown::from);
    }
    let logging = logs.into_iter().map(|(web_acl_arn, to)| {
        // what was found counts, even when the rest could not be read
        let destinations = match &gap {
            Some(unknown) if to.is_empty() => unknown.clone().into(),
            _ => Known::Yes(to),
        };
        WebAclLogging {
            web_acl_arn,
            destinations,
        }
    });
    Portion::complete(logging.collect())
}

async fn list(
    api: &PlaceApi,
    client: &Client,
    scope: &LogScope,
) -> Pages<LoggingConfiguration, Failure> {
    read_pages(LIST, |token| {
        let request = client
            .list_logging_configurations()
            .scope(Scope::Regional)
            .log_scope(scope.clone())
            .limit(100)
            .set_next_marker(token);
        async move {
            let answer = api.call(LIST, request.send()).await?;
            let page = answer
                .logging_configurations
                .sent(LIST, "LoggingConfigurations")?;
            let next = answer.next_marker.filter(|_| !page.is_empty());
            Ok((page, next))
        }
    })
    .await
}
