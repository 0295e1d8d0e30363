//! Buckets with their lifecycle rules.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cause, Cx, FactError, Kind, Known, Listing, Resource, Subject, Unknown};

use crate::resources::{Bucket, BucketLifecycle, LifecycleRule};

/// A bucket with its lifecycle rules.
pub(crate) struct BucketWithLifecycle {
    pub(crate) account: Box<str>,
    pub(crate) name: Box<str>,
    pub(crate) region: Known<String>,
    pub(crate) rules: Known<Vec<LifecycleRule>>,
    pub(crate) minimum_object_size: Known<Option<String>>,
}

#[async_trait]
impl Subject for BucketWithLifecycle {
    const KINDS: &'static [&'static Kind] = &[Bucket::KIND, BucketLifecycle::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let buckets = cx.list::<Bucket>().await?;
        let lifecycles = cx.list::<BucketLifecycle>().await?;
        let items = buckets.iter().map(|(id, bucket)| {
            let lifecycle = lifecycles.get(&id.place, &id.name);
            let lifecycle = lifecycle.and_then(|found| match found {
                Some(lifecycle) => Known::Yes(lifecycle),
                None => Unknown::new(
                    Cause::NotRecorded,
                    "the snapshot does not contain the lifecycle of the bucket",
                )
                .during("s3:GetLifecycleConfiguration")
                .into(),
            });
            let kept = Self {
                account: bucket.account.as_str().into(),
                name: id.name.clone(),
                region: bucket.region.clone(),
                rules: lifecycle.as_ref().and_then(|l| l.rules.clone()),
                minimum_object_size: lifecycle.and_then(|l| l.minimum_object_size.clone()),
            };
            (Arc::clone(id), kept)
        });
        let items = items.collect();
        Ok(Arc::new(Listing::new(
            items,
            buckets.scope.clone(),
            buckets.gaps.clone(),
        )))
    }
}
