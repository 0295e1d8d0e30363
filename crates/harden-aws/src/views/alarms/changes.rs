//! Alarms with their recent changes of state.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{
    Cause, Cx, FactError, Kind, Known, Listing, Place, Resource, ResourceId, Subject, Unknown,
};
use jiff::Timestamp;

use crate::resources::{Alarm, AlarmHistory, StateChange};

/// The operation that returns changes of state.
pub(crate) const HISTORY: &str = "cloudwatch:DescribeAlarmHistory";

/// An alarm with its changes of state.
pub(crate) struct AlarmWithStateChanges {
    pub(crate) alarm: Arc<Alarm>,
    pub(crate) history: Known<StateChanges>,
}

/// The changes of an alarm's state.
#[derive(Debug, Clone)]
pub(crate) struct StateChanges {
    /// The start of the period that was read.
    pub(crate) since: Timestamp,
    /// Oldest first.
    pub(crate) changes: Vec<StateChange>,
}

/// A period that an alarm spent in ALARM.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TimeInAlarm {
    /// The length in seconds. A period that has not ended counts up to now.
    pub(crate) seconds: i64,
    /// Whether the next state was OK.
    pub(crate) cleared: bool,
}

impl StateChanges {
    /// The periods in ALARM that began at `from` or later. DescribeAlarmHistory can report the same
    /// state twice in a row. That is not a change, so the period continues.
    pub(crate) fn periods_in_alarm(&self, from: Timestamp, now: Timestamp) -> Vec<TimeInAlarm> {
        let mut all = Vec::new();
        let mut began = None;
        for change in self.changes.iter().filter(|c| c.at <= now) {
            match (&*change.to, began) {
                ("ALARM", None) => began = Some(change.at),
                ("ALARM", Some(_)) | (_, None) => {}
                (to, Some(at)) => {
                    all.push((at, change.at, to == "OK"));
                    began = None;
                }
            }
        }
        all.extend(began.map(|at| (at, now, false)));
        all.into_iter()
            .filter(|(at, _, _)| *at >= from)
            .map(|(at, until, cleared)| TimeInAlarm {
                seconds: until.as_second() - at.as_second(),
                cleared,
            })
            .collect()
    }
}

#[async_trait]
impl Subject for AlarmWithStateChanges {
    const KINDS: &'static [&'static Kind] = &[Alarm::KIND, AlarmHistory::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let alarms = cx.list::<Alarm>().await?;
        let histories = cx.list::<AlarmHistory>().await?;
        let items = alarms
            .iter_shared()
            .map(|(id, alarm)| {
                let view = Self {
                    alarm: Arc::clone(alarm),
                    history: recent(&histories, id),
                };
                (Arc::clone(id), view)
            })
            .collect();
        let gaps = alarms.gaps.clone();
        Ok(Arc::new(Listing::new(items, alarms.scope.clone(), gaps)))
    }
}

fn recent(histories: &Listing<AlarmHistory>, alarm: &ResourceId) -> Known<StateChanges> {
    let of_place = histories.get(&alarm.place, "history");
    of_place.and_then(|history| match history {
        Some(history) => Known::Yes(StateChanges {
            since: history.since,
            changes: history
                .changes
                .get(&*alarm.name)
                .cloned()
                .unwrap_or_default(),
        }),
        None => not_read(&alarm.place).into(),
    })
}

/// Every region that was read has a history, which can be empty.
fn not_read(place: &Place) -> Unknown {
    let message = format!("the history of alarms of {place} was not read");
    Unknown::new(Cause::NotRead, message).during(HISTORY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_in_alarm_are_measured() {
        let at = |text: &str| format!("2026-01-{text}Z").parse::<Timestamp>().unwrap();
        let change = |time: &str, to: &str| StateChange {
            at: at(time),
            to: to.to_owned(),
        };
        let recent = StateChanges {
            since: at("01T00:00:00"),
            changes: vec![
                change("01T00:00:00", "ALARM"),
                change("02T00:00:00", "OK"),
                change("03T00:00:00", "ALARM"),
                change("03T00:00:30", "ALARM"),
                change("03T00:01:00", "OK"),
                change("04T00:00:00", "INSUFFICIENT_DATA"),
                change("05T00:00:00", "ALARM"),
                change("05T00:02:00", "INSUFFICIENT_DATA"),
                change("06T00:00:00", "ALARM"),
                change("09T00:00:00", "OK"),
            ],
        };
        let periods = recent.periods_in_alarm(at("02T12:00:00"), at("06T00:05:00"));
        let period = |seconds, cleared| TimeInAlarm { seconds, cleared };
        assert_eq!(
            periods,
            [period(60, true), period(120, false), period(300, false)]
        );
    }
}
