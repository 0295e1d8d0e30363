//! kms:DescribeKey and kms:GetKeyPolicy, for the keys that alert topics are encrypted with.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_kms::Client;
use aws_sdk_kms::types::{KeyManagerType, KeyMetadata};
use futures::future::join_all;
use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known, Place, Unknown};

use super::AwsProvider;
use super::failure::Failure;
use super::place_api::PlaceApi;
use crate::arn::Arn;
use crate::resources::{KmsKey, SnsTopic, TopicSubscriptions};

const DESCRIBE: &str = "kms:DescribeKey";
const POLICY: &str = "kms:GetKeyPolicy";

impl Collect<AwsProvider> for KmsKey {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        let topics = facts.list::<SnsTopic>().await?;
        let alerts = facts.list::<TopicSubscriptions>().await?;
        let mut keys: BTreeMap<Place, BTreeSet<String>> = BTreeMap::new();
        for (id, _) in alerts.iter() {
            let topic = topics.get(&id.place, &id.name);
            if let Known::Yes(Some(topic)) = topic
                && let Known::Yes(Some(key)) = &topic.kms_key
            {
                keys.entry(id.place.clone())
                    .or_default()
                    .insert(key.clone());
            }
        }
        let mut collected = aws
            .in_regions(facts, |api| {
                let here = keys.get(&api.place).into_iter().flatten();
                let keys = here.cloned().collect();
                read(api, keys)
            })
            .await;
        collected.add_gaps_of(&topics.gaps);
        collected.add_gaps_of(&alerts.gaps);
        Ok(collected)
    }
}

async fn read(api: PlaceApi, keys: BTreeSet<String>) -> Portion<KmsKey> {
    Portion::complete(join_all(keys.into_iter().map(|key| read_key(&api, key))).await)
}

async fn read_key(api: &PlaceApi, reference: String) -> KmsKey {
    let mut key = KmsKey {
        account: api.account().to_owned(),
        region: api.region().to_owned(),
        arn: Known::default(),
        manager: Known::default(),
        state: Known::default(),
        policy: Known::default(),
        reference,
    };
    let parts = Arn::parse(&key.reference).filter(|arn| arn.service == "kms");
    let resource = parts.map_or(&*key.reference, |arn| arn.resource);
    // AWS's own key for SNS always exists, and its policy cannot be changed
    if resource == "alias/aws/sns" {
        key.arn = Unknown::undetermined("AWS's own key was not read")
            .during(DESCRIBE)
            .into();
        key.manager = Known::Yes("AWS".to_owned());
        key.state = Known::Yes("Enabled".to_owned());
        key.policy = Known::Yes(None);
        return key;
    }
    let is_alias = resource.starts_with("alias/");
    let elsewhere = parts.filter(|arn| !arn.region.is_empty() && arn.region != api.region());
    let api = elsewhere.map_or_else(|| api.clone(), |arn| api.in_region(arn.region));
    let client = Client::new(&api.config);
    let request = client.describe_key().key_id(&key.reference);
    let answer = api.call(DESCRIBE, request.send()).await;
    match answer.map(|answer| answer.key_metadata) {
        Ok(Some(found)) => described(&mut key, &api, &client, found).await,
        Ok(None) => undescribed(&mut key, &Unknown::missing(DESCRIBE, "KeyMetadata")),
        // this is certain, and worse than any policy: the key of the topic does not exist
        Err(failure) if failure.is("NotFoundException") => {
            let gone = Unknown::new(failure.unknown.cause, "there is no such key").during(DESCRIBE);
            undescribed(&mut key, &gone);
            key.state = Known::Yes("NotFound".to_owned());
        }
        Err(failure) => {
            undescribed(&mut key, &failure.unknown);
            // reading the policy needs another permission, so it may work; but it does not accept an
            // alias
            if !is_alias {
                key.policy = policy(&api, &client, &key.reference).await.map(Some);
            }
        }
    }
    key
}

async fn described(key: &mut KmsKey, api: &PlaceApi, client: &Client, found: KeyMetadata) {
    let manager = found.key_manager;
    let state = found.key_state.map(|s| s.as_str().to_owned());
    key.state = Known::present(state, DESCRIBE, "KeyState");
    key.policy = match manager {
        Some(KeyManagerType::Aws) => Known::Yes(None),
        _ => {
            let id = found.arn.as_deref().unwrap_or(&found.key_id);
            policy(api, client, id).await.map(Some)
        }
    };
    let manager = manager.map(|m| m.as_str().to_owned());
    key.manager = Known::present(manager, DESCRIBE, "KeyManager");
    key.arn = Known::present(found.arn, DESCRIBE, "Arn");
}

fn undescribed(key: &mut KmsKey, unknown: &Unknown) {
    key.arn = unknown.clone().into();
    key.manager = unknown.clone().into();
    key.state = unknown.clone().into();
    key.policy = unknown.clone().into();
}

async fn policy(api: &PlaceApi, client: &Client, id: &str) -> Known<String> {
    // a key has one policy, of this name
    let request = client.get_key_policy().key_id(id).policy_name("default");
    match api.call(POLICY, request.send()).await {
        Ok(answer) => Known::present(answer.policy, POLICY, "Policy"),
        Err(Failure { unknown, .. }) => unknown.into(),
    }
}
