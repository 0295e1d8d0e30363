//! logs:DescribeLogGroups.

use aws_sdk_cloudwatchlogs::types::LogGroup as Answered;
use harden_core::{FactError, Known, Unknown};

use super::at::At;
use super::gather::{Gathered, Read};
use super::listers::{Live, Run};
use super::paging::pages;
use crate::resources::LogGroup;

const DESCRIBE: &str = "logs:DescribeLogGroups";

impl Live for LogGroup {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        Ok(run.in_regions(read).await)
    }
}

async fn read(at: At) -> Read<LogGroup> {
    let client = aws_sdk_cloudwatchlogs::Client::new(&at.config);
    let at = &at;
    let found = pages(DESCRIBE, |token| {
        // the most that a page may hold
        let request = client.describe_log_groups().limit(50).set_next_token(token);
        async move {
            let answer = at.call(DESCRIBE, request.send()).await?;
            // a page becomes what is kept of it at once: there may be hundreds
            let groups = answer.log_groups.unwrap_or_default();
            let groups = groups.into_iter().map(described).collect();
            Ok((groups, answer.next_token))
        }
    })
    .await;
    Read::of(found, |group| group)
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
