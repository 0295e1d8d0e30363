//! cloudwatch:ListDashboards, cloudwatch:GetDashboard for each.

use std::collections::BTreeMap;

use aws_sdk_cloudwatch::Client;
use futures::future::join_all;
use harden_core::{Cause, FactError, Known, Unknown};

use super::at::At;
use super::dashboard_body::shown;
use super::failure::Failure;
use super::gather::{Gathered, Read};
use super::listers::{Live, Run};
use super::paging::pages;
use crate::resources::Dashboard;

const LIST: &str = "cloudwatch:ListDashboards";
const GET: &str = "cloudwatch:GetDashboard";

impl Live for Dashboard {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        // every region answers with all dashboards of the account: one that is audited is open
        let sessions = run.provider.sessions.iter();
        let regions: BTreeMap<&str, &str> = sessions
            .filter_map(|s| Some((&*s.account, &**s.regions.first()?)))
            .collect();
        Ok(run
            .in_accounts(|at| {
                let region = regions.get(at.account());
                read(region.map_or_else(|| at.clone(), |region| at.in_region(region)))
            })
            .await)
    }
}

async fn read(at: At) -> Read<Dashboard> {
    let client = Client::new(&at.config);
    let (at, client) = (&at, &client);
    let found = pages(LIST, |token| {
        let request = client.list_dashboards().set_next_token(token);
        async move {
            let answer = at.call(LIST, request.send()).await?;
            Ok((
                answer.dashboard_entries.unwrap_or_default(),
                answer.next_token,
            ))
        }
    })
    .await;
    let mut read = Read::default();
    read.gaps.extend(found.failed.map(Unknown::from));
    let mut names = Vec::new();
    for entry in found.items {
        match entry.dashboard_name {
            Some(name) => names.push(name),
            None => read.gaps.push(Unknown::missing(LIST, "DashboardName")),
        }
    }
    let dashboards = names.into_iter().map(|name| dashboard(at, client, name));
    read.resources
        .extend(join_all(dashboards).await.into_iter().flatten());
    read
}

/// A dashboard; none if it was deleted since it was listed.
async fn dashboard(at: &At, client: &Client, name: String) -> Option<Dashboard> {
    let request = client.get_dashboard().dashboard_name(&name);
    let shows = match at.call(GET, request.send()).await {
        Ok(answer) => Known::present(answer.dashboard_body, GET, "DashboardBody").and_then(
            |body| match shown(&body) {
                Some(shows) => Known::Yes(shows),
                None => unreadable().into(),
            },
        ),
        Err(failure) if is_gone(&failure) => return None,
        Err(failure) => Unknown::from(failure).into(),
    };
    Some(Dashboard {
        account: at.account().to_owned(),
        name,
        shows,
    })
}

fn is_gone(failure: &Failure) -> bool {
    ["ResourceNotFound", "DashboardNotFoundError"]
        .iter()
        .any(|code| failure.is(code))
}

fn unreadable() -> Unknown {
    Unknown::new(Cause::Failed, "the dashboard's body is no JSON object").during(GET)
}
