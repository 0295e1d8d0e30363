//! Accounts with what is judged in them, and which of it dashboards show.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{
    Cause, Cx, FactError, Kind, Known, Listing, Place, Resource, Scope, Subject, Unknown,
};

use super::thing::Thing;
use crate::arn::id_of;
use crate::resources::{
    Account, Alarm, Dashboard, DbCluster, DbInstance, EcsService, LoadBalancer, Shown, ShownMetrics,
};
use crate::views::alarms::metric_alarm;
use crate::views::backups::Database;

/// An account, with what its dashboards should show.
pub(crate) struct DashboardAccount {
    /// The ECS services, the load balancers and the databases.
    pub(crate) groups: [Group; 3],
    /// The names of its dashboards, as far as they are known.
    pub(crate) names: BTreeSet<Box<str>>,
}

/// Things of one kind.
pub(crate) struct Group {
    /// In words, in the plural.
    pub(crate) what: &'static str,
    pub(crate) things: Vec<(Thing, Known<bool>)>,
    /// Whether these are all.
    pub(crate) all: Known<()>,
}

impl Group {
    /// Whether there is any.
    pub(crate) fn exists(&self) -> Known<bool> {
        match self.things.is_empty() {
            false => Known::Yes(true),
            true => self.all.as_ref().map(|()| false),
        }
    }

    /// Whether some dashboard shows any.
    pub(crate) fn is_shown(&self) -> Known<bool> {
        let things = self.things.iter().map(|(_, shown)| shown.clone());
        Known::any(things.chain([self.all.as_ref().map(|()| false)]))
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
                services_of.map(|(id, service)| Thing::of_service(service, &id.place));
            let balancers_of = balancers
                .iter()
                .filter(|(id, _)| &*id.place.account == account);
            let balancers_of =
                balancers_of.map(|(id, balancer)| Thing::of_balancer(balancer, &id.place));
            let databases_of = databases
                .iter()
                .filter(|(id, _)| &*id.place.account == account);
            let databases_of = databases_of.map(|(_, database)| Thing::of_database(database));
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

/// What the dashboards show that may show an account's metrics.
struct Screens<'a> {
    dashboards: &'a Listing<Dashboard>,
    alarms: &'a Listing<Alarm>,
    account: &'a str,
}

impl Screens<'_> {
    fn group<R>(&self, what: &'static str, things: Vec<Thing>, listing: &Listing<R>) -> Group {
        let things = things.into_iter().map(|thing| {
            let shown = self.show(&thing);
            (thing, shown)
        });
        Group {
            what,
            things: things.collect(),
            all: self.read_in_all_regions(listing),
        }
    }

    /// Whether a kind was read in all regions of the account.
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

    fn show(&self, thing: &Thing) -> Known<bool> {
        let by_dashboard = self.dashboards.iter().flat_map(|(_, dashboard)| {
            let own = dashboard.account == self.account;
            match &dashboard.shows {
                Known::Yes(shows) => shows
                    .iter()
                    .filter(|shown| shown.account.as_deref().map_or(own, |a| a == self.account))
                    .map(|shown| self.shows(shown, thing))
                    .collect(),
                Known::No(unknown) if own => vec![Known::No(unknown.clone())],
                Known::No(_) => Vec::new(),
            }
        });
        let rest = self.dashboards.readable(&Place::global(self.account));
        Known::any(by_dashboard.chain([rest.map(|()| false)]))
    }

    fn shows(&self, shown: &Shown, thing: &Thing) -> Known<bool> {
        let region = shown
            .region
            .as_deref()
            .is_none_or(|r| r == &*thing.place.region);
        match &shown.what {
            ShownMetrics::Alarm(arn) => self.alarm_shows(arn, thing),
            _ if !region => Known::Yes(false),
            ShownMetrics::Metric {
                namespace,
                dimensions,
            } => Known::Yes(thing.has(namespace, dimensions)),
            ShownMetrics::Search(expression) => Known::Yes(thing.is_found(expression)),
            ShownMetrics::Explorer(kind) if thing.is_explored_by(kind) => Unknown::undetermined(
                "an explorer of a dashboard chooses resources by their tags, which is not followed",
            )
            .into(),
            ShownMetrics::Explorer(_) => Known::Yes(false),
        }
    }

    fn alarm_shows(&self, arn: &str, thing: &Thing) -> Known<bool> {
        let id = id_of(Alarm::KIND.name, arn);
        if id.place != thing.place {
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
                    .any(|m| thing.has(&m.namespace, &m.dimensions))
            })
        })
    }
}
