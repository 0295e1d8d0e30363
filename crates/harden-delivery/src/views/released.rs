//! The releases of a Sentry project, with its deployments.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cx, FactError, Kind, Listing, Resource, Subject};
use harden_github::GithubPolicy;
use harden_github::resources::{Deployments, WorkflowRuns};
use harden_sentry::resources::Releases;
use harden_vercel::resources::ProductionDeployment;

use super::deployed::{self, Deployed};
use crate::DeliveryPolicy;
use crate::policy::ProjectPolicy;

/// A Sentry project: its releases, and what deploys it.
#[derive(Debug, Clone)]
pub(crate) struct Released {
    pub(crate) releases: Arc<Releases>,
    /// What deploys it: by the policy, else by its name, else everything that deploys and that no other
    /// project claims. Empty where no provider of the run reports such a deployment.
    pub(crate) deployed_by: Vec<Deployed>,
    /// Whether the run read deployments, and all of them belong to other projects.
    pub(crate) others_only: bool,
    /// The name that the policy gives for what deploys it, where the run did not read anything of
    /// this name.
    pub(crate) not_found: Option<String>,
}

impl Released {
    /// `others` are the slugs of the other Sentry projects.
    fn new(
        releases: &Arc<Releases>,
        others: &BTreeSet<&str>,
        all: &[Deployed],
        policy: &DeliveryPolicy,
    ) -> Self {
        let mut configured = policy.projects.iter();
        let configured = configured.find(|project| project.sentry == releases.project);
        let select = |test: &dyn Fn(&Deployed) -> bool| -> Vec<Deployed> {
            all.iter().filter(|d| test(d)).cloned().collect()
        };
        let unlisted = select(&|deployed| deployed.by.is_empty());
        let releases = Arc::clone(releases);
        if let Some(configured) = configured {
            let mut deployed_by = select(&|deployed| deployed.is_named(&configured.deployed_by));
            // it can be in a part of the estate that could not be listed
            if deployed_by.is_empty() {
                deployed_by = unlisted;
            }
            let not_found = deployed_by
                .is_empty()
                .then(|| configured.deployed_by.clone());
            return Self {
                releases,
                deployed_by,
                others_only: false,
                not_found,
            };
        }
        let named = select(&|deployed| deployed.short_name() == releases.project);
        // a deployment that another project claims, by its name or in the policy, says nothing of this one
        let claimed = |deployed: &Deployed| {
            let by_policy = |project: &ProjectPolicy| deployed.is_named(&project.deployed_by);
            policy.projects.iter().any(by_policy) || others.contains(deployed.short_name())
        };
        let deployed_by = match named.is_empty() {
            true => select(&|deployed| deployed.by.is_empty() || !claimed(deployed)),
            // a part that could not be listed can have another deployment of this name
            false => named.into_iter().chain(unlisted).collect(),
        };
        Self {
            releases,
            others_only: deployed_by.is_empty() && !all.is_empty(),
            deployed_by,
            not_found: None,
        }
    }
}

#[async_trait]
impl Subject for Released {
    const KINDS: &'static [&'static Kind] = &[
        Releases::KIND,
        Deployments::KIND,
        WorkflowRuns::KIND,
        ProductionDeployment::KIND,
    ];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let releases = cx.list::<Releases>().await?;
        let deployments = or_empty(cx.list::<Deployments>().await)?;
        let runs = or_empty(cx.list::<WorkflowRuns>().await)?;
        let vercel = or_empty(cx.list::<ProductionDeployment>().await)?;
        let github = cx.policy::<GithubPolicy>();
        let policy = cx.policy::<DeliveryPolicy>();
        let all = deployed::list_deployed(&deployments, &runs, &vercel, &github);
        let slugs = releases.iter().map(|(_, releases)| &*releases.project);
        let releases_of_all: BTreeSet<&str> = slugs.collect();
        let items = releases.iter_shared().map(|(id, releases)| {
            let others = releases_of_all.iter().copied();
            let others: BTreeSet<&str> = others.filter(|slug| *slug != releases.project).collect();
            let view = Self::new(releases, &others, &all, &policy);
            (Arc::clone(id), view)
        });
        let (items, gaps) = (items.collect(), releases.gaps.clone());
        Ok(Arc::new(Listing::new(items, releases.scope.clone(), gaps)))
    }
}

/// A provider that an embedder did not add reports no deployments, which is not an error.
fn or_empty<R>(listing: Result<Arc<Listing<R>>, FactError>) -> Result<Arc<Listing<R>>, FactError> {
    match listing {
        Err(FactError::NoProvider(_)) => Ok(Arc::new(deployed::empty_listing())),
        listing => listing,
    }
}
