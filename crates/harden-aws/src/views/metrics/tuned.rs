//! Alarms with the history of what they watch, and what their dimensions name.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cx, FactError, Kind, Known, Listing, Place, Resource, Subject};
use jiff::Timestamp;

use super::measured::of;
use crate::resources::{
    Alarm, AlarmMetric, EcsService, LoadBalancer, Metric, MetricAlarm, TunedMetric,
};
use crate::views::alarms::metric_alarm;

/// An alarm whose threshold is judged against the history of its metric.
pub(crate) struct TunedAlarm {
    pub(crate) alarm: Arc<Alarm>,
    /// What it watches, of the metrics that are judged; none for other alarms.
    pub(crate) watched: Option<Watched>,
}

/// A metric, its history, and the thing that it is of.
pub(crate) struct Watched {
    pub(crate) tuned: TunedMetric,
    pub(crate) name: Box<str>,
    pub(crate) history: Known<Arc<AlarmMetric>>,
    pub(crate) thing: Thing,
}

/// What a metric is of.
pub(crate) enum Thing {
    /// An ECS service; none where it does not exist.
    Service(Known<Option<ServiceFacts>>),
    /// A load balancer, with when it was made; none where it does not exist.
    Balancer(Known<Option<Known<Timestamp>>>),
}

/// What of a service decides what its metrics can be.
#[derive(Clone)]
pub(crate) struct ServiceFacts {
    pub(crate) idle: Known<Option<&'static str>>,
    /// Launch types or capacity providers.
    pub(crate) runs_on: Known<Vec<String>>,
}

#[async_trait]
impl Subject for TunedAlarm {
    const KINDS: &'static [&'static Kind] = &[
        Alarm::KIND,
        AlarmMetric::KIND,
        EcsService::KIND,
        LoadBalancer::KIND,
    ];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let alarms = cx.list::<Alarm>().await?;
        let histories = cx.list::<AlarmMetric>().await?;
        let services = cx.list::<EcsService>().await?;
        let balancers = cx.list::<LoadBalancer>().await?;
        let items = alarms.iter_shared().map(|(id, alarm)| {
            let on = metric_alarm(alarm).and_then(|m| Some((m, TunedMetric::of_alarm(m)?)));
            let watched = on.map(|(definition, (tuned, metric))| {
                let place = place_of(definition, metric, &id.place);
                Watched {
                    tuned,
                    name: (*metric.name).into(),
                    history: of(&histories, id),
                    thing: thing(metric, &place, &services, &balancers),
                }
            });
            let view = Self {
                alarm: Arc::clone(alarm),
                watched,
            };
            (Arc::clone(id), view)
        });
        let (items, gaps) = (items.collect(), alarms.gaps.clone());
        Ok(Arc::new(Listing::new(items, alarms.scope.clone(), gaps)))
    }
}

/// Where a metric's thing is: a query may be of another account's metric.
fn place_of(alarm: &MetricAlarm, metric: &Metric, own: &Place) -> Place {
    let mut queries = alarm.queries.iter();
    let query = queries.find(|query| query.metric.as_ref() == Some(metric));
    match query.and_then(|query| query.account.as_deref()) {
        Some(account) => Place::new(account, &*own.region),
        None => own.clone(),
    }
}

fn thing(
    metric: &Metric,
    place: &Place,
    services: &Listing<EcsService>,
    balancers: &Listing<LoadBalancer>,
) -> Thing {
    let value = |name| metric.dimensions.get(name).unwrap_or_default();
    if metric.namespace == "AWS/ECS" {
        let name = format!("{}/{}", value("ClusterName"), value("ServiceName"));
        let found = services.get(place, &name).and_then(|found| match found {
            None => Known::Yes(None),
            // a deleted service can still be described for a while
            Some(service) if service.status.ok().is_some_and(|s| s == "INACTIVE") => {
                Known::Yes(None)
            }
            Some(service) => Known::Yes(Some(ServiceFacts {
                idle: service.idle_reason(),
                runs_on: service.runs_on.clone(),
            })),
        });
        return Thing::Service(found);
    }
    let found = balancers.get(place, value("LoadBalancer"));
    Thing::Balancer(found.map(|found| found.map(|balancer| balancer.created_at.clone())))
}
