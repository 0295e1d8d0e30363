//! s3:ListBuckets, which the permission s3:ListAllMyBuckets is for.

use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known, Unknown};

use super::AwsProvider;
use super::place_api::{PlaceApi, read_pages};
use super::sent::Sent as _;
use crate::resources::Bucket;

const LIST: &str = "s3:ListBuckets";

impl Collect<AwsProvider> for Bucket {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        Ok(aws.in_accounts(facts, read).await)
    }
}

async fn read(api: PlaceApi) -> Portion<Bucket> {
    let client = aws_sdk_s3::Client::new(&api.config);
    let api = &api;
    let found = read_pages(LIST, |token| {
        // the regions of buckets come only with a paged answer
        let request = client
            .list_buckets()
            .max_buckets(1000)
            .set_continuation_token(token);
        async move {
            let answer = api.call(LIST, request.send()).await?;
            Ok((
                answer.buckets.sent(LIST, "Buckets")?,
                answer.continuation_token,
            ))
        }
    })
    .await;
    Portion::from_pages(found, |bucket| {
        Ok(Bucket {
            account: api.account().to_owned(),
            name: bucket.name.ok_or_else(|| Unknown::missing(LIST, "Name"))?,
            region: Known::present(bucket.bucket_region, LIST, "BucketRegion"),
        })
    })
}
