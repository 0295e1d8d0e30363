//! DB shard groups of Aurora Limitless Database.

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::DbCluster;
use crate::arn::id_of;

/// A DB shard group. Source: rds:DescribeDBShardGroups, in regions with an Aurora PostgreSQL cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DbShardGroup {
    /// The ARN.
    pub arn: String,
    /// The name (DBShardGroupIdentifier).
    pub name: String,
    /// Its DB cluster.
    #[serde(default)]
    pub cluster: Known<String>,
    /// Whether it is publicly accessible (PubliclyAccessible).
    #[serde(default)]
    pub publicly_accessible: Known<bool>,
}

impl Resource for DbShardGroup {
    const KIND: &'static Kind = &Kind::new("aws/db-shard-group")
        .permissions(&["rds:DescribeDBShardGroups"])
        .starts_from(&[DbCluster::KIND]);

    fn id(&self) -> ResourceId {
        // the ARN contains the resource id, which is not the name
        let id = id_of(Self::KIND.name, &self.arn);
        ResourceId::new(Self::KIND.name, id.place, &self.name).shown_as(&self.arn)
    }
}
