//! Which DB instances are part of a replication, and so can't be stopped.

use std::collections::BTreeMap;
use std::sync::Arc;

use harden_core::{Known, Listing, Place, Resource, Unknown};

use super::database::{Database, DatabaseKind};
use crate::arn::{Arn, id_of};
use crate::resources::{DbCluster, DbInstance};

/// The sources of read replicas.
pub(super) struct Replicas {
    /// A replica of each source, by the source's place and name.
    sources: BTreeMap<(Place, Box<str>), Box<str>>,
    /// Where what is a replica of what is not known in full. A replica may be in another region
    /// than its source.
    unknown: Vec<(Place, Arc<Unknown>)>,
}

impl Replicas {
    pub(super) fn of(instances: &Listing<DbInstance>, clusters: &Listing<DbCluster>) -> Self {
        let mut found = Self {
            sources: BTreeMap::new(),
            unknown: Vec::new(),
        };
        for (id, instance) in instances.iter() {
            found.add(&id.place, &id.name, &instance.replica_of);
        }
        // an Aurora cluster can be a replica of a DB instance
        for (id, cluster) in clusters.iter() {
            found.add(&id.place, &id.name, &cluster.replica_of);
        }
        for gap in instances.gaps.iter().chain(&clusters.gaps) {
            found.miss(&gap.place, &gap.unknown);
        }
        found
    }

    fn add(&mut self, place: &Place, name: &str, replica_of: &Known<Option<String>>) {
        match replica_of {
            Known::Yes(None) => {}
            Known::Yes(Some(source)) => {
                // in another region the source is named by its ARN
                let source = if Arn::parse(source).is_some() {
                    let id = id_of(DbInstance::KIND.name, source);
                    (id.place, id.name)
                } else {
                    (place.clone(), source.as_str().into())
                };
                self.sources.entry(source).or_insert_with(|| name.into());
            }
            Known::No(why) => self.miss(place, why),
        }
    }

    /// Keeps one reason for each place.
    fn miss(&mut self, place: &Place, why: &Arc<Unknown>) {
        if self.unknown.iter().all(|(known, _)| known != place) {
            self.unknown.push((place.clone(), Arc::clone(why)));
        }
    }

    /// Why a database can't be stopped: AWS stops no DB instance that is a read replica or has
    /// one ("Stopping an Amazon RDS DB instance temporarily", Limitations, in the Amazon RDS User
    /// Guide).
    pub(super) fn of_one(&self, database: &Database) -> Known<Option<String>> {
        if database.kind != DatabaseKind::Instance {
            return Known::Yes(None);
        }
        let source = (database.place.clone(), database.name.clone());
        if let Some(replica) = self.sources.get(&source) {
            let why = format!("it can't be stopped: {replica} is a read replica of it");
            return Known::Yes(Some(why));
        }
        database
            .replica_of
            .as_ref()
            .and_then(|source| match source {
                Some(source) => Known::Yes(Some(format!(
                    "it can't be stopped: it is a read replica of {source}"
                ))),
                None => {
                    let account = &database.place.account;
                    let may = |(place, _): &&(Place, _)| {
                        &*place.account == "*" || place.account == *account
                    };
                    match self.unknown.iter().find(may) {
                        Some((_, why)) => Known::No(Arc::clone(why)),
                        None => Known::Yes(None),
                    }
                }
            })
    }
}
