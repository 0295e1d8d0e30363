//! Alarms with the history of their metric, and with the resource of the metric.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cx, FactError, Kind, Known, Listing, Place, Resource, Subject};
use jiff::Timestamp;

use super::measured::metrics_of;
use crate::resources::{
    Alarm, AlarmMetric, EcsService, LoadBalancer, Metric, MetricAlarm, TunedMetric,
};
use crate::views::alarms::metric_alarm;

/// An alarm whose threshold is compared with the history of its metric.
pub(crate) struct AlarmWithMetric {
    pub(crate) alarm: Arc<Alarm>,
    /// Its metric, or `None` for a metric that is not judged.
    pub(crate) metric: Option<JudgedMetric>,
}

/// A metric with its history and its resource.
pub(crate) struct JudgedMetric {
    pub(crate) tuned: TunedMetric,
    pub(crate) name: Box<str>,
    pub(crate) history: Known<Arc<AlarmMetric>>,
    pub(crate) owner: MetricOwner,
}

/// The resource of a metric.
pub(crate) enum MetricOwner {
    /// An ECS service, or `None` where it does not exist.
    Service(Known<Option<ServiceFacts>>),
    /// The creation time of a load balancer, or `None` where the load balancer does not exist.
    Balancer(Known<Option<Known<Timestamp>>>),
}

/// The facts about a service that limit the values of its metrics.
#[derive(Clone)]
pub(crate) struct ServiceFacts {
    pub(crate) idle: Known<Option<&'static str>>,
    /// Launch types or names of capacity providers.
    pub(crate) runs_on: Known<Vec<String>>,
}

#[async_trait]
impl Subject for AlarmWithMetric {
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
            let judged = on.map(|(definition, (tuned, metric))| {
                let place = place_of(definition, metric, &id.place);
                JudgedMetric {
                    tuned,
                    name: (*metric.name).into(),
                    history: metrics_of(&histories, id),
                    owner: owner(metric, &place, &services, &balancers),
                }
            });
            let view = Self {
                alarm: Arc::clone(alarm),
                metric: judged,
            };
            (Arc::clone(id), view)
        });
        let (items, gaps) = (items.collect(), alarms.gaps.clone());
        Ok(Arc::new(Listing::new(items, alarms.scope.clone(), gaps)))
    }
}

/// The place of a metric's resource. A query can name a metric of another account
/// ("CloudWatch cross-account observability").
fn place_of(alarm: &MetricAlarm, metric: &Metric, own: &Place) -> Place {
    let mut queries = alarm.queries.iter();
    let query = queries.find(|query| query.metric.as_ref() == Some(metric));
    match query.and_then(|query| query.account.as_deref()) {
        Some(account) => Place::new(account, &*own.region),
        None => own.clone(),
    }
}

fn owner(
    metric: &Metric,
    place: &Place,
    services: &Listing<EcsService>,
    balancers: &Listing<LoadBalancer>,
) -> MetricOwner {
    let value = |name| metric.dimensions.get(name).unwrap_or_default();
    if metric.namespace == "AWS/ECS" {
        let name = format!("{}/{}", value("ClusterName"), value("ServiceName"));
        let found = services.get(place, &name).and_then(|found| match found {
            None => Known::Yes(None),
            // ECS describes a deleted service as INACTIVE for some time
            Some(service) if service.status.ok().is_some_and(|s| s == "INACTIVE") => {
                Known::Yes(None)
            }
            Some(service) => Known::Yes(Some(ServiceFacts {
                idle: service.idle_reason(),
                runs_on: service.runs_on.clone(),
            })),
        });
        return MetricOwner::Service(found);
    }
    let found = balancers.get(place, value("LoadBalancer"));
    MetricOwner::Balancer(found.map(|found| found.map(|balancer| balancer.created_at.clone())))
}
