//! cloudwatch:DescribeAlarmHistory: the changes of state of all alarms of a region.

use std::collections::BTreeMap;

use aws_sdk_cloudwatch::types::{AlarmHistoryItem, AlarmType, HistoryItemType, ScanBy};
use harden_core::FactError;
use serde::Deserialize;

use super::at::{At, date_time, timestamp};
use super::failure::Failure;
use super::gather::{Gathered, Read};
use super::listers::{Live, Run};
use super::paging::pages;
use crate::resources::{AlarmHistory, StateChange};

const DESCRIBE: &str = "cloudwatch:DescribeAlarmHistory";

impl Live for AlarmHistory {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        Ok(run
            .in_regions(|at| async move { Read::from(read(at).await) })
            .await)
    }
}

async fn read(at: At) -> Result<AlarmHistory, Failure> {
    let client = aws_sdk_cloudwatch::Client::new(&at.config);
    let since = at.days_ago(at.policy.alarms.flapping_days);
    let at = &at;
    let items = pages(DESCRIBE, |token| {
        let request = client
            .describe_alarm_history()
            .alarm_types(AlarmType::MetricAlarm)
            .alarm_types(AlarmType::CompositeAlarm)
            .history_item_type(HistoryItemType::StateUpdate)
            .start_date(date_time(since))
            .scan_by(ScanBy::TimestampAscending)
            .max_records(100)
            .set_next_token(token);
        async move {
            let answer = at.call(DESCRIBE, request.send()).await?;
            Ok((
                answer.alarm_history_items.unwrap_or_default(),
                answer.next_token,
            ))
        }
    })
    .await
    .complete()?;
    let mut changes: BTreeMap<String, Vec<StateChange>> = BTreeMap::new();
    for item in items {
        if let Some((alarm, change)) = change(item) {
            changes.entry(alarm).or_default().push(change);
        }
    }
    changes
        .values_mut()
        .for_each(|of_alarm| of_alarm.sort_by_key(|c| c.at));
    Ok(AlarmHistory {
        account: at.account().to_owned(),
        region: at.region().to_owned(),
        since,
        changes,
    })
}

/// HistoryData of a StateUpdate, of which more is not needed.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Update {
    #[serde(default)]
    old_state: Option<State>,
    new_state: State,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct State {
    state_value: String,
}

/// The change that an item tells of. An item that leaves the state as it was (the reason changed)
/// tells of none; neither does one of a contributor to an alarm, which is not the alarm's.
fn change(item: AlarmHistoryItem) -> Option<(String, StateChange)> {
    if item.alarm_contributor_id.is_some() {
        return None;
    }
    let at = item.timestamp.as_ref().and_then(timestamp)?;
    let update: Option<Update> = item
        .history_data
        .as_deref()
        .and_then(|data| serde_json::from_str(data).ok());
    let (from, to) = match update {
        Some(update) => (
            update.old_state.map(|s| s.state_value),
            update.new_state.state_value,
        ),
        // "Alarm updated from OK to ALARM"
        None => {
            let summary = item.history_summary.as_deref()?;
            let (_, states) = summary.split_once("from ")?;
            let (from, to) = states.split_once(" to ")?;
            (Some(from.trim().to_owned()), to.trim().to_owned())
        }
    };
    let known = matches!(to.as_str(), "OK" | "ALARM" | "INSUFFICIENT_DATA");
    (known && from.as_ref() != Some(&to)).then_some((item.alarm_name?, StateChange { at, to }))
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::DateTime;

    use super::*;

    fn to(data: &str, summary: &str) -> Option<String> {
        let item = AlarmHistoryItem::builder()
            .alarm_name("saaspe-production-cpu")
            .timestamp(DateTime::from_secs(1))
            .history_data(data)
            .history_summary(summary)
            .build();
        change(item).map(|(_, change)| change.to)
    }

    #[test]
    fn only_changes_of_state_count() {
        let data = |from: &str, to: &str| {
            format!(
                r#"{{"version":"1.0","oldState":{{"stateValue":"{from}","stateReason":"x"}},
                "newState":{{"stateValue":"{to}","stateReason":"y"}}}}"#
            )
        };
        assert_eq!(to(&data("OK", "ALARM"), "").as_deref(), Some("ALARM"));
        assert_eq!(to(&data("ALARM", "ALARM"), ""), None);
        assert_eq!(
            to(r#"{"newState":{"stateValue":"OK"}}"#, "").as_deref(),
            Some("OK")
        );
        // data that can't be read: the summary tells too
        assert_eq!(
            to("{", "Alarm updated from OK to ALARM").as_deref(),
            Some("ALARM")
        );
        assert_eq!(to("{", "something else"), None);
    }
}
