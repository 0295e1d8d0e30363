//! Alarms that suppress the actions of composite alarms ("Composite alarm action suppression" in the
//! CloudWatch user guide).

use std::collections::HashMap;

use harden_core::{Known, Listing, Place, ResourceId, Unknown};
use jiff::Timestamp;

use super::wired::place_and_name;
use crate::resources::{Alarm, AlarmDefinition};

/// The alarms that are a suppressor, each with a composite alarm whose actions it suppresses.
pub(crate) struct Suppressors(HashMap<(Place, String), Box<str>>);

impl Suppressors {
    pub(crate) fn of(alarms: &Listing<Alarm>) -> Self {
        let composites = alarms.iter().filter_map(|(id, alarm)| {
            let suppressor = suppressor(alarm)?;
            Some((place_and_name(suppressor, &id.place), id.name.clone()))
        });
        Self(composites.collect())
    }

    /// The composite alarm whose actions an alarm suppresses.
    pub(crate) fn composite(&self, alarm: &ResourceId) -> Option<&str> {
        let key = (alarm.place.clone(), alarm.name.to_string());
        self.0.get(&key).map(|name| &**name)
    }
}

fn suppressor(alarm: &Alarm) -> Option<&str> {
    match alarm.definition.ok()? {
        AlarmDefinition::Composite(composite) => composite.suppressor.as_deref(),
        _ => None,
    }
}

/// The suppressor that has silenced an alarm for more than some hours, for the reader; `None` without
/// one.
pub(crate) fn suppressed_by(
    alarms: &Listing<Alarm>,
    id: &ResourceId,
    alarm: &Alarm,
    now: Timestamp,
    max_hours: u32,
) -> Known<Option<String>> {
    let Some(name) = suppressor(alarm) else {
        return Known::Yes(None);
    };
    let (place, name) = place_and_name(name, &id.place);
    alarms.get(&place, &name).and_then(|found| {
        let Some(found) = found else {
            return Unknown::undetermined(format!("the suppressor alarm {name} does not exist"))
                .during("cloudwatch:DescribeAlarms")
                .into();
        };
        let in_alarm = found.state.as_ref().map(|state| state == "ALARM");
        let long = found
            .state_since
            .as_ref()
            .map(|since| now.as_second() - since.as_second() > i64::from(max_hours) * 3600);
        Known::all([in_alarm, long]).map(|suppressed| {
            let since = found.state_since.ok()?;
            suppressed.then(|| format!("{name}, in ALARM since {since}"))
        })
    })
}
