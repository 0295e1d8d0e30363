//! sns:ListTopics, and sns:GetTopicAttributes for each.

use futures::future::join_all;
use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known, Unknown};

use super::AwsProvider;
use super::place_api::{PlaceApi, read_pages};
use super::sent::Sent as _;
use crate::resources::SnsTopic;

const LIST: &str = "sns:ListTopics";
const ATTRIBUTES: &str = "sns:GetTopicAttributes";

impl Collect<AwsProvider> for SnsTopic {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        Ok(aws.in_regions(facts, read).await)
    }
}

async fn read(api: PlaceApi) -> Portion<SnsTopic> {
    let client = aws_sdk_sns::Client::new(&api.config);
    let (api, client) = (&api, &client);
    let topics = read_pages(LIST, |token| {
        let request = client.list_topics().set_next_token(token);
        async move {
            let answer = api.call(LIST, request.send()).await?;
            Ok((answer.topics.sent(LIST, "Topics")?, answer.next_token))
        }
    })
    .await;
    let mut read = Portion::default();
    read.gaps.extend(topics.failed.map(Unknown::from));
    if topics.items.iter().any(|topic| topic.topic_arn.is_none()) {
        read.gaps.push(Unknown::missing(LIST, "TopicArn"));
    }
    let arns = topics.items.into_iter().filter_map(|topic| topic.topic_arn);
    let found = join_all(arns.map(|arn| topic(api, client, arn))).await;
    read.resources.extend(found.into_iter().flatten());
    read
}

/// A topic; none if it was deleted after it was listed. One whose attributes are denied is still
/// a topic.
async fn topic(api: &PlaceApi, client: &aws_sdk_sns::Client, arn: String) -> Option<SnsTopic> {
    let request = client.get_topic_attributes().topic_arn(&arn);
    match api.call(ATTRIBUTES, request.send()).await {
        Ok(answer) => {
            let attributes = Known::present(answer.attributes, ATTRIBUTES, "Attributes");
            let attribute = |name: &str| {
                let all = attributes.as_ref();
                all.map(|all| all.get(name).filter(|value| !value.is_empty()).cloned())
            };
            let policy = attribute("Policy");
            Some(SnsTopic {
                policy: policy.and_then(|policy| Known::present(policy, ATTRIBUTES, "Policy")),
                kms_key: attribute("KmsMasterKeyId"),
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
