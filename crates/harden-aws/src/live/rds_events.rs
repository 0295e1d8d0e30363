//! rds:DescribeEvents: 14 days, all that RDS keeps, in one paged call without a source type.

use aws_sdk_rds::types::{Event, SourceType};
use harden_core::FactError;

use super::at::{At, timestamp};
use super::failure::Failure;
use super::gather::{Gathered, Read};
use super::listers::{Live, Run};
use super::paging::pages;
use crate::resources::{RdsEvent, RdsEvents};

const DESCRIBE: &str = "rds:DescribeEvents";
const DAYS: u32 = 14;
const MINUTES: i32 = 14 * 24 * 60;

impl Live for RdsEvents {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        Ok(run
            .in_regions(|at| async move { Read::from(read(at).await) })
            .await)
    }
}

async fn read(at: At) -> Result<RdsEvents, Failure> {
    let client = aws_sdk_rds::Client::new(&at.config);
    let at = &at;
    let found = pages(DESCRIBE, |token| {
        let request = client
            .describe_events()
            // a start time of exactly 14 days ago is refused where the clocks differ
            .duration(MINUTES)
            .max_records(100)
            .set_marker(token);
        async move {
            let answer = at.call(DESCRIBE, request.send()).await?;
            Ok((answer.events.unwrap_or_default(), answer.marker))
        }
    })
    .await
    .complete()?;
    let mut events: Vec<_> = found.into_iter().filter_map(event).collect();
    events.sort_by(|a, b| (a.at, &a.source, &a.message).cmp(&(b.at, &b.source, &b.message)));
    Ok(RdsEvents {
        account: at.account().to_owned(),
        region: at.region().to_owned(),
        since: at.days_ago(DAYS),
        events,
    })
}

/// An event of a database; those of snapshots, parameter groups and proxies are left out.
fn event(event: Event) -> Option<RdsEvent> {
    let source_type = event.source_type?;
    if !matches!(source_type, SourceType::DbInstance | SourceType::DbCluster) {
        return None;
    }
    Some(RdsEvent {
        at: event.date.as_ref().and_then(timestamp)?,
        source_type: source_type.as_str().to_owned(),
        source: event.source_identifier?,
        categories: event.event_categories.unwrap_or_default(),
        message: event.message.unwrap_or_default(),
    })
}
