//! kms:DescribeKey and kms:GetKeyPolicy, for the keys that alert topics are encrypted with.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_kms::Client;
use aws_sdk_kms::types::{KeyManagerType, KeyMetadata};
use futures::future::join_all;
use harden_core::{FactError, Known, Place, Unknown};

use super::at::At;
use super::failure::Failure;
use super::gather::{Gathered, Read, copied};
use super::listers::{Live, Run};
use crate::arn::Arn;
use crate::resources::{KmsKey, SnsTopic, TopicSubscriptions};

const DESCRIBE: &str = "kms:DescribeKey";
const POLICY: &str = "kms:GetKeyPolicy";

impl Live for KmsKey {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        let topics = run.facts.list::<SnsTopic>().await?;
        let alerts = run.facts.list::<TopicSubscriptions>().await?;
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
        let mut gathered = run
            .in_regions(|at| {
                let keys = keys.get(&at.place).cloned().unwrap_or_default();
                read(at, keys)
            })
            .await;
        gathered.gaps.extend(copied(&topics.gaps));
        gathered.gaps.extend(copied(&alerts.gaps));
        Ok(gathered)
    }
}

async fn read(at: At, keys: BTreeSet<String>) -> Read<KmsKey> {
    Read::full(join_all(keys.into_iter().map(|key| read_key(&at, key))).await)
}

async fn read_key(at: &At, reference: String) -> KmsKey {
    let mut key = KmsKey {
        account: at.account().to_owned(),
        region: at.region().to_owned(),
        arn: Known::default(),
        manager: Known::default(),
        state: Known::default(),
        policy: Known::default(),
        reference,
    };
    let parts = Arn::parse(&key.reference).filter(|arn| arn.service == "kms");
    let resource = parts.map_or(&*key.reference, |arn| arn.resource);
    // AWS's own key for SNS: always there, and its policy can't be changed
    if resource == "alias/aws/sns" {
        key.arn = Unknown::undetermined("AWS's own key was not looked up")
            .during(DESCRIBE)
            .into();
        key.manager = Known::Yes("AWS".to_owned());
        key.state = Known::Yes("Enabled".to_owned());
        key.policy = Known::Yes(None);
        return key;
    }
    let is_alias = resource.starts_with("alias/");
    let elsewhere = parts.filter(|arn| !arn.region.is_empty() && arn.region != at.region());
    let at = elsewhere.map_or_else(|| at.clone(), |arn| at.in_region(arn.region));
    let client = Client::new(&at.config);
    let request = client.describe_key().key_id(&key.reference);
    let answer = at.call(DESCRIBE, request.send()).await;
    match answer.map(|answer| answer.key_metadata) {
        Ok(Some(found)) => described(&mut key, &at, &client, found).await,
        Ok(None) => undescribed(&mut key, &Unknown::missing(DESCRIBE, "KeyMetadata")),
        // certain, and worse than any policy: what the topic is encrypted with is gone
        Err(failure) if failure.is("NotFoundException") => {
            let gone = Unknown::new(failure.unknown.cause, "there is no such key").during(DESCRIBE);
            undescribed(&mut key, &gone);
            key.state = Known::Yes("NotFound".to_owned());
        }
        Err(failure) => {
            undescribed(&mut key, &failure.unknown);
            // the policy has a permission of its own, but an alias is not resolved for it
            if !is_alias {
                key.policy = policy(&at, &client, &key.reference).await.map(Some);
            }
        }
    }
    key
}

async fn described(key: &mut KmsKey, at: &At, client: &Client, found: KeyMetadata) {
    let manager = found.key_manager;
    let state = found.key_state.map(|s| s.as_str().to_owned());
    key.state = Known::present(state, DESCRIBE, "KeyState");
    key.policy = match manager {
        Some(KeyManagerType::Aws) => Known::Yes(None),
        _ => {
            let id = found.arn.as_deref().unwrap_or(&found.key_id);
            policy(at, client, id).await.map(Some)
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

async fn policy(at: &At, client: &Client, id: &str) -> Known<String> {
    // a key has one policy, of this name
    let request = client.get_key_policy().key_id(id).policy_name("default");
    match at.call(POLICY, request.send()).await {
        Ok(answer) => Known::present(answer.policy, POLICY, "Policy"),
        Err(Failure { unknown, .. }) => unknown.into(),
    }
}
