//! The lifecycle rules of buckets.

use harden_core::{Kind, Known, Place, Resource, ResourceId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Bucket;

/// A bucket's lifecycle. Source: s3:GetLifecycleConfiguration (the operation
/// GetBucketLifecycleConfiguration), asked in the bucket's own region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BucketLifecycle {
    /// The account that owns the bucket.
    pub account: String,
    /// The bucket.
    pub bucket: String,
    /// The rules; empty where it has no lifecycle.
    #[serde(default)]
    pub rules: Known<Vec<LifecycleRule>>,
    /// Which objects transitions leave alone by default (TransitionDefaultMinimumObjectSize).
    #[serde(default)]
    pub minimum_object_size: Known<Option<String>>,
}

/// A rule of a lifecycle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LifecycleRule {
    /// Whether it is enabled (Status).
    pub enabled: bool,
    /// After how many days it ends multipart uploads that nobody completed
    /// (AbortIncompleteMultipartUpload); none where it does not.
    pub aborts_uploads_after_days: Option<i64>,
    /// The prefix of the objects that it is for; none where it is for all.
    pub prefix: Option<String>,
    /// The whole rule as the API has it. The lifecycle is replaced as a whole: what adds a rule
    /// must carry this one as it is.
    pub document: Value,
}

impl Resource for BucketLifecycle {
    const KIND: &'static Kind = &Kind::new("aws/bucket-lifecycle")
        .permissions(&["s3:GetLifecycleConfiguration"])
        .starts_from(&[Bucket::KIND]);

    fn id(&self) -> ResourceId {
        let place = Place::global(&*self.account);
        ResourceId::new(Self::KIND.name, place, &self.bucket)
            .shown_as(&format!("arn:aws:s3:::{}", self.bucket))
    }
}
