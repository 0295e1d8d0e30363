//! GET /repos/{owner}/{repo}/actions/oidc/customization/sub.

use harden_core::{FactError, Known};

use super::answers::OidcAnswer;
use super::at::{At, present};
use super::gather::{Gathered, Read};
use super::listers::{Live, Run};
use crate::operation::OIDC_SUBJECT as SOURCE;
use crate::resources::OidcSubject;

impl Live for OidcSubject {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        run.in_repositories(read).await
    }
}

async fn read(at: At) -> Read<OidcSubject> {
    let mut read = Read::default();
    let answer = at
        .get::<OidcAnswer>(SOURCE, "/actions/oidc/customization/sub")
        .await;
    read.push(answer.map(|answer| OidcSubject {
        repository: at.repository.to_string(),
        use_default: present(answer.use_default, SOURCE, "use_default"),
        // GitHub leaves it out where the default form is used
        include_claim_keys: Known::Yes(answer.include_claim_keys.unwrap_or_default()),
        use_immutable_subject: Known::Yes(answer.use_immutable_subject),
    }));
    read
}
