//! logs:DescribeLogGroups.

use aws_sdk_cloudwatchlogs::types::LogGroup as Answered;
use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known, Unknown};

use super::AwsProvider;
use super::place_api::{PlaceApi, read_pages};
use super::sent::Sent as _;
use crate::resources::LogGroup;

const DESCRIBE: &str = "logs:DescribeLogGroups";

impl Collect<AwsProvider> for LogGroup {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        Ok(aws.in_regions(facts, read).await)
    }
}

async fn read(api: PlaceApi) -> Portion<LogGroup> {
    let client = aws_sdk_cloudwatchlogs::Client::new(&api.config);
    let api = &api;
    let found = read_pages(DESCRIBE, |token| {
        // the most that a page may hold
        let request = client.describe_log_groups().limit(50).set_next_token(token);
        async move {
            let answer = api.call(DESCRIBE, request.send()).await?;
            // each page is reduced to what is kept immediately: there may be hundreds of pages
            let groups = answer.log_groups.sent(DESCRIBE, "logGroups")?;
            let groups = groups.into_iter().map(described).collect();
            Ok((groups, answer.next_token))
        }
    })
    .await;
    Portion::from_pages(found, |group| group)
}

fn described(group: Answered) -> Result<LogGroup, Unknown> {
    let arn = group.log_group_arn.or_else(|| {
        let arn = group.arn?;
        Some(
            arn.strip_suffix(":*")
                .map_or_else(|| arn.clone(), str::to_owned),
        )
    });
    let class = group.log_group_class.map(|class| class.as_str().to_owned());
    Ok(LogGroup {
        arn: arn.ok_or_else(|| Unknown::missing(DESCRIBE, "arn"))?,
        retention_days: Known::Yes(group.retention_in_days.map(i64::from)),
        class: Known::Yes(class),
    })
}
