//! The security features that GET /repos/{owner}/{repo} returned.

use std::sync::Arc;

use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts};

use super::GithubProvider;
use super::repository_api::RepositoryApi;
use crate::resources::{Repository, RepositorySecurity};

impl Collect<GithubProvider> for RepositorySecurity {
    async fn collect(github: &GithubProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        github.for_each(facts, read).await
    }
}

async fn read(api: RepositoryApi, repository: Arc<Repository>) -> Portion<RepositorySecurity> {
    Portion::one(RepositorySecurity {
        repository: api.repository.to_string(),
        features: repository.security.clone(),
        private: repository.private.clone(),
    })
}
