//! cloudwatch:ListDashboards, cloudwatch:GetDashboard for each.

use std::collections::BTreeMap;

use aws_sdk_cloudwatch::Client;
use futures::future::join_all;
use harden_collect::{Collect, Collected, Portion};
use harden_core::{Cause, FactError, Facts, Known, Unknown};

use super::AwsProvider;
use super::dashboard_body::shown;
use super::failure::Failure;
use super::place_api::{PlaceApi, read_pages};
use super::sent::Sent as _;
use crate::resources::Dashboard;

const LIST: &str = "cloudwatch:ListDashboards";
const GET: &str = "cloudwatch:GetDashboard";

impl Collect<AwsProvider> for Dashboard {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        // every region answers with all dashboards of the account: one that is audited is open
        let sessions = aws.sessions.iter();
        let regions: BTreeMap<&str, &str> = sessions
            .filter_map(|s| Some((&*s.account, &**s.regions.first()?)))
            .collect();
        Ok(aws
            .in_accounts(facts, |api| {
                let region = regions.get(api.account());
                read(region.map_or_else(|| api.clone(), |region| api.in_region(region)))
            })
            .await)
    }
}

async fn read(api: PlaceApi) -> Portion<Dashboard> {
    let client = Client::new(&api.config);
    let (api, client) = (&api, &client);
    let found = read_pages(LIST, |token| {
        let request = client.list_dashboards().set_next_token(token);
        async move {
            let answer = api.call(LIST, request.send()).await?;
            Ok((
                answer.dashboard_entries.sent(LIST, "DashboardEntries")?,
                answer.next_token,
            ))
        }
    })
    .await;
    let mut read = Portion::default();
    read.gaps.extend(found.failed.map(Unknown::from));
    let mut names = Vec::new();
    for entry in found.items {
        match entry.dashboard_name {
            Some(name) => names.push(name),
            None => read.gaps.push(Unknown::missing(LIST, "DashboardName")),
        }
    }
    let dashboards = names.into_iter().map(|name| dashboard(api, client, name));
    read.resources
        .extend(join_all(dashboards).await.into_iter().flatten());
    read
}

/// A dashboard; none if it was deleted after it was listed.
async fn dashboard(api: &PlaceApi, client: &Client, name: String) -> Option<Dashboard> {
    let request = client.get_dashboard().dashboard_name(&name);
    let shows = match api.call(GET, request.send()).await {
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
        account: api.account().to_owned(),
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
