//! Aurora global databases.

use harden_core::{Kind, Known, Place, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::DbCluster;

/// A global database, as a region returns it. Source: rds:DescribeGlobalClusters, in regions with an
/// Aurora cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct GlobalCluster {
    /// The account.
    pub account: String,
    /// The region that was asked.
    pub region: String,
    /// The name (GlobalClusterIdentifier).
    pub name: String,
    /// Its clusters, in all regions.
    #[serde(default)]
    pub members: Known<Vec<GlobalMember>>,
}

/// A cluster of a global database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct GlobalMember {
    /// The ARN of the DB cluster.
    pub arn: String,
    /// Whether it is the primary cluster (IsWriter).
    #[serde(default)]
    pub writer: Known<bool>,
}

impl Resource for GlobalCluster {
    const KIND: &'static Kind = &Kind::new("aws/global-cluster")
        .permissions(&["rds:DescribeGlobalClusters"])
        .starts_from(&[DbCluster::KIND]);

    fn id(&self) -> ResourceId {
        let place = Place::new(&*self.account, &*self.region);
        ResourceId::new(Self::KIND.name, place, &self.name)
    }
}
