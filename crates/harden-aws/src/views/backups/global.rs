//! The role of a cluster in a global database.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cx, FactError, Kind, Known, Listing, Resource, Subject, Unknown};

use super::Database;
use crate::resources::{DbCluster, DbInstance, GlobalCluster};

/// The role of a database in a global database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum GlobalRole {
    /// It is in none.
    Alone,
    /// It takes the writes.
    Primary,
    /// It is a read-only copy of the primary: the name of the global database.
    Secondary(String),
}

/// A database with its role in a global database.
pub(crate) struct DatabaseInGlobal {
    pub(crate) database: Arc<Database>,
    pub(crate) role: Known<GlobalRole>,
}

/// The role of a database. A cluster that names no global database is in none.
pub(crate) fn role_of(database: &Database, all: &Listing<GlobalCluster>) -> Known<GlobalRole> {
    for (_, global) in all.at(&database.place) {
        let members = global.members.ok().into_iter().flatten();
        let mut own = members.filter(|member| *member.arn == *database.arn);
        if let Some(member) = own.next() {
            return member.writer.as_ref().map(|writer| match writer {
                true => GlobalRole::Primary,
                false => GlobalRole::Secondary(global.name.clone()),
            });
        }
    }
    // only Aurora has global databases
    let aurora = database.engine.ok().is_none_or(|e| e.starts_with("aurora"));
    match &database.global_cluster {
        Known::Yes(None) => Known::Yes(GlobalRole::Alone),
        Known::Yes(Some(name)) => all.readable(&database.place).and_then(|()| {
            Unknown::undetermined(format!(
                "the cluster belongs to the global database {name}, which does not list it among \
                 its members: it is unknown whether it is the primary"
            ))
            .during("rds:DescribeGlobalClusters")
            .into()
        }),
        Known::No(_) if !aurora => Known::Yes(GlobalRole::Alone),
        Known::No(unknown) => Known::No(unknown.clone()),
    }
}

#[async_trait]
impl Subject for DatabaseInGlobal {
    const KINDS: &'static [&'static Kind] =
        &[DbInstance::KIND, DbCluster::KIND, GlobalCluster::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let databases = cx.subjects::<Database>().await?;
        let globals = cx.list::<GlobalCluster>().await?;
        let items = databases.iter_shared().map(|(id, database)| {
            let subject = Self {
                database: Arc::clone(database),
                role: role_of(database, &globals),
            };
            (Arc::clone(id), subject)
        });
        let items = items.collect();
        let (scope, gaps) = (databases.scope.clone(), databases.gaps.clone());
        Ok(Arc::new(Listing::new(items, scope, gaps)))
    }
}
