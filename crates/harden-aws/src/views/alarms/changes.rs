//! Alarms with what they did lately.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{
    Cause, Cx, FactError, Kind, Known, Listing, Place, Resource, ResourceId, Subject, Unknown,
};
use jiff::Timestamp;

use crate::resources::{Alarm, AlarmHistory, StateChange};

/// Where changes of state are read.
pub(crate) const HISTORY: &str = "cloudwatch:DescribeAlarmHistory";

/// An alarm with its changes of state.
pub(crate) struct RecentAlarm {
    pub(crate) alarm: Arc<Alarm>,
    pub(crate) history: Known<Recent>,
}

/// The changes of an alarm's state.
#[derive(Debug, Clone)]
pub(crate) struct Recent {
    /// From when on they were read.
    pub(crate) since: Timestamp,
    /// The oldest first.
    pub(crate) changes: Vec<StateChange>,
}

/// A time that an alarm spent in ALARM.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spell {
    /// How long, in seconds; for one that lasts, up to now.
    pub(crate) seconds: i64,
    /// Whether it ended in OK.
    pub(crate) cleared: bool,
}

impl Recent {
    /// The times in ALARM that began within the last days. A state that is told twice in a row did
    /// not change.
    pub(crate) fn spells(&self, from: Timestamp, now: Timestamp) -> Vec<Spell> {
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
            .map(|(at, until, cleared)| Spell {
                seconds: until.as_second() - at.as_second(),
                cleared,
            })
            .collect()
    }
}

#[async_trait]
impl Subject for RecentAlarm {
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

fn recent(histories: &Listing<AlarmHistory>, alarm: &ResourceId) -> Known<Recent> {
    let of_place = histories.get(&alarm.place, "history");
    of_place.and_then(|history| match history {
        Some(history) => Known::Yes(Recent {
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

/// Every region that was read has a history, if an empty one.
fn not_read(place: &Place) -> Unknown {
    let message = format!("the history of alarms of {place} was not read");
    Unknown::new(Cause::NotRead, message).during(HISTORY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_in_alarm() {
        let at = |text: &str| format!("2026-01-{text}Z").parse::<Timestamp>().unwrap();
        let change = |time: &str, to: &str| StateChange {
            at: at(time),
            to: to.to_owned(),
        };
        let recent = Recent {
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
        let spells = recent.spells(at("02T12:00:00"), at("06T00:05:00"));
        let spell = |seconds, cleared| Spell { seconds, cleared };
        assert_eq!(
            spells,
            [spell(60, true), spell(120, false), spell(300, false)]
        );
    }
}
