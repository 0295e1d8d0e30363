//! iam:ListOpenIDConnectProviders, and iam:GetOpenIDConnectProvider for those of GitHub Actions.

use futures::future::join_all;
use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known, Unknown};
use harden_iam::trust::Issuer;

use super::AwsProvider;
use super::place_api::PlaceApi;
use super::sent::Sent as _;
use crate::resources::OidcProvider;

const LIST: &str = "iam:ListOpenIDConnectProviders";
const GET: &str = "iam:GetOpenIDConnectProvider";

impl Collect<AwsProvider> for OidcProvider {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        Ok(aws.in_accounts(facts, read).await)
    }
}

async fn read(api: PlaceApi) -> Portion<OidcProvider> {
    let client = aws_sdk_iam::Client::new(&api.config);
    let (api, client) = (&api, &client);
    // not paged: an account has a hundred at most
    let answer = api.call(LIST, client.list_open_id_connect_providers().send());
    let listed = match answer.await {
        Ok(answer) => answer
            .open_id_connect_provider_list
            .sent(LIST, "OpenIDConnectProviderList"),
        Err(failure) => Err(failure),
    };
    let listed = match listed {
        Ok(listed) => listed,
        Err(failure) => {
            return Portion {
                resources: Vec::new(),
                gaps: vec![failure.into()],
            };
        }
    };
    let nameless = listed.iter().any(|one| one.arn.is_none());
    let arns = listed.into_iter().filter_map(|one| one.arn);
    let ours = arns.filter(|arn| Issuer::of_provider(arn).is_some());
    let providers = ours.map(|arn| async move {
        let request = client
            .get_open_id_connect_provider()
            .open_id_connect_provider_arn(&arn);
        let audiences = match api.call(GET, request.send()).await {
            Ok(answer) => Known::present(answer.client_id_list, GET, "ClientIDList"),
            Err(failure) => Unknown::from(failure).into(),
        };
        OidcProvider { arn, audiences }
    });
    let mut read = Portion::complete(join_all(providers).await);
    read.gaps
        .extend(nameless.then(|| Unknown::missing(LIST, "Arn")));
    read
}
