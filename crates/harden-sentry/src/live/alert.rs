//! Alerts of both of Sentry's models.
//!
//! On Sentry's own cloud, workflows with detectors have replaced rules. The endpoints for rules answer
//! 410 there: at first for some minutes at a time (brown-outs), permanently since September 2026, with
//! exceptions for some organizations. Self-hosted servers have the endpoints for rules, and newer ones
//! have both. So both are read:
//! - Where workflows could be read, a 410 or a 404 of the rules means that this server keeps all its
//!   alerts as workflows. Only such a server answers 410.
//! - Where a server has both, a rule that still works exists as a workflow of the same name: Sentry writes
//!   each rule as a workflow too. Self-hosted servers since 26.7 trigger workflows only, and do not
//!   migrate older rules, which then never trigger (<https://github.com/getsentry/self-hosted/issues/4452>).
//!   The API does not return which rules were migrated, so it is unknown whether a rule without such a
//!   workflow is in force.
//! - Where the server has no workflows, a 410 of the rules is attempted again, since it may pass. If it
//!   stays, the alerts are unknown: it never means that there are none.

use std::collections::HashSet;

use futures::future::join_all;
use harden_collect::rest::{Client, RestError};
use harden_collect::{Collect, Collected, Operation, Pages, Portion};
use harden_core::{Cause, FactError, Facts, Known, Listing, Unknown};
use serde::de::DeserializeOwned;

use super::api::Api;
use super::detector::of_projects;
use super::workflow::{Detectors, WORKFLOWS};
use super::{SentryProvider, issue_rule, metric_rule, workflow};
use crate::resources::{Alert, Detector, Project};

/// What an endpoint answered.
enum Answered<T> {
    /// Its items; only a part of them where a page failed.
    There(Pages<T, RestError>),
    /// The endpoint is retired, or this server does not have it.
    NotThere(RestError),
}

async fn ask<T: DeserializeOwned>(
    api: &Api<'_>,
    client: &Client,
    operation: Operation,
    params: &[&str],
    query: &[(&str, &str)],
) -> Answered<T> {
    let mut pages = api
        .get_all_with::<T>(client, operation, params, query)
        .await;
    let gone = matches!(
        pages.failed,
        Some(RestError::Gone(_) | RestError::NotFound(_))
    );
    match pages.failed.take_if(|_| gone && pages.items.is_empty()) {
        Some(error) => Answered::NotThere(error),
        None => Answered::There(pages),
    }
}

impl Collect<SentryProvider> for Alert {
    async fn collect(sentry: &SentryProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        let api = &sentry.api(facts);
        let organization = api.organization();
        let projects = facts.list::<Project>().await?;
        let detectors = facts.list::<Detector>().await?;
        let mut collected = api.empty();
        collected.add_gaps_of(&projects.gaps);
        let slugs: Vec<&str> = projects.iter().map(|(_, p)| p.slug.as_str()).collect();

        let client = &api.provider.client;
        let query = of_projects(api);
        let workflows = ask(api, client, WORKFLOWS, &[organization], &query).await;
        let (read, written) = match workflows {
            Answered::There(pages) => {
                let names = pages.items.iter().filter_map(workflow::Wire::name);
                let names: HashSet<String> = names.collect();
                (of_workflows(api, pages, &detectors), Some(names))
            }
            Answered::NotThere(_) => (Portion::default(), None),
        };
        let has_workflows = written.is_some();
        collected.add(&api.place(), read);

        // where workflows could be read, do not wait for an endpoint that is retired
        let client = if has_workflows {
            client
        } else {
            &api.provider.patient
        };
        let own = [organization];
        let metric = ask(api, client, metric_rule::RULES, &own, &[]);
        let issue = join_all(slugs.iter().map(async |slug| {
            let params = [organization, slug];
            let found = ask(api, client, issue_rule::RULES, &params, &[]).await;
            (*slug, found)
        }));
        let (metric, issue) = futures::join!(metric, issue);
        let read = rules(metric, metric_rule::RULES, has_workflows, |wire| {
            let alert = metric_rule::alert(api, &slugs, wire)?;
            Ok(alert.map(|alert| as_migrated(alert, written.as_ref())))
        });
        collected.add(&api.place(), read);
        for (slug, found) in issue {
            let read = rules(found, issue_rule::RULES, has_workflows, |wire| {
                let alert = issue_rule::alert(api, slug, wire)?;
                Ok(Some(as_migrated(alert, written.as_ref())))
            });
            collected.add(&api.place(), read);
        }
        Ok(collected)
    }
}

/// A rule of a server that has workflows with these names: without a workflow of its name, it is not
/// known whether it is in force.
fn as_migrated(mut alert: Alert, written: Option<&HashSet<String>>) -> Alert {
    let Some(written) = written else {
        return alert;
    };
    let is_written = alert.name.ok().is_some_and(|name| written.contains(name));
    if !is_written && alert.enabled != Known::Yes(false) {
        alert.enabled = Unknown::undetermined(
            "the server has workflows, and none with the name of this rule: since version 26.7 a \
             self-hosted server triggers workflows only, so the rule may never trigger; save the rule \
             again, which creates its workflow",
        )
        .during(WORKFLOWS.permission())
        .into();
    }
    alert
}

fn of_workflows(
    api: &Api<'_>,
    pages: Pages<workflow::Wire, RestError>,
    detectors: &Listing<Detector>,
) -> Portion<Alert> {
    let known = Detectors {
        listing: detectors,
        complete: detectors.readable(&api.place()),
    };
    let mut connected = HashSet::new();
    let mut read = Portion::default();
    let mut all_connections = pages.failed.is_none();
    for wire in pages.items {
        match workflow::alert(api, wire, &known, &mut connected) {
            Ok(Some(alert)) => {
                all_connections &= alert.monitors.is_known();
                read.resources.push(alert);
            }
            Ok(None) => {}
            Err(unknown) => read.gaps.push(unknown),
        }
    }
    read.gaps.extend(pages.failed.map(Unknown::from));
    // only when all workflows are known is it known that none is connected to a monitor
    if all_connections {
        for detector in workflow::left_alone(detectors, &connected) {
            read.resources.push(workflow::unconnected(api, detector));
        }
    }
    // an alert may be connected to a monitor that could not be read
    for gap in &detectors.gaps {
        read.gaps.push((*gap.unknown).clone());
    }
    read
}

fn rules<T>(
    found: Answered<T>,
    operation: Operation,
    has_workflows: bool,
    alert: impl Fn(T) -> Result<Option<Alert>, Unknown>,
) -> Portion<Alert> {
    let mut read = Portion::default();
    match found {
        Answered::NotThere(_) if has_workflows => {}
        Answered::NotThere(error) => read.gaps.push(explain_missing(error, operation)),
        Answered::There(pages) => {
            for wire in pages.items {
                match alert(wire) {
                    Ok(Some(alert)) => read.resources.push(alert),
                    Ok(None) => {}
                    Err(unknown) => read.gaps.push(unknown),
                }
            }
            read.gaps.extend(pages.failed.map(Unknown::from));
        }
    }
    read
}

/// Why nothing is known of the alerts, where neither model could be read.
fn explain_missing(error: RestError, operation: Operation) -> Unknown {
    match error {
        RestError::Gone(_) => Unknown::new(
            Cause::Plan,
            format!(
                "{operation}: the endpoint is retired (410), and the server has none of its \
                 successors, so it is not known which alerts there are"
            ),
        )
        .during(operation.permission()),
        error => Unknown::from(error),
    }
}
