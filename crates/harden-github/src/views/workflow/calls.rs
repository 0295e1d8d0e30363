//! A workflow with the workflows of its repository that it may call.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cx, FactError, Kind, Listing, Location, Place, Resource, Subject, Unknown};

use crate::resources::Workflow;
use crate::resources::workflow::Job;

/// How deeply called workflows are followed.
const DEEPEST: usize = 10;

/// A workflow with the workflows of its repository that it may call.
#[derive(Debug, Clone)]
pub(crate) struct CallingWorkflow {
    pub(crate) workflow: Arc<Workflow>,
    /// All workflows of the repository by their path.
    all: Arc<BTreeMap<String, Arc<Workflow>>>,
}

impl CallingWorkflow {
    /// The jobs that run with the permissions of a job: itself, or of a called workflow those that do
    /// not set their own, by their names.
    ///
    /// # Errors
    /// If a called workflow of the repository could not be read.
    pub(crate) fn users(&self, job: &Job) -> Result<Vec<String>, Unknown> {
        let mut found = Vec::new();
        self.add_users(job, &job.id, 0, &mut found)?;
        Ok(found)
    }

    fn add_users(
        &self,
        job: &Job,
        name: &str,
        depth: usize,
        into: &mut Vec<String>,
    ) -> Result<(), Unknown> {
        let path = job
            .call
            .as_ref()
            .and_then(|call| call.uses.strip_prefix("./"));
        // the jobs of a workflow of another repository are not read: the call counts as one job
        let called = path.and_then(|path| self.all.get(path));
        let Some(called) = called.filter(|_| depth < DEEPEST) else {
            into.push(name.to_owned());
            return Ok(());
        };
        if called.permissions.get()?.is_some() {
            // it lowers what it gets for all of its jobs, which is judged there
            into.push(name.to_owned());
            return Ok(());
        }
        for inner in called
            .jobs
            .get()?
            .iter()
            .filter(|job| job.permissions.is_none())
        {
            let name = format!("{name} / {}", inner.id);
            self.add_users(inner, &name, depth + 1, into)?;
        }
        Ok(())
    }
}

#[async_trait]
impl Subject for CallingWorkflow {
    const KINDS: &'static [&'static Kind] = &[Workflow::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let workflows = cx.list::<Workflow>().await?;
        let mut of_place: BTreeMap<Place, BTreeMap<String, Arc<Workflow>>> = BTreeMap::new();
        for (id, workflow) in workflows.iter_shared() {
            let all = of_place.entry(id.place.clone()).or_default();
            all.insert(workflow.path.clone(), Arc::clone(workflow));
        }
        let of_place: BTreeMap<Place, Arc<_>> = of_place
            .into_iter()
            .map(|(place, all)| (place, Arc::new(all)))
            .collect();
        let items = workflows.iter_shared().map(|(id, workflow)| {
            let all = of_place.get(&id.place).map(Arc::clone);
            let calling = Self {
                workflow: Arc::clone(workflow),
                all: all.unwrap_or_default(),
            };
            (Arc::clone(id), calling)
        });
        Ok(Arc::new(Listing::new(
            items.collect(),
            workflows.scope.clone(),
            workflows.gaps.clone(),
        )))
    }

    fn location(&self) -> Option<Location> {
        Resource::location(&*self.workflow)
    }
}
