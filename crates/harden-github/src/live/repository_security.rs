//! The security features that GET /repos/{owner}/{repo} told.

use std::sync::Arc;

use harden_core::FactError;

use super::at::At;
use super::gather::{Gathered, Read};
use super::listers::{Live, Run};
use crate::resources::{Repository, RepositorySecurity};

impl Live for RepositorySecurity {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        run.from(read).await
    }
}

async fn read(at: At, repository: Arc<Repository>) -> Read<RepositorySecurity> {
    RepositorySecurity {
        repository: at.repository.to_string(),
        features: repository.security.clone(),
        private: repository.private.clone(),
    }
    .into()
}
