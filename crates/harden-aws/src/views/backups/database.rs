//! Databases: DB instances outside clusters, and DB clusters.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{
    Cx, FactError, Kind, Known, Listing, Place, Resource, ResourceId, Subject, Unknown,
};
use jiff::Timestamp;

use crate::AwsPolicy;
use crate::arn::Arn;
use crate::resources::{DbCluster, DbInstance, Tags};

/// A database: a DB instance outside a cluster, or a DB cluster. The members of a cluster are judged
/// with the cluster. The RDS API also returns Neptune and DocumentDB; they are left out unless the
/// policy includes them.
#[derive(Debug, Clone)]
pub(crate) struct Database {
    pub(crate) kind: DatabaseKind,
    pub(crate) arn: Box<str>,
    pub(crate) name: Box<str>,
    pub(crate) resource_id: Known<String>,
    pub(crate) place: Place,
    pub(crate) partition: Box<str>,
    pub(crate) engine: Known<String>,
    pub(crate) status: Known<String>,
    pub(crate) replica_of: Known<Option<String>>,
    /// The read replicas of an instance.
    pub(crate) read_replicas: Known<Vec<String>>,
    pub(crate) backup_retention_days: Known<i64>,
    pub(crate) backup_window: Known<Option<String>>,
    pub(crate) created_at: Known<Option<Timestamp>>,
    pub(crate) latest_restorable: Known<Option<Timestamp>>,
    pub(crate) encrypted: Known<bool>,
    pub(crate) encryption_type: Known<Option<String>>,
    /// The global database of a cluster.
    pub(crate) global_cluster: Known<Option<String>>,
    pub(crate) deletion_protection: Known<bool>,
    pub(crate) multi_az: Known<bool>,
    pub(crate) auto_minor_upgrade: Known<bool>,
    pub(crate) maintenance_window: Known<Option<String>>,
    pub(crate) tags: Known<Tags>,
    /// The availability zone of each member of a cluster, by the member's identifier.
    pub(crate) member_zones: Known<BTreeMap<String, Known<Option<String>>>>,
}

/// Whether a database is an instance or a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DatabaseKind {
    Instance,
    Cluster,
}

impl DatabaseKind {
    /// The other of the two.
    pub(crate) fn other(self) -> Self {
        match self {
            Self::Instance => Self::Cluster,
            Self::Cluster => Self::Instance,
        }
    }

    /// The operation that returned it.
    pub(crate) fn source(self) -> &'static str {
        match self {
            Self::Instance => "rds:DescribeDBInstances",
            Self::Cluster => "rds:DescribeDBClusters",
        }
    }

    /// The CLI operation that changes it, its option for the name, and the permissions it needs.
    pub(crate) fn modify(self) -> (&'static str, &'static str, &'static [&'static str]) {
        match self {
            Self::Instance => (
                "modify-db-instance",
                "--db-instance-identifier",
                &["rds:ModifyDBInstance"],
            ),
            Self::Cluster => (
                "modify-db-cluster",
                "--db-cluster-identifier",
                &["rds:ModifyDBCluster"],
            ),
        }
    }

    /// The Terraform resource.
    pub(crate) fn terraform(self) -> &'static str {
        match self {
            Self::Instance => "aws_db_instance",
            Self::Cluster => "aws_rds_cluster",
        }
    }
}

impl Database {
    /// Whether it is a read replica. The backups of its data are those of its source.
    pub(crate) fn is_replica(&self) -> Known<bool> {
        self.replica_of.as_ref().map(Option::is_some)
    }

    fn of_instance(instance: &DbInstance, id: &ResourceId) -> Self {
        Self {
            kind: DatabaseKind::Instance,
            arn: instance.arn.as_str().into(),
            name: id.name.clone(),
            place: id.place.clone(),
            partition: partition(&instance.arn),
            resource_id: instance.resource_id.clone(),
            engine: instance.engine.clone(),
            status: instance.status.clone(),
            replica_of: instance.replica_of.clone(),
            read_replicas: instance.read_replicas.clone(),
            backup_retention_days: instance.backup_retention_days.clone(),
            backup_window: instance.backup_window.clone(),
            created_at: instance.created_at.clone(),
            latest_restorable: instance.latest_restorable.clone(),
            encrypted: instance.encrypted.clone(),
            encryption_type: instance.encryption_type.clone(),
            global_cluster: Known::Yes(None),
            deletion_protection: instance.deletion_protection.clone(),
            multi_az: instance.multi_az.clone(),
            auto_minor_upgrade: instance.auto_minor_upgrade.clone(),
            maintenance_window: instance.maintenance_window.clone(),
            tags: instance.tags.clone(),
            member_zones: Known::Yes(BTreeMap::new()),
        }
    }

    /// The same database, without any fact that a check could pass by.
    fn without_facts(self, why: &Arc<Unknown>) -> Self {
        Self {
            replica_of: why.clone().into(),
            read_replicas: why.clone().into(),
            backup_retention_days: why.clone().into(),
            backup_window: why.clone().into(),
            created_at: why.clone().into(),
            latest_restorable: why.clone().into(),
            encrypted: why.clone().into(),
            deletion_protection: why.clone().into(),
            multi_az: why.clone().into(),
            auto_minor_upgrade: why.clone().into(),
            maintenance_window: why.clone().into(),
            ..self
        }
    }

    fn of_cluster(cluster: &DbCluster, id: &ResourceId, instances: &Listing<DbInstance>) -> Self {
        let zone = |member: &str| {
            instances
                .get(&id.place, member)
                .and_then(|found| match found {
                    Some(instance) => instance.availability_zone.clone(),
                    None => Known::Yes(None),
                })
        };
        let member_zones = cluster.members.as_ref().map(|members| {
            members
                .iter()
                .map(|m| (m.instance.clone(), zone(&m.instance)))
                .collect()
        });
        Self {
            kind: DatabaseKind::Cluster,
            arn: cluster.arn.as_str().into(),
            name: id.name.clone(),
            place: id.place.clone(),
            partition: partition(&cluster.arn),
            resource_id: cluster.resource_id.clone(),
            engine: cluster.engine.clone(),
            status: cluster.status.clone(),
            replica_of: cluster.replica_of.clone(),
            read_replicas: Known::Yes(Vec::new()),
            backup_retention_days: cluster.backup_retention_days.clone(),
            backup_window: cluster.backup_window.clone(),
            created_at: cluster.created_at.clone(),
            latest_restorable: cluster.latest_restorable.clone(),
            encrypted: cluster.encrypted.clone(),
            encryption_type: cluster.encryption_type.clone(),
            global_cluster: cluster.global_cluster.clone(),
            deletion_protection: cluster.deletion_protection.clone(),
            multi_az: cluster.multi_az.clone(),
            auto_minor_upgrade: cluster.auto_minor_upgrade.clone(),
            maintenance_window: cluster.maintenance_window.clone(),
            tags: cluster.tags.clone(),
            member_zones,
        }
    }
}

/// Why it is not known whether an instance is a member of a cluster. Its own settings then prove
/// nothing: those of the cluster can count instead.
fn membership_doubt(instance: &DbInstance) -> Option<Arc<Unknown>> {
    let engine = instance.engine.ok().map_or("", String::as_str);
    // RDS creates an instance of these engines only in a cluster
    let only_in_clusters = engine.starts_with("aurora") || matches!(engine, "neptune" | "docdb");
    match &instance.cluster {
        Known::No(unknown) => Some(Arc::clone(unknown)),
        Known::Yes(None) if only_in_clusters => {
            let missing = Unknown::missing("rds:DescribeDBInstances", "DBClusterIdentifier");
            Some(Arc::new(missing))
        }
        Known::Yes(_) => None,
    }
}

/// The creation time of an instance, a cluster or a snapshot, or `None` during the creation: only
/// then RDS leaves the time out.
///
/// # Errors
/// The time or the status is not known, or the time is missing in another status.
pub(crate) fn creation_time(
    created_at: &Known<Option<Timestamp>>,
    status: &Known<String>,
    source: &'static str,
) -> Result<Option<Timestamp>, Unknown> {
    match created_at.get()? {
        Some(at) => Ok(Some(*at)),
        None if status.get()? == "creating" => Ok(None),
        None => Err(Unknown::missing(source, "creation time")),
    }
}

fn partition(arn: &str) -> Box<str> {
    Arn::parse(arn).map_or("aws", |arn| arn.partition).into()
}

/// Whether databases of this engine are judged. An unknown engine is judged, so that nothing is left
/// out by mistake.
pub(crate) fn is_judged(engine: &Known<String>, policy: &AwsPolicy) -> bool {
    let engine = engine.ok().map_or("", String::as_str);
    !matches!(engine, "neptune" | "docdb")
        || policy.backups.include_engines.iter().any(|e| e == engine)
}

#[async_trait]
impl Subject for Database {
    const KINDS: &'static [&'static Kind] = &[DbInstance::KIND, DbCluster::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let policy = cx.policy::<AwsPolicy>();
        let instances = cx.list::<DbInstance>().await?;
        let clusters = cx.list::<DbCluster>().await?;
        let is_member = |id: &ResourceId| {
            let mut here = clusters.at(&id.place);
            here.any(|(_, cluster)| {
                let mut members = cluster.members.ok().into_iter().flatten();
                members.any(|member| *member.instance == *id.name)
            })
        };
        let alone = instances
            .iter()
            // a member is judged with its cluster
            .filter(|(id, i)| !matches!(i.cluster, Known::Yes(Some(_))) && !is_member(id))
            .map(|(id, i)| {
                let alone = Self::of_instance(i, id);
                let judged = match membership_doubt(i) {
                    Some(unknown) => alone.without_facts(&unknown),
                    None => alone,
                };
                (Arc::clone(id), judged)
            });
        let clustered = clusters
            .iter()
            .map(|(id, c)| (Arc::clone(id), Self::of_cluster(c, id, &instances)));
        let items = alone
            .chain(clustered)
            .filter(|(_, database)| is_judged(&database.engine, &policy))
            .collect();
        let gaps = [&*instances.gaps, &*clusters.gaps].concat();
        Ok(Arc::new(Listing::new(items, instances.scope.clone(), gaps)))
    }
}
