//! iam:ListOpenIDConnectProviders, and iam:GetOpenIDConnectProvider for those of GitHub Actions.

use futures::future::join_all;
use harden_core::{FactError, Known, Unknown};
use harden_iam::trust::Issuer;

use super::at::At;
use super::gather::{Gathered, Read};
use super::listers::{Live, Run};
use crate::resources::OidcProvider;

const LIST: &str = "iam:ListOpenIDConnectProviders";
const GET: &str = "iam:GetOpenIDConnectProvider";

impl Live for OidcProvider {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        Ok(run.in_accounts(read).await)
    }
}

async fn read(at: At) -> Read<OidcProvider> {
    let client = aws_sdk_iam::Client::new(&at.config);
    let (at, client) = (&at, &client);
    // not paged: an account has a hundred at most
    let answer = at.call(LIST, client.list_open_id_connect_providers().send());
    let listed = match answer.await {
        Ok(answer) => answer.open_id_connect_provider_list.unwrap_or_default(),
        Err(failure) => {
            return Read {
                resources: Vec::new(),
                gaps: vec![failure.into()],
            };
        }
    };
    let arns = listed.into_iter().filter_map(|one| one.arn);
    let ours = arns.filter(|arn| Issuer::of_provider(arn).is_some());
    let providers = ours.map(|arn| async move {
        let request = client
            .get_open_id_connect_provider()
            .open_id_connect_provider_arn(&arn);
        let audiences = match at.call(GET, request.send()).await {
            Ok(answer) => Known::Yes(answer.client_id_list.unwrap_or_default()),
            Err(failure) => Unknown::from(failure).into(),
        };
        OidcProvider { arn, audiences }
    });
    Read::full(join_all(providers).await)
}
