//! iam:ListUsers, and iam:ListAccessKeys for each.

use aws_sdk_iam::Client;
use aws_sdk_iam::types::AccessKeyMetadata;
use futures::future::join_all;
use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known, Unknown};

use super::AwsProvider;
use super::place_api::{PlaceApi, read_pages, timestamp};
use super::raw::Body;
use crate::resources::{AccessKey, IamUserKeys};

const USERS: &str = "iam:ListUsers";
const KEYS: &str = "iam:ListAccessKeys";

impl Collect<AwsProvider> for IamUserKeys {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        Ok(aws.in_accounts(facts, read).await)
    }
}

async fn read(api: PlaceApi) -> Portion<IamUserKeys> {
    let client = Client::new(&api.config);
    let (api, client) = (&api, &client);
    let found = read_pages(USERS, |token| {
        let request = client.list_users().max_items(1000).set_marker(token);
        async move {
            let body = Body::default();
            let request = request.customize().interceptor(body.clone());
            let answer = api.call(USERS, request.send()).await?;
            body.sent(USERS, "Users")?;
            let next = answer.marker;
            Ok((answer.users, next))
        }
    })
    .await;
    let users = found.items.into_iter();
    let keys = users.map(|user| user_keys(api, client, user.arn, user.user_name));
    let mut read = Portion::complete(join_all(keys).await);
    read.gaps.extend(found.failed.map(Unknown::from));
    read
}

async fn user_keys(api: &PlaceApi, client: &Client, user: String, name: String) -> IamUserKeys {
    let name = &name;
    let found = read_pages(KEYS, |token| {
        let request = client.list_access_keys().user_name(name).set_marker(token);
        async move {
            let body = Body::default();
            let request = request.customize().interceptor(body.clone());
            let answer = api.call(KEYS, request.send()).await?;
            body.sent(KEYS, "AccessKeyMetadata")?;
            let next = answer.marker;
            Ok((answer.access_key_metadata, next))
        }
    })
    .await;
    let keys = Known::from(found).and_then(|found| {
        let keys: Option<Vec<AccessKey>> = found.into_iter().map(described).collect();
        let keys = keys.map(|mut keys| {
            keys.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
            keys
        });
        Known::present(keys, KEYS, "AccessKeyId, Status or CreateDate")
    });
    IamUserKeys { user, keys }
}

fn described(key: AccessKeyMetadata) -> Option<AccessKey> {
    Some(AccessKey {
        id: key.access_key_id?,
        status: key.status?.as_str().to_owned(),
        created_at: timestamp(&key.create_date?)?,
    })
}
