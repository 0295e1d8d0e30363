//! ECS services and load balancers with the history of their metrics.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{
    Cause, Cx, FactError, Kind, Known, Listing, Place, Resource, ResourceId, Subject, Unknown,
};
use jiff::Timestamp;

use super::history::METRICS;
use crate::resources::{BalancerMetrics, EcsService, LoadBalancer, ServiceMetrics};

/// An ECS service with its utilization.
pub(crate) struct ServiceWithMetrics {
    pub(crate) arn: Box<str>,
    pub(crate) cluster: Box<str>,
    pub(crate) service: Box<str>,
    pub(crate) place: Place,
    /// Why it is not judged: see [`EcsService::idle_reason`].
    pub(crate) idle: Known<Option<&'static str>>,
    pub(crate) metrics: Known<Arc<ServiceMetrics>>,
}

#[async_trait]
impl Subject for ServiceWithMetrics {
    const KINDS: &'static [&'static Kind] = &[EcsService::KIND, ServiceMetrics::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let services = cx.list::<EcsService>().await?;
        let metrics = cx.list::<ServiceMetrics>().await?;
        let items = services.iter().map(|(id, service)| {
            let view = Self {
                arn: (*service.arn).into(),
                cluster: service.cluster().into(),
                service: service.service().into(),
                place: id.place.clone(),
                idle: service.idle_reason(),
                metrics: metrics_of(&metrics, id),
            };
            (Arc::clone(id), view)
        });
        let (items, gaps) = (items.collect(), services.gaps.clone());
        Ok(Arc::new(Listing::new(items, services.scope.clone(), gaps)))
    }
}

/// A load balancer with its requests, errors and response times.
pub(crate) struct BalancerWithMetrics {
    /// The value of the dimension LoadBalancer of its metrics: `app/NAME/ID`.
    pub(crate) dimension: Box<str>,
    pub(crate) place: Place,
    /// `application`, `network` or `gateway`.
    pub(crate) kind: Known<String>,
    pub(crate) created_at: Known<Timestamp>,
    pub(crate) metrics: Known<Arc<BalancerMetrics>>,
}

#[async_trait]
impl Subject for BalancerWithMetrics {
    const KINDS: &'static [&'static Kind] = &[LoadBalancer::KIND, BalancerMetrics::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let balancers = cx.list::<LoadBalancer>().await?;
        let metrics = cx.list::<BalancerMetrics>().await?;
        let items = balancers.iter().map(|(id, balancer)| {
            let view = Self {
                dimension: balancer.dimension().into(),
                place: id.place.clone(),
                kind: balancer.kind.clone(),
                created_at: balancer.created_at.clone(),
                metrics: metrics_of(&metrics, id),
            };
            (Arc::clone(id), view)
        });
        let (items, gaps) = (items.collect(), balancers.gaps.clone());
        Ok(Arc::new(Listing::new(items, balancers.scope.clone(), gaps)))
    }
}

/// The metrics of a resource. They have the same place and name.
pub(super) fn metrics_of<M>(metrics: &Listing<M>, id: &ResourceId) -> Known<Arc<M>> {
    metrics
        .get_shared(&id.place, &id.name)
        .and_then(|found| match found {
            Some(metrics) => Known::Yes(Arc::clone(metrics)),
            None => {
                let message = format!("the metrics of {} were not read", id.name);
                Unknown::new(Cause::NotRead, message).during(METRICS).into()
            }
        })
}
