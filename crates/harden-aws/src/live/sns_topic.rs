//! sns:ListTopics, and sns:GetTopicAttributes for each.

use futures::future::join_all;
use harden_core::{FactError, Known, Unknown};

use super::at::At;
use super::gather::{Gathered, Read};
use super::listers::{Live, Run};
use super::paging::pages;
use crate::resources::SnsTopic;

const LIST: &str = "sns:ListTopics";
const ATTRIBUTES: &str = "sns:GetTopicAttributes";

impl Live for SnsTopic {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        Ok(run.in_regions(read).await)
    }
}

async fn read(at: At) -> Read<SnsTopic> {
    let client = aws_sdk_sns::Client::new(&at.config);
    let (at, client) = (&at, &client);
    let topics = pages(LIST, |token| {
        let request = client.list_topics().set_next_token(token);
        async move {
            let answer = at.call(LIST, request.send()).await?;
            Ok((answer.topics.unwrap_or_default(), answer.next_token))
        }
    })
    .await;
    let mut read = Read::default();
    read.gaps.extend(topics.failed.map(Unknown::from));
    let arns = topics.items.into_iter().filter_map(|topic| topic.topic_arn);
    let found = join_all(arns.map(|arn| topic(at, client, arn))).await;
    read.resources.extend(found.into_iter().flatten());
    read
}

/// A topic; none if it was deleted since it was listed. One whose attributes are denied is still
/// a topic.
async fn topic(at: &At, client: &aws_sdk_sns::Client, arn: String) -> Option<SnsTopic> {
    let request = client.get_topic_attributes().topic_arn(&arn);
    match at.call(ATTRIBUTES, request.send()).await {
        Ok(answer) => {
            let mut attributes = answer.attributes.unwrap_or_default();
            let key = attributes.remove("KmsMasterKeyId");
            Some(SnsTopic {
                policy: Known::present(attributes.remove("Policy"), ATTRIBUTES, "Policy"),
                kms_key: Known::Yes(key.filter(|key| !key.is_empty())),
                arn,
            })
        }
        Err(failure) if failure.is("NotFound") => None,
        Err(failure) => Some(SnsTopic {
            arn,
            policy: failure.unknown.clone().into(),
            kms_key: failure.unknown.into(),
        }),
    }
}
