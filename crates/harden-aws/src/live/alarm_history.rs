//! cloudwatch:DescribeAlarmHistory: the changes of state of all alarms of a region.

use std::collections::BTreeMap;

use aws_sdk_cloudwatch::types::{AlarmHistoryItem, AlarmType, HistoryItemType, ScanBy};
use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts};
use jiff::Timestamp;
use serde::Deserialize;

use super::AwsProvider;
use super::alarm::{TYPES, refuses_type};
use super::failure::Failure;
use super::place_api::{PlaceApi, date_time, read_pages, timestamp};
use super::sent::Sent as _;
use crate::resources::{AlarmHistory, StateChange};

const DESCRIBE: &str = "cloudwatch:DescribeAlarmHistory";

impl Collect<AwsProvider> for AlarmHistory {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        Ok(aws
            .in_regions(facts, |api| async move { Portion::from(read(api).await) })
            .await)
    }
}

async fn read(api: PlaceApi) -> Result<AlarmHistory, Failure> {
    let since = api.days_ago(api.policy.alarms.flapping_days);
    let items = match items(&api, since, &TYPES).await {
        Err(failure) if refuses_type(&failure) => items(&api, since, &TYPES[..2]).await?,
        other => other?,
    };
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
        account: api.account().to_owned(),
        region: api.region().to_owned(),
        since,
        changes,
    })
}

async fn items(
    api: &PlaceApi,
    since: Timestamp,
    types: &[AlarmType],
) -> Result<Vec<AlarmHistoryItem>, Failure> {
    let client = aws_sdk_cloudwatch::Client::new(&api.config);
    read_pages(DESCRIBE, |token| {
        let request = client
            .describe_alarm_history()
            .set_alarm_types(Some(types.to_vec()))
            .history_item_type(HistoryItemType::StateUpdate)
            .start_date(date_time(since))
            .scan_by(ScanBy::TimestampAscending)
            .max_records(100)
            .set_next_token(token);
        async move {
            let answer = api.call(DESCRIBE, request.send()).await?;
            Ok((
                answer
                    .alarm_history_items
                    .sent(DESCRIBE, "AlarmHistoryItems")?,
                answer.next_token,
            ))
        }
    })
    .await
    .into_result()
}

/// The part of HistoryData that is needed of a StateUpdate.
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

/// The change of state in an item. An item that changes only the reason has none, and an item of a
/// contributor to an alarm is not about the state of the alarm.
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
        // when the data cannot be read, the summary has the states too
        assert_eq!(
            to("{", "Alarm updated from OK to ALARM").as_deref(),
            Some("ALARM")
        );
        assert_eq!(to("{", "something else"), None);
    }
}
