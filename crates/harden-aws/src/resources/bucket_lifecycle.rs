//! The lifecycle rules of buckets.

use harden_core::{Kind, Known, Place, Resource, ResourceId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Bucket;

/// A bucket's lifecycle. Source: s3:GetLifecycleConfiguration (the operation
/// GetBucketLifecycleConfiguration) in the region of the bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BucketLifecycle {
    /// The account that owns the bucket.
    pub account: String,
    /// The bucket.
    pub bucket: String,
    /// The rules; empty without a lifecycle.
    #[serde(default)]
    pub rules: Known<Vec<LifecycleRule>>,
    /// The default minimum size of transitioned objects (TransitionDefaultMinimumObjectSize).
    #[serde(default)]
    pub minimum_object_size: Known<Option<String>>,
}

/// A rule of a lifecycle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LifecycleRule {
    /// Whether it is enabled (Status).
    pub enabled: bool,
    /// The number of days after which it aborts incomplete multipart uploads
    /// (AbortIncompleteMultipartUpload), or `None`.
    pub aborts_uploads_after_days: Option<i64>,
    /// The prefix of its objects, or `None` for all objects.
    pub prefix: Option<String>,
    /// The whole rule as in the API. A call replaces the whole lifecycle, so a call that adds a rule must
    /// contain this one unchanged.
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
