//! What of a database can have an address on the internet.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cause, Cx, FactError, Kind, Known, Listing, Place, Resource, Subject, Unknown};

use super::is_judged;
use crate::AwsPolicy;
use crate::resources::{DbCluster, DbInstance, DbShardGroup};

/// A DB instance, a cluster with an internet access gateway, or a DB shard group.
pub(crate) struct Reachable {
    pub(crate) kind: ReachableKind,
    /// Whether the database of another service is left out.
    pub(crate) is_judged: bool,
    /// Whether it is publicly accessible itself (PubliclyAccessible).
    pub(crate) public: Known<bool>,
    /// Whether its cluster has an internet access gateway.
    pub(crate) gateway: Known<bool>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReachableKind {
    /// A DB instance; whether it is a member of a cluster.
    Instance {
        member: bool,
    },
    Cluster,
    ShardGroup,
}

/// The setting of a cluster. Clusters without the express configuration have none
/// (API_DBCluster, InternetAccessGatewayEnabled).
fn gateway(cluster: &DbCluster) -> Known<bool> {
    cluster
        .internet_gateway
        .as_ref()
        .map(|gateway| gateway.unwrap_or(false))
}

fn gateway_of(instance: &DbInstance, place: &Place, clusters: &Listing<DbCluster>) -> Known<bool> {
    instance.cluster.as_ref().and_then(|cluster| {
        let Some(name) = cluster else {
            return Known::Yes(false);
        };
        clusters.get(place, name).and_then(|found| match found {
            Some(cluster) => gateway(cluster),
            None => Unknown::new(
                Cause::NotRecorded,
                format!("its cluster {name} was not listed"),
            )
            .during("rds:DescribeDBClusters")
            .into(),
        })
    })
}

#[async_trait]
impl Subject for Reachable {
    const KINDS: &'static [&'static Kind] =
        &[DbInstance::KIND, DbCluster::KIND, DbShardGroup::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let policy = cx.policy::<AwsPolicy>();
        let instances = cx.list::<DbInstance>().await?;
        let clusters = cx.list::<DbCluster>().await?;
        let groups = cx.list::<DbShardGroup>().await?;
        let of_instances = instances.iter().map(|(id, instance)| {
            let subject = Self {
                kind: ReachableKind::Instance {
                    member: matches!(instance.cluster.ok(), Some(Some(_))),
                },
                is_judged: is_judged(&instance.engine, &policy),
                public: instance.publicly_accessible.clone(),
                gateway: gateway_of(instance, &id.place, &clusters),
            };
            (Arc::clone(id), subject)
        });
        // a cluster without a gateway has no address besides those of its members
        let of_clusters = clusters.iter().filter_map(|(id, cluster)| {
            let gateway = gateway(cluster);
            let judged = is_judged(&cluster.engine, &policy) && gateway != Known::Yes(false);
            let subject = Self {
                kind: ReachableKind::Cluster,
                is_judged: true,
                public: Known::Yes(false),
                gateway,
            };
            judged.then(|| (Arc::clone(id), subject))
        });
        let of_groups = groups.iter().map(|(id, group)| {
            let subject = Self {
                kind: ReachableKind::ShardGroup,
                is_judged: true,
                public: group.publicly_accessible.clone(),
                gateway: Known::Yes(false),
            };
            (Arc::clone(id), subject)
        });
        let items = of_instances.chain(of_clusters).chain(of_groups).collect();
        let gaps = [&*instances.gaps, &*clusters.gaps, &*groups.gaps].concat();
        Ok(Arc::new(Listing::new(items, instances.scope.clone(), gaps)))
    }
}
