//! rds:DescribeEvents: 14 days, all that RDS keeps, in one paged call without a source type.

use aws_sdk_rds::types::{Event, SourceType};
use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts};

use super::AwsProvider;
use super::failure::Failure;
use super::place_api::{PlaceApi, read_pages, timestamp};
use super::sent::Sent as _;
use crate::resources::{RdsEvent, RdsEvents};

const DESCRIBE: &str = "rds:DescribeEvents";
const DAYS: u32 = 14;
const MINUTES: i32 = 14 * 24 * 60;

impl Collect<AwsProvider> for RdsEvents {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        Ok(aws
            .in_regions(facts, |api| async move { Portion::from(read(api).await) })
            .await)
    }
}

async fn read(api: PlaceApi) -> Result<RdsEvents, Failure> {
    let client = aws_sdk_rds::Client::new(&api.config);
    let api = &api;
    let found = read_pages(DESCRIBE, |token| {
        let request = client
            .describe_events()
            // a start time of exactly 14 days ago is refused where the clocks differ
            .duration(MINUTES)
            .max_records(100)
            .set_marker(token);
        async move {
            let answer = api.call(DESCRIBE, request.send()).await?;
            Ok((answer.events.sent(DESCRIBE, "Events")?, answer.marker))
        }
    })
    .await
    .into_result()?;
    let mut events = Vec::new();
    for found in found {
        events.extend(event(found)?);
    }
    events.sort_by(|a, b| (a.at, &a.source, &a.message).cmp(&(b.at, &b.source, &b.message)));
    Ok(RdsEvents {
        account: api.account().to_owned(),
        region: api.region().to_owned(),
        since: api.days_ago(DAYS),
        events,
    })
}

/// An event of a database; those of snapshots, parameter groups and proxies are left out.
fn event(event: Event) -> Result<Option<RdsEvent>, Failure> {
    let source_type = event.source_type.sent(DESCRIBE, "SourceType")?;
    if !matches!(source_type, SourceType::DbInstance | SourceType::DbCluster) {
        return Ok(None);
    }
    let at = event.date.as_ref().and_then(timestamp);
    Ok(Some(RdsEvent {
        at: at.sent(DESCRIBE, "Date")?,
        source_type: source_type.as_str().to_owned(),
        source: event.source_identifier.sent(DESCRIBE, "SourceIdentifier")?,
        categories: event.event_categories.sent(DESCRIBE, "EventCategories")?,
        message: event.message.sent(DESCRIBE, "Message")?,
    }))
}
