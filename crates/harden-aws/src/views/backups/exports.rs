//! Databases with their exports to S3.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cx, FactError, Kind, Known, Listing, Resource, Subject, Unknown};

use super::Database;
use super::snapshots::{Origin, Snapshots};
use crate::resources::{DbCluster, DbClusterSnapshot, DbExportTask, DbInstance, DbSnapshot};

/// A database with the exports of it and of its snapshots.
pub(crate) struct DatabaseWithExports {
    pub(crate) database: Arc<Database>,
    /// Its exports.
    pub(crate) tasks: Vec<DbExportTask>,
    /// Exports in its account that may be of this database, and why it is unknown.
    pub(crate) doubts: Vec<(DbExportTask, Unknown)>,
    /// Whether all exports were read.
    pub(crate) complete: Known<()>,
}

impl DatabaseWithExports {
    fn new(
        database: &Arc<Database>,
        databases: &Listing<Database>,
        snapshots: &Snapshots<'_>,
        tasks: &Listing<DbExportTask>,
    ) -> Self {
        let mut exported = Self {
            database: Arc::clone(database),
            tasks: Vec::new(),
            doubts: Vec::new(),
            complete: tasks.readable(&database.place),
        };
        for (id, task) in tasks.iter() {
            let doubt = match snapshots.origin(&id.place, &task.source_arn, database.kind) {
                Known::Yes(Origin::Deleted) => Unknown::undetermined(format!(
                    "export {} was made from {}, which is deleted",
                    task.id, task.source_arn
                )),
                Known::Yes(origin) => {
                    if origin.is(database, databases) {
                        exported.tasks.push(task.clone());
                    }
                    continue;
                }
                Known::No(unknown) => unknown.into(),
            };
            // a snapshot can be copied to, and exported from, every region of the account
            if id.place.account == database.place.account {
                exported.doubts.push((task.clone(), doubt));
            }
        }
        exported
    }
}

#[async_trait]
impl Subject for DatabaseWithExports {
    const KINDS: &'static [&'static Kind] = &[
        DbInstance::KIND,
        DbCluster::KIND,
        DbSnapshot::KIND,
        DbClusterSnapshot::KIND,
        DbExportTask::KIND,
    ];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let databases = cx.subjects::<Database>().await?;
        let instances = cx.list::<DbSnapshot>().await?;
        let clusters = cx.list::<DbClusterSnapshot>().await?;
        let tasks = cx.list::<DbExportTask>().await?;
        let snapshots = Snapshots {
            instances: &instances,
            clusters: &clusters,
        };
        let items = databases
            .iter_shared()
            .map(|(id, database)| {
                let exported = Self::new(database, &databases, &snapshots, &tasks);
                (Arc::clone(id), exported)
            })
            .collect();
        let (scope, gaps) = (databases.scope.clone(), databases.gaps.clone());
        Ok(Arc::new(Listing::new(items, scope, gaps)))
    }
}
