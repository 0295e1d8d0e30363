//! Alarms with the resources that their dimensions name.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cx, FactError, Kind, Known, Listing, Place, Resource, ResourceId, Subject};

use super::index::metric_alarm;
use super::metrics::{Series, alarm_metrics};
use crate::resources::{Alarm, DbCluster, DbInstance, EcsService, LoadBalancer, TargetGroup};

/// An alarm with the resources that its dimensions name.
pub(crate) struct AlarmWithTargets {
    pub(crate) alarm: Arc<Alarm>,
    /// The resources. They are looked up only while the alarm is in INSUFFICIENT_DATA.
    pub(crate) targets: Vec<Target>,
}

/// A resource that an alarm's dimensions name.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// The dimension that names the resource.
    pub(crate) dimension: &'static str,
    pub(crate) name: String,
    pub(crate) exists: Known<bool>,
    /// The operation that lists resources of this kind.
    pub(crate) source: &'static str,
}

struct Resources<'a> {
    services: &'a Listing<EcsService>,
    balancers: &'a Listing<LoadBalancer>,
    groups: &'a Listing<TargetGroup>,
    instances: &'a Listing<DbInstance>,
    clusters: &'a Listing<DbCluster>,
}

#[async_trait]
impl Subject for AlarmWithTargets {
    const KINDS: &'static [&'static Kind] = &[
        Alarm::KIND,
        EcsService::KIND,
        LoadBalancer::KIND,
        TargetGroup::KIND,
        DbInstance::KIND,
        DbCluster::KIND,
    ];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let alarms = cx.list::<Alarm>().await?;
        let services = cx.list().await?;
        let balancers = cx.list().await?;
        let groups = cx.list().await?;
        let instances = cx.list().await?;
        let clusters = cx.list().await?;
        let resources = Resources {
            services: &services,
            balancers: &balancers,
            groups: &groups,
            instances: &instances,
            clusters: &clusters,
        };
        let items = alarms
            .iter_shared()
            .map(|(id, alarm)| (Arc::clone(id), resources.resolve(id, alarm)))
            .collect();
        let gaps = alarms.gaps.clone();
        Ok(Arc::new(Listing::new(items, alarms.scope.clone(), gaps)))
    }
}

impl Resources<'_> {
    fn resolve(&self, id: &ResourceId, alarm: &Arc<Alarm>) -> AlarmWithTargets {
        let mut targets: Vec<Target> = Vec::new();
        let has_no_data = alarm.state.ok().is_some_and(|s| s == "INSUFFICIENT_DATA");
        if let Some(metric) = metric_alarm(alarm).filter(|_| has_no_data) {
            for series in alarm_metrics(metric).series {
                let place = match series.account {
                    Some(account) => Place::new(account, &*id.place.region),
                    None => id.place.clone(),
                };
                for target in self.targets(&series, &place) {
                    if !targets.contains(&target) {
                        targets.push(target);
                    }
                }
            }
        }
        AlarmWithTargets {
            alarm: Arc::clone(alarm),
            targets,
        }
    }

    /// The resources that a metric's dimensions name, of the kinds that are read. An ECS cluster by
    /// itself is left out: a cluster that exists but runs no task has no data either.
    fn targets(&self, series: &Series<'_>, place: &Place) -> Vec<Target> {
        let value = |name: &str| series.metric.dimensions.get(name);
        let mut all = Vec::new();
        match &*series.metric.namespace {
            "AWS/ECS" | "ECS/ContainerInsights" => {
                if let (Some(cluster), Some(service)) = (value("ClusterName"), value("ServiceName"))
                {
                    let name = format!("{cluster}/{service}");
                    let found = self.services.get(place, &name);
                    // ECS describes a deleted service as INACTIVE for some time
                    let exists = found.and_then(|found| match found {
                        Some(service) => service.status.as_ref().map(|s| s != "INACTIVE"),
                        None => Known::Yes(false),
                    });
                    all.push(target("ServiceName", name, exists, "ecs:DescribeServices"));
                }
            }
            "AWS/ApplicationELB" | "AWS/NetworkELB" | "AWS/GatewayELB" => {
                if let Some(name) = value("LoadBalancer") {
                    let exists = is_there(self.balancers, place, name);
                    let source = "elasticloadbalancing:DescribeLoadBalancers";
                    all.push(target("LoadBalancer", name.to_owned(), exists, source));
                }
                if let Some(name) = value("TargetGroup") {
                    let short = name.strip_prefix("targetgroup/").unwrap_or(name);
                    let exists = is_there(self.groups, place, short);
                    let source = "elasticloadbalancing:DescribeTargetGroups";
                    all.push(target("TargetGroup", name.to_owned(), exists, source));
                }
            }
            "AWS/RDS" | "AWS/DocDB" | "AWS/Neptune" => {
                if let Some(name) = value("DBInstanceIdentifier") {
                    let exists = is_there(self.instances, place, &name.to_lowercase());
                    let source = "rds:DescribeDBInstances";
                    all.push(target(
                        "DBInstanceIdentifier",
                        name.to_owned(),
                        exists,
                        source,
                    ));
                }
                if let Some(name) = value("DBClusterIdentifier") {
                    let exists = is_there(self.clusters, place, &name.to_lowercase());
                    let source = "rds:DescribeDBClusters";
                    all.push(target(
                        "DBClusterIdentifier",
                        name.to_owned(),
                        exists,
                        source,
                    ));
                }
            }
            _ => {}
        }
        all
    }
}

fn is_there<R>(listing: &Listing<R>, place: &Place, name: &str) -> Known<bool> {
    listing.get(place, name).map(|found| found.is_some())
}

fn target(
    dimension: &'static str,
    name: String,
    exists: Known<bool>,
    source: &'static str,
) -> Target {
    Target {
        dimension,
        name,
        exists,
        source,
    }
}
