//! The releases of a project, with what is deployed of it.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cx, FactError, Kind, Listing, Resource, Subject};
use harden_github::GithubPolicy;
use harden_github::resources::{Deployments, WorkflowRuns};
use harden_sentry::resources::Releases;
use harden_vercel::resources::ProductionDeployment;

use super::deployed::{self, Deployed};
use crate::DeliveryPolicy;

/// A project of Sentry's: its releases, and what deploys it.
#[derive(Debug, Clone)]
pub(crate) struct Released {
    pub(crate) releases: Arc<Releases>,
    /// What deploys it, by the policy or by its name; else all that may. Empty where the run reads
    /// nothing that deploys.
    pub(crate) by: Vec<Deployed>,
    /// What the policy says deploys it, where the run does not have that.
    pub(crate) not_found: Option<String>,
}

impl Released {
    fn new(releases: &Arc<Releases>, all: &[Deployed], policy: &DeliveryPolicy) -> Self {
        let mut said = policy.projects.iter();
        let said = said.find(|project| project.sentry == releases.project);
        let chosen = |test: &dyn Fn(&Deployed) -> bool| -> Vec<Deployed> {
            all.iter().filter(|d| test(d)).cloned().collect()
        };
        let unlisted = chosen(&|deployed| deployed.by.is_empty());
        let releases = Arc::clone(releases);
        if let Some(said) = said {
            let mut by = chosen(&|deployed| deployed.is(&said.deployed_by));
            // it may be in what could not be listed
            if by.is_empty() {
                by = unlisted;
            }
            let not_found = by.is_empty().then(|| said.deployed_by.clone());
            return Self {
                releases,
                by,
                not_found,
            };
        }
        let named = chosen(&|deployed| deployed.short_name() == releases.project);
        let by = match named.is_empty() {
            // something of its name may be in what could not be listed
            true => all.to_vec(),
            false => named.into_iter().chain(unlisted).collect(),
        };
        Self {
            releases,
            by,
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
        let deployments = or_nothing(cx.list::<Deployments>().await)?;
        let runs = or_nothing(cx.list::<WorkflowRuns>().await)?;
        let vercel = or_nothing(cx.list::<ProductionDeployment>().await)?;
        let github = cx.policy::<GithubPolicy>();
        let policy = cx.policy::<DeliveryPolicy>();
        let all = deployed::all(&deployments, &runs, &vercel, &github);
        let items = releases.iter_shared().map(|(id, releases)| {
            let view = Self::new(releases, &all, &policy);
            (Arc::clone(id), view)
        });
        let (items, gaps) = (items.collect(), releases.gaps.clone());
        Ok(Arc::new(Listing::new(items, releases.scope.clone(), gaps)))
    }
}

/// A provider that an embedder did not bring tells nothing.
fn or_nothing<R>(
    listing: Result<Arc<Listing<R>>, FactError>,
) -> Result<Arc<Listing<R>>, FactError> {
    match listing {
        Err(FactError::NoProvider(_)) => Ok(Arc::new(deployed::nothing())),
        listing => listing,
    }
}
