//! cloudtrail:LookupEvents, once for each operation that restores a database.

use aws_sdk_cloudtrail::types::{Event, LookupAttribute, LookupAttributeKey};
use futures::future::join_all;
use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Unknown};
use serde_json::{Map, Value};

use super::AwsProvider;
use super::failure::Failure;
use super::place_api::{PlaceApi, date_time, read_pages, timestamp};
use super::sent::Sent as _;
use crate::resources::{RestoreEvent, RestoreEvents};

const LOOKUP: &str = "cloudtrail:LookupEvents";

/// All that the event history keeps.
const DAYS: u32 = 90;

const RESTORES: [&str; 4] = [
    "RestoreDBClusterFromSnapshot",
    "RestoreDBClusterToPointInTime",
    "RestoreDBInstanceFromDBSnapshot",
    "RestoreDBInstanceToPointInTime",
];

impl Collect<AwsProvider> for RestoreEvents {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        Ok(aws
            .in_regions(facts, |api| async move { Portion::from(read(api).await) })
            .await)
    }
}

async fn read(api: PlaceApi) -> Result<RestoreEvents, Failure> {
    let client = aws_sdk_cloudtrail::Client::new(&api.config);
    let since = api.days_ago(DAYS);
    let (api, client) = (&api, &client);
    let lookups = RESTORES.map(|name| {
        read_pages(LOOKUP, move |token| {
            let by_name = LookupAttribute::builder()
                .attribute_key(LookupAttributeKey::EventName)
                .attribute_value(name)
                .build();
            let request = client
                .lookup_events()
                .set_lookup_attributes(by_name.ok().map(|attribute| vec![attribute]))
                .start_time(date_time(since))
                .max_results(50)
                .set_next_token(token);
            async move {
                let answer = api.call(LOOKUP, request.send()).await?;
                Ok((answer.events.sent(LOOKUP, "Events")?, answer.next_token))
            }
        })
    });
    let mut events = Vec::new();
    for found in join_all(lookups).await {
        for event in found.into_result()? {
            events.extend(restore(&event)?);
        }
    }
    events.sort_by(|a, b| (a.at, &a.target).cmp(&(b.at, &b.target)));
    Ok(RestoreEvents {
        account: api.account().to_owned(),
        region: api.region().to_owned(),
        since,
        events,
    })
}

/// The restore that an event tells of; none if the call failed. An event that can't be read makes
/// the history incomplete.
fn restore(event: &Event) -> Result<Option<RestoreEvent>, Failure> {
    let unreadable = || Failure {
        code: None,
        unknown: Unknown::missing(LOOKUP, "CloudTrailEvent that can be read"),
    };
    let details: Value = event
        .cloud_trail_event()
        .and_then(|text| serde_json::from_str(text).ok())
        .ok_or_else(unreadable)?;
    if details.get("errorCode").is_some_and(|code| !code.is_null()) {
        return Ok(None);
    }
    let at = event
        .event_time()
        .and_then(timestamp)
        .ok_or_else(unreadable)?;
    let operation = event.event_name().ok_or_else(unreadable)?;
    let asked = details.get("requestParameters").and_then(Value::as_object);
    let asked = asked.ok_or_else(unreadable)?;
    Ok(Some(RestoreEvent {
        at,
        operation: operation.to_owned(),
        snapshot: text(
            asked,
            &[
                "dBSnapshotIdentifier",
                "dBClusterSnapshotIdentifier",
                "snapshotIdentifier",
            ],
        ),
        source: text(
            asked,
            &[
                "sourceDBInstanceIdentifier",
                "sourceDBClusterIdentifier",
                "sourceDbiResourceId",
                "sourceDbClusterResourceId",
                "sourceDBInstanceAutomatedBackupsArn",
            ],
        ),
        restore_type: text(asked, &["restoreType"]),
        target: text(
            asked,
            &[
                "targetDBInstanceIdentifier",
                "dBInstanceIdentifier",
                "dBClusterIdentifier",
            ],
        ),
    }))
}

/// The first of these parameters that has a text. CloudTrail is not of one mind on the case of
/// `dB`.
fn text(parameters: &Map<String, Value>, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| {
        parameters
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .and_then(|(_, value)| value.as_str())
            .map(str::to_owned)
    })
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::DateTime;

    use super::*;

    fn event(details: &str) -> Event {
        Event::builder()
            .event_name("RestoreDBInstanceFromDBSnapshot")
            .event_time(DateTime::from_secs(1))
            .cloud_trail_event(details)
            .build()
    }

    #[test]
    fn a_restore_names_what_it_was_made_from() {
        let details = r#"{"requestParameters": {"dBSnapshotIdentifier": "quarterly-drill-1",
            "dBInstanceIdentifier": "saaspe-production-dr-test-1", "masterUserPassword": "s3cret"}}"#;
        let restore = restore(&event(details)).unwrap().unwrap();
        assert_eq!(restore.snapshot.as_deref(), Some("quarterly-drill-1"));
        assert_eq!(
            restore.target.as_deref(),
            Some("saaspe-production-dr-test-1")
        );
        assert_eq!(restore.source, None);
        assert!(!format!("{restore:?}").contains("s3cret"));
    }

    #[test]
    fn a_call_that_failed_restored_nothing() {
        let failed = r#"{"errorCode": "DBSnapshotNotFound", "requestParameters": null}"#;
        assert_eq!(restore(&event(failed)).unwrap(), None);
        assert!(restore(&event("{")).is_err());
    }
}
