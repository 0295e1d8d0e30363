//! Snapshots of DB instances and DB clusters, and the database of each snapshot.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{
    Cx, FactError, Kind, Known, Listing, Place, Resource, ResourceId, Subject, Unknown,
};

use super::{Database, DatabaseKind};
use crate::arn::Arn;
use crate::resources::{DbClusterSnapshot, DbSnapshot, DbSnapshotSharing, SnapshotFacts};

/// A manual snapshot of a DB instance or a DB cluster, or a snapshot of unknown type. Snapshots that
/// RDS and AWS Backup create and delete are left out.
pub(crate) struct ManualSnapshot {
    pub(crate) kind: DatabaseKind,
    pub(crate) name: Box<str>,
    pub(crate) place: Place,
    pub(crate) facts: SnapshotFacts,
}

impl ManualSnapshot {
    /// Known where the type is `manual`, unknown where the type is unknown.
    pub(crate) fn is_manual(&self) -> Known<()> {
        self.facts.snapshot_type.as_ref().map(|_| ())
    }

    /// The operation that returned it.
    pub(crate) fn source(&self) -> &'static str {
        match self.kind {
            DatabaseKind::Instance => "rds:DescribeDBSnapshots",
            DatabaseKind::Cluster => "rds:DescribeDBClusterSnapshots",
        }
    }

    fn new(kind: DatabaseKind, id: &ResourceId, facts: &SnapshotFacts) -> Option<Self> {
        let other_type = facts.snapshot_type.ok().is_some_and(|t| t != "manual");
        (!other_type).then(|| Self {
            kind,
            name: id.name.clone(),
            place: id.place.clone(),
            facts: facts.clone(),
        })
    }
}

#[async_trait]
impl Subject for ManualSnapshot {
    const KINDS: &'static [&'static Kind] = &[DbSnapshot::KIND, DbClusterSnapshot::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let instances = cx.list::<DbSnapshot>().await?;
        let clusters = cx.list::<DbClusterSnapshot>().await?;
        let of_instances = instances
            .iter()
            .map(|(id, s)| (id, Self::new(DatabaseKind::Instance, id, &s.0)));
        let of_clusters = clusters
            .iter()
            .map(|(id, s)| (id, Self::new(DatabaseKind::Cluster, id, &s.0)));
        let items = of_instances
            .chain(of_clusters)
            .filter_map(|(id, snapshot)| Some((Arc::clone(id), snapshot?)))
            .collect();
        let gaps = [&*instances.gaps, &*clusters.gaps].concat();
        Ok(Arc::new(Listing::new(items, instances.scope.clone(), gaps)))
    }
}

/// A manual snapshot with the accounts that may restore it.
pub(crate) struct SharedSnapshot {
    pub(crate) kind: DatabaseKind,
    pub(crate) name: Box<str>,
    pub(crate) place: Place,
    /// See [`ManualSnapshot::is_manual`].
    pub(crate) is_manual: Known<()>,
    /// The accounts that may restore it; `all` means every AWS account.
    pub(crate) shared_with: Known<Vec<String>>,
}

impl SharedSnapshot {
    /// The operation that returned the accounts.
    pub(crate) fn source(&self) -> &'static str {
        match self.kind {
            DatabaseKind::Instance => "rds:DescribeDBSnapshotAttributes",
            DatabaseKind::Cluster => "rds:DescribeDBClusterSnapshotAttributes",
        }
    }

    fn new(snapshot: &ManualSnapshot, sharing: &Listing<DbSnapshotSharing>) -> Self {
        let resource = match snapshot.kind {
            DatabaseKind::Instance => format!("snapshot:{}", snapshot.name),
            DatabaseKind::Cluster => format!("cluster-snapshot:{}", snapshot.name),
        };
        let shared_with = sharing
            .get(&snapshot.place, &resource)
            .and_then(|found| match found {
                Some(sharing) => sharing.shared_with.clone(),
                None => {
                    Unknown::undetermined("the accounts that it is shared with were not listed")
                        .into()
                }
            });
        Self {
            kind: snapshot.kind,
            name: snapshot.name.clone(),
            place: snapshot.place.clone(),
            is_manual: snapshot.is_manual(),
            shared_with,
        }
    }
}

#[async_trait]
impl Subject for SharedSnapshot {
    const KINDS: &'static [&'static Kind] = &[
        DbSnapshot::KIND,
        DbClusterSnapshot::KIND,
        DbSnapshotSharing::KIND,
    ];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let snapshots = cx.subjects::<ManualSnapshot>().await?;
        let sharing = cx.list::<DbSnapshotSharing>().await?;
        let items = snapshots
            .iter()
            .map(|(id, snapshot)| (Arc::clone(id), Self::new(snapshot, &sharing)))
            .collect();
        Ok(Arc::new(Listing::new(
            items,
            snapshots.scope.clone(),
            snapshots.gaps.clone(),
        )))
    }
}

/// The database of a snapshot, a restore or an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A database, by kind, by place of the snapshot, and by name.
    Of(DatabaseKind, Place, Box<str>),
    /// The snapshot is deleted, and its name does not contain the database.
    Deleted,
}

impl Origin {
    /// Whether it is this database. A snapshot keeps the name of its database when it is copied to
    /// another region. There the name means the database of the source region, unless the other
    /// region has a database of the same name.
    pub(crate) fn is(&self, database: &Database, all: &Listing<Database>) -> bool {
        let Self::Of(kind, place, name) = self else {
            return false;
        };
        let named = |d: &Database| d.kind == *kind && d.name.eq_ignore_ascii_case(name);
        named(database)
            && (database.place == *place
                || (database.place.account == place.account
                    && !all.at(place).any(|(_, other)| named(other))))
    }
}

/// The snapshots of DB instances and DB clusters, to find the database of one.
pub(crate) struct Snapshots<'a> {
    pub(crate) instances: &'a Listing<DbSnapshot>,
    pub(crate) clusters: &'a Listing<DbClusterSnapshot>,
}

impl Snapshots<'_> {
    /// The database of a snapshot, from the identifier or ARN of the snapshot. The ARN of a database
    /// means that database. `likely` is the kind that is tried first where the identifier does not
    /// contain it.
    pub(crate) fn origin(
        &self,
        place: &Place,
        snapshot: &str,
        likely: DatabaseKind,
    ) -> Known<Origin> {
        // RDS stores identifiers in lower case and accepts them in any case
        let snapshot = snapshot.to_ascii_lowercase();
        let Some(arn) = Arn::parse(&snapshot) else {
            return self.of_name(place, &snapshot, likely, true);
        };
        let place = arn.place();
        match arn.resource.split_once(':') {
            Some(("db", name)) => {
                Known::Yes(Origin::Of(DatabaseKind::Instance, place, name.into()))
            }
            Some(("cluster", name)) => {
                Known::Yes(Origin::Of(DatabaseKind::Cluster, place, name.into()))
            }
            Some(("snapshot", name)) => self.of_name(&place, name, DatabaseKind::Instance, false),
            Some(("cluster-snapshot", name)) => {
                self.of_name(&place, name, DatabaseKind::Cluster, false)
            }
            _ => Known::Yes(Origin::Deleted),
        }
    }

    fn of_name(
        &self,
        place: &Place,
        name: &str,
        kind: DatabaseKind,
        either: bool,
    ) -> Known<Origin> {
        let listed = self.listed(place, name, kind);
        let database = match (listed, database_of_automated(name)) {
            (Known::Yes(Some(facts)), _) => facts.database.clone(),
            // RDS deletes automated snapshots within weeks, but their names contain the database
            (_, Some(database)) => Known::Yes(database.to_owned()),
            (Known::Yes(None), None) if either => {
                return self.of_name(place, name, kind.other(), false);
            }
            (Known::Yes(None), None) => return Known::Yes(Origin::Deleted),
            (Known::No(unknown), None) => return Known::No(unknown),
        };
        database.map(|database| Origin::Of(kind, place.clone(), database.into()))
    }

    fn listed(
        &self,
        place: &Place,
        name: &str,
        kind: DatabaseKind,
    ) -> Known<Option<&SnapshotFacts>> {
        match kind {
            DatabaseKind::Instance => self.instances.get(place, name).map(|s| s.map(|s| &s.0)),
            DatabaseKind::Cluster => self.clusters.get(place, name).map(|s| s.map(|s| &s.0)),
        }
    }

    /// The snapshots that are, or may be, of a database, and whether the list is complete.
    pub(crate) fn of_database(&self, database: &Database) -> (Vec<SnapshotFacts>, Known<()>) {
        let facts: Vec<&SnapshotFacts> = match database.kind {
            DatabaseKind::Instance => self
                .instances
                .at(&database.place)
                .map(|(_, s)| &s.0)
                .collect(),
            DatabaseKind::Cluster => self
                .clusters
                .at(&database.place)
                .map(|(_, s)| &s.0)
                .collect(),
        };
        let complete = match database.kind {
            DatabaseKind::Instance => self.instances.readable(&database.place),
            DatabaseKind::Cluster => self.clusters.readable(&database.place),
        };
        let its = facts
            .into_iter()
            .filter(|s| s.database.ok().is_none_or(|d| **d == *database.name))
            .cloned()
            .collect();
        (its, complete)
    }
}

/// The database of an automated snapshot, whose name is `rds:NAME-YYYY-MM-DD-hh-mm`.
fn database_of_automated(snapshot: &str) -> Option<&str> {
    let rest = snapshot.strip_prefix("rds:")?;
    let (name, stamp) =
        rest.split_at_checked(rest.len().checked_sub("-YYYY-MM-DD-hh-mm".len())?)?;
    let is_stamp = stamp
        .bytes()
        .zip("-0000-00-00-00-00".bytes())
        .all(|(b, form)| {
            if form == b'-' {
                b == b'-'
            } else {
                b.is_ascii_digit()
            }
        });
    (is_stamp && !name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_an_automated_snapshot_contains_its_database() {
        for (snapshot, expected) in [
            (
                "rds:saaspe-production-postgres-2026-01-10-03-12",
                Some("saaspe-production-postgres"),
            ),
            ("rds:-2026-01-10-03-12", None),
            ("rds:x", None),
            ("rds:saaspe-2026-01-10-03-1ü", None),
            ("saaspe-2026-01-10-03-12", None),
        ] {
            assert_eq!(database_of_automated(snapshot), expected, "{snapshot}");
        }
    }
}
