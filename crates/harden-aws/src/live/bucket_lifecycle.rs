//! s3:GetBucketLifecycleConfiguration (the permission is s3:GetLifecycleConfiguration), each
//! bucket in its own region.

use std::collections::BTreeMap;

use aws_sdk_s3::Client;
use aws_sdk_s3::types::{LifecycleRule as Answered, LifecycleRuleFilter, Tag};
use aws_smithy_types::date_time::Format;
use harden_collect::{Collect, Collected, Portion, read_each};
use harden_core::{FactError, Facts, Known, Unknown};
use serde_json::{Map, Value, json};

use super::AwsProvider;
use super::place_api::PlaceApi;
use crate::resources::{Bucket, BucketLifecycle, LifecycleRule};

const GET: &str = "s3:GetBucketLifecycleConfiguration";
const LIST: &str = "s3:ListBuckets";

impl Collect<AwsProvider> for BucketLifecycle {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        let buckets = facts.list::<Bucket>().await?;
        let mut collected = aws
            .in_accounts(facts, |api| {
                let here = buckets.at(&api.place);
                let here: Vec<_> = here
                    .map(|(_, b)| (b.name.clone(), b.region.clone()))
                    .collect();
                read(api, here)
            })
            .await;
        collected.add_gaps_of(&buckets.gaps);
        Ok(collected)
    }
}

async fn read(api: PlaceApi, buckets: Vec<(String, Known<String>)>) -> Portion<BucketLifecycle> {
    // a client for each region, not for each of thousands of buckets
    let mut regions: BTreeMap<String, (PlaceApi, Client)> = BTreeMap::new();
    for region in buckets.iter().filter_map(|(_, region)| region.ok()) {
        if !regions.contains_key(region) {
            let there = api.in_region(region);
            let client = Client::new(&there.config);
            regions.insert(region.clone(), (there, client));
        }
    }
    let (account, regions) = (api.account(), &regions);
    let found = read_each(buckets, |(bucket, region)| async move {
        let there = region.and_then(|region| match regions.get(&region) {
            Some(there) => Known::Yes(there),
            None => Unknown::missing(LIST, "BucketRegion").into(),
        });
        lifecycle(account, bucket, there).await
    })
    .await;
    Portion::complete(found.into_iter().flatten().collect())
}

/// The lifecycle of a bucket; none if the bucket was deleted after it was listed.
async fn lifecycle(
    account: &str,
    bucket: String,
    there: Known<&(PlaceApi, Client)>,
) -> Option<BucketLifecycle> {
    let of = |rules, minimum_object_size| BucketLifecycle {
        account: account.to_owned(),
        bucket: bucket.clone(),
        rules,
        minimum_object_size,
    };
    let (api, client) = match there {
        Known::Yes(there) => there,
        Known::No(unknown) => {
            return Some(of(Known::No(unknown.clone()), Known::No(unknown)));
        }
    };
    let request = client
        .get_bucket_lifecycle_configuration()
        .bucket(&bucket)
        .expected_bucket_owner(account);
    Some(match api.call(GET, request.send()).await {
        Ok(answer) => {
            let size = answer.transition_default_minimum_object_size;
            // a bucket without rules has no configuration: S3 answers that with an error
            let rules = Known::present(answer.rules, GET, "Rule");
            of(
                rules.map(|rules| rules.into_iter().map(rule).collect()),
                Known::Yes(size.map(|size| size.as_str().to_owned())),
            )
        }
        Err(failure) if failure.is("NoSuchLifecycleConfiguration") => {
            of(Known::Yes(Vec::new()), Known::Yes(None))
        }
        Err(failure) if failure.is("NoSuchBucket") => return None,
        Err(failure) => {
            let unknown = Unknown::from(failure);
            of(unknown.clone().into(), unknown.into())
        }
    })
}

fn rule(rule: Answered) -> LifecycleRule {
    let aborts = rule.abort_incomplete_multipart_upload.as_ref();
    let prefix = rule.filter.as_ref().and_then(|f| {
        let all = f.and.as_ref().and_then(|and| and.prefix.clone());
        f.prefix.clone().or(all)
    });
    #[expect(
        deprecated,
        reason = "rules that were made with a prefix still have it"
    )]
    let prefix = prefix.or_else(|| rule.prefix.clone());
    LifecycleRule {
        enabled: rule.status.as_str() == "Enabled",
        aborts_uploads_after_days: aborts.and_then(|a| a.days_after_initiation).map(i64::from),
        prefix: prefix.filter(|prefix| !prefix.is_empty()),
        document: document(&rule),
    }
}

/// An object of what is there.
fn object(members: impl IntoIterator<Item = (&'static str, Option<Value>)>) -> Value {
    let there = members
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(there.collect::<Map<_, _>>())
}

/// The whole rule as the API takes it.
fn document(rule: &Answered) -> Value {
    let date = |date: &aws_smithy_types::DateTime| date.fmt(Format::DateTime).ok().map(Value::from);
    let transitions = rule.transitions.as_ref().map(|all| {
        let each = all.iter().map(|t| {
            object([
                ("Date", t.date.as_ref().and_then(date)),
                ("Days", t.days.map(Value::from)),
                (
                    "StorageClass",
                    t.storage_class.as_ref().map(|c| json!(c.as_str())),
                ),
            ])
        });
        Value::Array(each.collect())
    });
    let noncurrent = rule.noncurrent_version_transitions.as_ref().map(|all| {
        let each = all.iter().map(|t| {
            object([
                ("NoncurrentDays", t.noncurrent_days.map(Value::from)),
                (
                    "StorageClass",
                    t.storage_class.as_ref().map(|c| json!(c.as_str())),
                ),
                (
                    "NewerNoncurrentVersions",
                    t.newer_noncurrent_versions.map(Value::from),
                ),
            ])
        });
        Value::Array(each.collect())
    });
    let expiration = rule.expiration.as_ref().map(|e| {
        object([
            ("Date", e.date.as_ref().and_then(date)),
            ("Days", e.days.map(Value::from)),
            (
                "ExpiredObjectDeleteMarker",
                e.expired_object_delete_marker.map(Value::from),
            ),
        ])
    });
    let noncurrent_expiration = rule.noncurrent_version_expiration.as_ref().map(|e| {
        object([
            ("NoncurrentDays", e.noncurrent_days.map(Value::from)),
            (
                "NewerNoncurrentVersions",
                e.newer_noncurrent_versions.map(Value::from),
            ),
        ])
    });
    let aborts = rule.abort_incomplete_multipart_upload.as_ref();
    #[expect(
        deprecated,
        reason = "rules that were made with a prefix still have it"
    )]
    let prefix = rule.prefix.as_deref();
    object([
        ("ID", rule.id.as_deref().map(Value::from)),
        ("Status", Some(json!(rule.status.as_str()))),
        ("Prefix", prefix.map(Value::from)),
        ("Filter", rule.filter.as_ref().map(filter)),
        ("Transitions", transitions),
        ("NoncurrentVersionTransitions", noncurrent),
        ("Expiration", expiration),
        ("NoncurrentVersionExpiration", noncurrent_expiration),
        (
            "AbortIncompleteMultipartUpload",
            aborts.map(|a| {
                object([(
                    "DaysAfterInitiation",
                    a.days_after_initiation.map(Value::from),
                )])
            }),
        ),
    ])
}

fn filter(filter: &LifecycleRuleFilter) -> Value {
    let tag = |tag: &Tag| json!({"Key": tag.key, "Value": tag.value});
    let and = filter.and.as_ref().map(|and| {
        object([
            ("Prefix", and.prefix.as_deref().map(Value::from)),
            (
                "Tags",
                and.tags
                    .as_ref()
                    .map(|all| Value::Array(all.iter().map(tag).collect())),
            ),
            (
                "ObjectSizeGreaterThan",
                and.object_size_greater_than.map(Value::from),
            ),
            (
                "ObjectSizeLessThan",
                and.object_size_less_than.map(Value::from),
            ),
        ])
    });
    object([
        ("Prefix", filter.prefix.as_deref().map(Value::from)),
        ("Tag", filter.tag.as_ref().map(tag)),
        (
            "ObjectSizeGreaterThan",
            filter.object_size_greater_than.map(Value::from),
        ),
        (
            "ObjectSizeLessThan",
            filter.object_size_less_than.map(Value::from),
        ),
        ("And", and),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_s3::types::{
        ExpirationStatus, LifecycleExpiration, LifecycleRuleAndOperator,
        NoncurrentVersionExpiration, Transition, TransitionStorageClass,
    };

    #[test]
    fn a_rule_is_carried_whole() {
        let tag = Tag::builder().key("class").value("tmp").build().unwrap();
        let and = LifecycleRuleAndOperator::builder()
            .prefix("tmp/")
            .tags(tag)
            .object_size_greater_than(1);
        let to = TransitionStorageClass::Glacier;
        let built = Answered::builder()
            .id("old")
            .status(ExpirationStatus::Enabled)
            .filter(LifecycleRuleFilter::builder().and(and.build()).build())
            .transitions(Transition::builder().days(30).storage_class(to).build())
            .expiration(LifecycleExpiration::builder().days(365).build())
            .noncurrent_version_expiration(
                NoncurrentVersionExpiration::builder()
                    .noncurrent_days(7)
                    .newer_noncurrent_versions(3)
                    .build(),
            )
            .build()
            .unwrap();
        let kept = rule(built);
        assert_eq!(kept.prefix.as_deref(), Some("tmp/"));
        assert_eq!(kept.aborts_uploads_after_days, None);
        let wanted = json!({
            "ID": "old", "Status": "Enabled",
            "Filter": {"And": {
                "Prefix": "tmp/", "Tags": [{"Key": "class", "Value": "tmp"}],
                "ObjectSizeGreaterThan": 1
            }},
            "Transitions": [{"Days": 30, "StorageClass": "GLACIER"}],
            "Expiration": {"Days": 365},
            "NoncurrentVersionExpiration": {"NoncurrentDays": 7, "NewerNoncurrentVersions": 3}
        });
        assert_eq!(kept.document, wanted);
    }
}
