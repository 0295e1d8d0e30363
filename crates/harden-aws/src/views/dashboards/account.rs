//! Accounts with their judged resources, and which of them the dashboards show.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{
    Cause, Cx, FactError, Kind, Known, Listing, Place, Resource, Scope, Subject, Unknown,
};

use super::thing::DashboardResource;
use crate::arn::id_of;
use crate::resources::{
    Account, Alarm, Dashboard, DbCluster, DbInstance, EcsService, LoadBalancer, Shown, ShownMetrics,
};
use crate::views::alarms::metric_alarm;
use crate::views::backups::Database;

/// An account with the resources that its dashboards should show.
pub(crate) struct DashboardAccount {
    /// The ECS services, the load balancers and the databases.
    pub(crate) groups: [ResourceGroup; 3],
    /// The names of its known dashboards.
    pub(crate) names: BTreeSet<Box<str>>,
}

/// The resources of one type.
pub(crate) struct ResourceGroup {
    /// The type in the plural, for the reader.
    pub(crate) what: &'static str,
    pub(crate) resources: Vec<(DashboardResource, Known<bool>)>,
    /// Whether `resources` is complete.
    pub(crate) all: Known<()>,
}

impl ResourceGroup {
    /// Whether there is at least one.
    pub(crate) fn exists(&self) -> Known<bool> {
        match self.resources.is_empty() {
            false => Known::Yes(true),
            true => self.all.as_ref().map(|()| false),
        }
    }

    /// Whether a dashboard shows at least one.
    pub(crate) fn is_shown(&self) -> Known<bool> {
        let shown = self.resources.iter().map(|(_, shown)| shown.clone());
        Known::any(shown.chain([self.all.as_ref().map(|()| false)]))
    }
}

#[async_trait]
impl Subject for DashboardAccount {
    const KINDS: &'static [&'static Kind] = &[
        Account::KIND,
        Dashboard::KIND,
        Alarm::KIND,
        EcsService::KIND,
        LoadBalancer::KIND,
        DbInstance::KIND,
        DbCluster::KIND,
    ];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let accounts = cx.list::<Account>().await?;
        let dashboards = cx.list::<Dashboard>().await?;
        let alarms = cx.list::<Alarm>().await?;
        let services = cx.list::<EcsService>().await?;
        let balancers = cx.list::<LoadBalancer>().await?;
        let databases = cx.subjects::<Database>().await?;
        let items = accounts.iter().map(|(id, account)| {
            let account = &*account.account;
            let screens = Screens {
                dashboards: &dashboards,
                alarms: &alarms,
                account,
            };
            let services_of = services.iter().filter(|(id, service)| {
                let idle = service.idle_reason();
                &*id.place.account == account && !matches!(idle, Known::Yes(Some(_)))
            });
            let services_of =
                services_of.map(|(id, service)| DashboardResource::of_service(service, &id.place));
            let balancers_of = balancers
                .iter()
                .filter(|(id, _)| &*id.place.account == account);
            let balancers_of = balancers_of
                .map(|(id, balancer)| DashboardResource::of_balancer(balancer, &id.place));
            let databases_of = databases
                .iter()
                .filter(|(id, _)| &*id.place.account == account);
            let databases_of =
                databases_of.map(|(_, database)| DashboardResource::of_database(database));
            let of_account = dashboards.at(&id.place).map(|(_, d)| (*d.name).into());
            let view = Self {
                groups: [
                    screens.group("ECS services", services_of.collect(), &services),
                    screens.group("load balancers", balancers_of.collect(), &balancers),
                    screens.group("databases", databases_of.collect(), &databases),
                ],
                names: of_account.collect(),
            };
            (Arc::clone(id), view)
        });
        let (items, gaps) = (items.collect(), accounts.gaps.clone());
        Ok(Arc::new(Listing::new(items, accounts.scope.clone(), gaps)))
    }
}

/// The dashboards that can show the metrics of an account.
struct Screens<'a> {
    dashboards: &'a Listing<Dashboard>,
    alarms: &'a Listing<Alarm>,
    account: &'a str,
}

impl Screens<'_> {
    fn group<R>(
        &self,
        what: &'static str,
        resources: Vec<DashboardResource>,
        listing: &Listing<R>,
    ) -> ResourceGroup {
        let resources = resources.into_iter().map(|resource| {
            let shown = self.is_shown(&resource);
            (resource, shown)
        });
        ResourceGroup {
            what,
            resources: resources.collect(),
            all: self.read_in_all_regions(listing),
        }
    }

    /// Whether a kind was read in every region of the account.
    fn read_in_all_regions<R>(&self, listing: &Listing<R>) -> Known<()> {
        let of_account =
            |place: &Place| matches!(&*place.account, "*") || &*place.account == self.account;
        if let Some(gap) = listing.gaps.iter().find(|gap| of_account(&gap.place)) {
            return gap.unknown.clone().into();
        }
        match &listing.scope {
            Scope::Places(places) if !places.iter().any(of_account) => {
                let message = format!("this run read no region of {}", self.account);
                Unknown::new(Cause::NotRead, message).into()
            }
            Scope::Places(_) | Scope::Everything => Known::Yes(()),
        }
    }

    fn is_shown(&self, resource: &DashboardResource) -> Known<bool> {
        let by_dashboard = self.dashboards.iter().flat_map(|(_, dashboard)| {
            let own = dashboard.account == self.account;
            match &dashboard.shows {
                Known::Yes(shows) => shows
                    .iter()
                    .filter(|shown| shown.account.as_deref().map_or(own, |a| a == self.account))
                    .map(|shown| self.shows(shown, resource))
                    .collect(),
                Known::No(unknown) if own => vec![Known::No(unknown.clone())],
                Known::No(_) => Vec::new(),
            }
        });
        let rest = self.dashboards.readable(&Place::global(self.account));
        Known::any(by_dashboard.chain([rest.map(|()| false)]))
    }

    fn shows(&self, shown: &Shown, resource: &DashboardResource) -> Known<bool> {
        // "*": a variable of the dashboard sets the region, so the viewer can choose every region
        let region = match shown.region.as_deref() {
            Some(region) => Known::Yes(matches!(region, "*") || *region == *resource.place.region),
            None => Unknown::missing("cloudwatch:GetDashboard", "region of a widget").into(),
        };
        match &shown.what {
            ShownMetrics::Alarm(arn) => self.alarm_shows(arn, resource),
            ShownMetrics::Metric {
                namespace,
                dimensions,
            } => Known::all([Known::Yes(resource.has(namespace, dimensions)), region]),
            ShownMetrics::Search(expression) => {
                Known::all([Known::Yes(resource.is_found_by(expression)), region])
            }
            ShownMetrics::Explorer(kind)
                if resource.may_be_explored_by(kind) && region != Known::Yes(false) => Unknown::undetermined(
                "an explorer widget selects resources by tags, which this check does not evaluate",
            )
            .into(),
            ShownMetrics::Explorer(_) => Known::Yes(false),
        }
    }

    fn alarm_shows(&self, arn: &str, resource: &DashboardResource) -> Known<bool> {
        let id = id_of(Alarm::KIND.name, arn);
        if id.place != resource.place {
            return Known::Yes(false);
        }
        self.alarms.get(&id.place, &id.name).and_then(|alarm| {
            let Some(alarm) = alarm else {
                return Known::Yes(false);
            };
            alarm.definition.as_ref().map(|_| {
                let metrics = metric_alarm(alarm).into_iter().flat_map(|metric| {
                    let queries = metric.queries.iter().filter_map(|q| q.metric.as_ref());
                    metric.metric.iter().chain(queries)
                });
                metrics
                    .into_iter()
                    .any(|m| resource.has(&m.namespace, &m.dimensions))
            })
        })
    }
}
