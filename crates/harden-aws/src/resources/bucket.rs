//! S3 buckets of an account in all regions.

use harden_core::{Kind, Known, Place, Resource, ResourceId};
use serde::{Deserialize, Serialize};

/// A bucket. Source: s3:ListAllMyBuckets (the operation ListBuckets), which lists the buckets of
/// all regions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Bucket {
    /// The account that owns it.
    pub account: String,
    /// The name.
    pub name: String,
    /// Its region (BucketRegion).
    #[serde(default)]
    pub region: Known<String>,
}

impl Resource for Bucket {
    const KIND: &'static Kind = &Kind::new("aws/bucket").permissions(&["s3:ListAllMyBuckets"]);

    fn id(&self) -> ResourceId {
        let place = Place::global(&*self.account);
        ResourceId::new(Self::KIND.name, place, &self.name)
            .shown_as(&format!("arn:aws:s3:::{}", self.name))
    }
}
