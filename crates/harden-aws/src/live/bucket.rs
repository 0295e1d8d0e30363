//! s3:ListBuckets, which the permission s3:ListAllMyBuckets is for.

use harden_core::{FactError, Known, Unknown};

use super::at::At;
use super::gather::{Gathered, Read};
use super::listers::{Live, Run};
use super::paging::pages;
use crate::resources::Bucket;

const LIST: &str = "s3:ListBuckets";

impl Live for Bucket {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        Ok(run.in_accounts(read).await)
    }
}

async fn read(at: At) -> Read<Bucket> {
    let client = aws_sdk_s3::Client::new(&at.config);
    let at = &at;
    let found = pages(LIST, |token| {
        // the regions of buckets come only with a paged answer
        let request = client
            .list_buckets()
            .max_buckets(1000)
            .set_continuation_token(token);
        async move {
            let answer = at.call(LIST, request.send()).await?;
            Ok((
                answer.buckets.unwrap_or_default(),
                answer.continuation_token,
            ))
        }
    })
    .await;
    Read::of(found, |bucket| {
        Ok(Bucket {
            account: at.account().to_owned(),
            name: bucket.name.ok_or_else(|| Unknown::missing(LIST, "Name"))?,
            region: Known::present(bucket.bucket_region, LIST, "BucketRegion"),
        })
    })
}
