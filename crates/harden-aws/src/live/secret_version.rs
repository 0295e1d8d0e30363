//! secretsmanager:ListSecretVersionIds, for secrets whose own dates don't tell how old their value
//! is.

use aws_sdk_secretsmanager::Client;
use harden_core::{FactError, Known, Unknown};

use super::at::{At, timestamp};
use super::gather::{Gathered, Read, copied, some_at_a_time};
use super::listers::{Live, Run};
use super::paging::pages;
use crate::resources::{Secret, SecretVersion};
use crate::views::needs_version;

const LIST: &str = "secretsmanager:ListSecretVersionIds";

/// The stage of the version that is in force.
const CURRENT: &str = "AWSCURRENT";

impl Live for SecretVersion {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        let secrets = run.facts.list::<Secret>().await?;
        let mut gathered = run
            .in_regions(|at| {
                let policy = &at.policy.secrets;
                let asked = secrets.at(&at.place).map(|(_, secret)| secret);
                let asked = asked.filter(|secret| needs_version(secret, policy, at.now));
                let asked: Vec<_> = asked.map(|s| (s.arn.clone(), s.name.clone())).collect();
                read(at, asked)
            })
            .await;
        gathered.gaps.extend(copied(&secrets.gaps));
        Ok(gathered)
    }
}

async fn read(at: At, secrets: Vec<(String, String)>) -> Read<SecretVersion> {
    let client = Client::new(&at.config);
    let (at, client) = (&at, &client);
    let found = some_at_a_time(secrets, |(arn, name)| version(at, client, arn, name)).await;
    Read::full(found.into_iter().flatten().collect())
}

/// The version in force; none if the secret was deleted since it was listed.
async fn version(at: &At, client: &Client, arn: String, name: String) -> Option<SecretVersion> {
    let secret = arn.as_str();
    let found = pages(LIST, |token| {
        let request = client
            .list_secret_version_ids()
            .secret_id(secret)
            .max_results(100)
            .set_next_token(token);
        async move {
            let answer = at.call(LIST, request.send()).await?;
            Ok((answer.versions.unwrap_or_default(), answer.next_token))
        }
    })
    .await;
    let current = found.items.iter().find(|version| {
        version
            .version_stages()
            .iter()
            .any(|stage| stage == CURRENT)
    });
    let since = current.map(|version| version.created_date().and_then(timestamp));
    let current_since = match (since, found.failed) {
        (Some(Some(since)), _) => Known::Yes(Some(since)),
        (Some(None), _) => Unknown::missing(LIST, "CreatedDate").into(),
        (None, Some(failure)) if failure.is("ResourceNotFoundException") => return None,
        (None, Some(failure)) => Unknown::from(failure).into(),
        (None, None) => Known::Yes(None),
    };
    Some(SecretVersion {
        secret_arn: arn,
        name,
        current_since,
    })
}
