//! secretsmanager:ListSecretVersionIds, for secrets whose own dates don't tell how old their value
//! is.

use aws_sdk_secretsmanager::Client;
use harden_collect::{Collect, Collected, Portion, read_each};
use harden_core::{FactError, Facts, Known, Unknown};

use super::AwsProvider;
use super::place_api::{PlaceApi, read_pages, timestamp};
use super::sent::Sent as _;
use crate::resources::{Secret, SecretVersion};
use crate::views::needs_version;

const LIST: &str = "secretsmanager:ListSecretVersionIds";

/// The stage of the version that is in force.
const CURRENT: &str = "AWSCURRENT";

impl Collect<AwsProvider> for SecretVersion {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        let secrets = facts.list::<Secret>().await?;
        let mut collected = aws
            .in_regions(facts, |api| {
                let policy = &api.policy.secrets;
                let asked = secrets.at(&api.place).map(|(_, secret)| secret);
                let asked = asked.filter(|secret| needs_version(secret, policy, api.now));
                let asked: Vec<_> = asked.map(|s| (s.arn.clone(), s.name.clone())).collect();
                read(api, asked)
            })
            .await;
        collected.add_gaps_of(&secrets.gaps);
        Ok(collected)
    }
}

async fn read(api: PlaceApi, secrets: Vec<(String, String)>) -> Portion<SecretVersion> {
    let client = Client::new(&api.config);
    let (api, client) = (&api, &client);
    let found = read_each(secrets, |(arn, name)| version(api, client, arn, name)).await;
    Portion::complete(found.into_iter().flatten().collect())
}

/// The version in force; none if the secret was deleted after it was listed.
async fn version(
    api: &PlaceApi,
    client: &Client,
    arn: String,
    name: String,
) -> Option<SecretVersion> {
    let secret = arn.as_str();
    let found = read_pages(LIST, |token| {
        let request = client
            .list_secret_version_ids()
            .secret_id(secret)
            .max_results(100)
            .set_next_token(token);
        async move {
            let answer = api.call(LIST, request.send()).await?;
            Ok((answer.versions.sent(LIST, "Versions")?, answer.next_token))
        }
    })
    .await;
    let current = found.items.iter().find(|version| {
        version
            .version_stages()
            .iter()
            .any(|stage| stage == CURRENT)
    });
    // a version that is in force has a staging label, and the others are not listed
    let unlabeled = found.items.iter().any(|v| v.version_stages.is_none());
    let since = current.map(|version| version.created_date().and_then(timestamp));
    let current_since = match (since, found.failed) {
        (Some(Some(since)), _) => Known::Yes(Some(since)),
        (Some(None), _) => Unknown::missing(LIST, "CreatedDate").into(),
        (None, Some(failure)) if failure.is("ResourceNotFoundException") => return None,
        (None, Some(failure)) => Unknown::from(failure).into(),
        (None, None) if unlabeled => Unknown::missing(LIST, "VersionStages").into(),
        (None, None) => Known::Yes(None),
    };
    Some(SecretVersion {
        secret_arn: arn,
        name,
        current_since,
    })
}
