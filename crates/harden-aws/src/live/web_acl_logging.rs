//! wafv2:ListLoggingConfigurations: one call for all web ACLs of a region.

use std::collections::BTreeMap;

use aws_sdk_wafv2::Client;
use aws_sdk_wafv2::types::{LogScope, LoggingConfiguration, Scope};
use harden_core::{FactError, Known, Unknown};

use super::at::At;
use super::gather::{Gathered, Read, copied};
use super::listers::{Live, Run};
use super::paging::{Pages, pages};
use crate::resources::{WebAcl, WebAclLogging};

const LIST: &str = "wafv2:ListLoggingConfigurations";

/// Logs that others than the account itself set up, asked for only where it did not.
const OF_OTHERS: &[LogScope] = &[
    LogScope::SecurityLake,
    LogScope::CloudwatchTelemetryRuleManaged,
];

impl Live for WebAclLogging {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        let acls = run.facts.list::<WebAcl>().await?;
        let mut gathered = run
            .in_regions(|at| {
                let here = acls.at(&at.place).map(|(_, acl)| acl);
                let on = here.filter(|acl| acl.load_balancers.ok().is_some_and(|b| !b.is_empty()));
                let arns = on.map(|acl| (acl.arn.clone(), Vec::new())).collect();
                read(at, arns)
            })
            .await;
        gathered.gaps.extend(copied(&acls.gaps));
        Ok(gathered)
    }
}

async fn read(at: At, mut logs: BTreeMap<String, Vec<String>>) -> Read<WebAclLogging> {
    let client = Client::new(&at.config);
    let mut gap = None;
    for scope in std::iter::once(&LogScope::Customer).chain(OF_OTHERS) {
        if gap.is_some() || logs.values().all(|to| !to.is_empty()) {
            break;
        }
        let found = list(&at, &client, scope).await;
        for configuration in found.items {
            if let Some(to) = logs.get_mut(&configuration.resource_arn) {
                to.extend(configuration.log_destination_configs);
            }
        }
        gap = found.failed.map(Unknown::from);
    }
    let logging = logs.into_iter().map(|(web_acl_arn, to)| {
        // what was found stands, whatever became of the rest
        let destinations = match &gap {
            Some(unknown) if to.is_empty() => unknown.clone().into(),
            _ => Known::Yes(to),
        };
        WebAclLogging {
            web_acl_arn,
            destinations,
        }
    });
    Read::full(logging.collect())
}

async fn list(at: &At, client: &Client, scope: &LogScope) -> Pages<LoggingConfiguration> {
    pages(LIST, |token| {
        let request = client
            .list_logging_configurations()
            .scope(Scope::Regional)
            .log_scope(scope.clone())
            .limit(100)
            .set_next_marker(token);
        async move {
            let answer = at.call(LIST, request.send()).await?;
            let page = answer.logging_configurations.unwrap_or_default();
            let next = answer.next_marker.filter(|_| !page.is_empty());
            Ok((page, next))
        }
    })
    .await
}
