//! Alerts of both of Sentry's models.
//!
//! Workflows with detectors have taken the place of rules on Sentry's own cloud, whose endpoints
//! for rules answer 410: first now and then (brown-outs), since September 2026 for good, but for
//! organizations that are exempt. Servers of one's own have the rules' endpoints, and newer ones
//! both. So both are asked for, and
//! - where workflows could be read, a 410 or a 404 of the rules means that this server keeps all
//!   its alerts as workflows: 410 is only ever answered by a server that does;
//! - where the server has no workflows, a 410 of the rules is tried again, since it may pass, and
//!   when it stays, nothing is known of the alerts: never that there are none.

use std::collections::HashSet;

use futures::future::join_all;
use harden_collect::{Client, Gathered, Pages, Read, RestError};
use harden_core::{Cause, FactError, Listing, Unknown};
use serde::de::DeserializeOwned;

use super::api::{all, refused};
use super::detector::of_projects;
use super::field::Call;
use super::project::copied;
use super::workflow::{Detectors, WORKFLOWS};
use super::{Live, Run, issue_rule, metric_rule, workflow};
use crate::resources::{Alert, Detector, Project};

/// What an endpoint said.
enum Answered<T> {
    /// What it holds, in part where the paging failed.
    There(Pages<T>),
    /// It is retired, or this server does not have it.
    NotThere(RestError),
}

async fn ask<T: DeserializeOwned>(
    run: &Run<'_>,
    client: &Client,
    call: Call,
    params: &[&str],
    query: &[(&str, &str)],
) -> Answered<T> {
    let mut pages = all::<T>(client, run.facts, call, params, query).await;
    let gone = matches!(
        pages.failed,
        Some(RestError::Gone(_) | RestError::NotFound(_))
    );
    match pages.failed.take_if(|_| gone && pages.items.is_empty()) {
        Some(error) => Answered::NotThere(error),
        None => Answered::There(pages),
    }
}

impl Live for Alert {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        let organization = run.organization();
        let projects = run.facts.list::<Project>().await?;
        let detectors = run.facts.list::<Detector>().await?;
        let mut gathered = run.over();
        gathered.gaps.extend(copied(&projects));
        let slugs: Vec<&str> = projects.iter().map(|(_, p)| p.slug.as_str()).collect();

        let client = &run.provider.client;
        let query = of_projects(run);
        let workflows = ask(run, client, WORKFLOWS, &[organization], &query).await;
        let (read, has_workflows) = match workflows {
            Answered::There(pages) => (of_workflows(run, pages, &detectors), true),
            Answered::NotThere(_) => (Read::default(), false),
        };
        gathered.add(&run.place(), read);

        // where workflows tell, nobody waits for what is retired
        let client = if has_workflows {
            client
        } else {
            &run.provider.patient
        };
        let own = [organization];
        let metric = ask(run, client, metric_rule::RULES, &own, &[]);
        let issue = join_all(slugs.iter().map(async |slug| {
            let params = [organization, slug];
            let found = ask(run, client, issue_rule::RULES, &params, &[]).await;
            (*slug, found)
        }));
        let (metric, issue) = futures::join!(metric, issue);
        let read = rules(metric, metric_rule::RULES, has_workflows, |wire| {
            metric_rule::alert(run, &slugs, wire)
        });
        gathered.add(&run.place(), read);
        for (slug, found) in issue {
            let read = rules(found, issue_rule::RULES, has_workflows, |wire| {
                issue_rule::alert(run, slug, wire).map(Some)
            });
            gathered.add(&run.place(), read);
        }
        Ok(gathered)
    }
}

fn of_workflows(
    run: &Run<'_>,
    pages: Pages<workflow::Wire>,
    detectors: &Listing<Detector>,
) -> Read<Alert> {
    let known = Detectors {
        listing: detectors,
        complete: detectors.readable(&run.place()),
    };
    let mut connected = HashSet::new();
    let mut read = Read::default();
    let mut all_connections = pages.failed.is_none();
    for wire in pages.items {
        match workflow::alert(run, wire, &known, &mut connected) {
            Ok(Some(alert)) => {
                all_connections &= alert.monitors.is_known();
                read.push(Ok(alert));
            }
            Ok(None) => {}
            Err(unknown) => read.push(Err(unknown)),
        }
    }
    if let Some(error) = &pages.failed {
        read.push(Err(refused(error, WORKFLOWS)));
    }
    // that nothing is connected to a monitor is known only where all workflows are
    if all_connections {
        for detector in workflow::left_alone(detectors, &connected) {
            read.push(Ok(workflow::unconnected(run, detector)));
        }
    }
    // what a gap among the monitors hides may be watched by an alert
    for gap in &detectors.gaps {
        read.push(Err((*gap.unknown).clone()));
    }
    read
}

fn rules<T>(
    found: Answered<T>,
    call: Call,
    has_workflows: bool,
    alert: impl Fn(T) -> Result<Option<Alert>, Unknown>,
) -> Read<Alert> {
    let mut read = Read::default();
    match found {
        Answered::NotThere(_) if has_workflows => {}
        Answered::NotThere(error) => read.push(Err(retired(&error, call))),
        Answered::There(pages) => {
            for wire in pages.items {
                match alert(wire) {
                    Ok(Some(alert)) => read.push(Ok(alert)),
                    Ok(None) => {}
                    Err(unknown) => read.push(Err(unknown)),
                }
            }
            if let Some(error) = &pages.failed {
                read.push(Err(refused(error, call)));
            }
        }
    }
    read
}

/// Neither model could be read.
fn retired(error: &RestError, call: Call) -> Unknown {
    match error {
        RestError::Gone(_) => Unknown::new(
            Cause::Plan,
            format!(
                "{}: the endpoint is retired (410), and the server answers to none of its \
                 successors: what alerts there are is not known",
                call.operation
            ),
        )
        .during(call.scope),
        error => refused(error, call),
    }
}
