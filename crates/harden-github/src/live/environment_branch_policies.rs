//! GET /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies.

use std::sync::Arc;

use harden_core::{FactError, Known};

use super::answers::BranchPolicies;
use super::at::{At, known, missing};
use super::gather::{Gathered, Read};
use super::listers::{Live, Run};
use crate::operation::ENVIRONMENT_BRANCHES as SOURCE;
use crate::path::segment;
use crate::resources::{DeploymentBranches, Environment, EnvironmentBranchPolicies};

impl Live for EnvironmentBranchPolicies {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        run.from(read).await
    }
}

async fn read(at: At, environment: Arc<Environment>) -> Read<EnvironmentBranchPolicies> {
    if environment.branches != Known::Yes(DeploymentBranches::Custom) {
        return Read::default();
    }
    let name = segment(&environment.name);
    let path = format!("/environments/{name}/deployment-branch-policies?per_page=100");
    let pages = at.pages::<BranchPolicies>(SOURCE, &path).await;
    let patterns = pages.complete().and_then(|all| {
        let names = all
            .into_iter()
            .map(|policy| policy.name.ok_or_else(|| missing(SOURCE, "name")));
        names.collect()
    });
    EnvironmentBranchPolicies {
        repository: environment.repository.clone(),
        environment: environment.name.clone(),
        patterns: known(patterns),
    }
    .into()
}
