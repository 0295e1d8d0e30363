//! How long mute rules silence an alarm.

mod schedule;

use harden_core::{Known, Listing, ResourceId, Unknown};
use jiff::Timestamp;
use jiff::tz::Offset;

use self::schedule::{Schedule, longest, minutes};
use crate::resources::AlarmMuteRule;

/// How long the actions of an alarm are muted without an interruption: now, or within the next week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Silence {
    /// No mute rule is about the alarm.
    Never,
    /// For at most the allowed time: the rules, for the reader.
    Short(String),
    /// For a longer time.
    Long(String),
}

/// A muted time lasts at most 15 days, so one that began earlier is over.
const LONGEST_DAYS: i64 = 15;
/// How far ahead muted times count.
const AHEAD_DAYS: i64 = 7;
const MINUTES_OF_DAY: i64 = 24 * 60;

/// The silence of an alarm, where at most `max_hours` are allowed.
pub(crate) fn silence(
    rules: &Listing<AlarmMuteRule>,
    alarm: &ResourceId,
    now: Timestamp,
    max_hours: u32,
) -> Known<Silence> {
    let mut muted = Muted::new(now);
    for (id, rule) in rules.at(&alarm.place) {
        if rule
            .expires_at
            .ok()
            .is_some_and(|end| end.is_some_and(|end| end <= now))
        {
            continue;
        }
        match rule.alarms.ok() {
            Some(names) if !names.iter().any(|name| **name == *alarm.name) => {}
            Some(_) => muted.add(&id.name, rule),
            None => muted.unclear(&id.name, rule),
        }
    }
    let limit = i64::from(max_hours) * 60;
    let rules = rules.readable(&alarm.place);
    muted.silence(limit, rules)
}

/// The start and the end of a muted time, in minutes.
type Times = (i64, i64);

/// The muted times of one alarm.
struct Muted {
    now: Timestamp,
    rules: Vec<String>,
    /// Time zones, each with the muted times of its rules since the start of the first day.
    zones: Vec<(Option<String>, Vec<Times>)>,
    /// The longest single muted time, in minutes.
    single: i64,
    unclear: Option<Unknown>,
}

impl Muted {
    fn new(now: Timestamp) -> Self {
        Self {
            now,
            rules: Vec::new(),
            zones: Vec::new(),
            single: 0,
            unclear: None,
        }
    }

    fn unclear(&mut self, name: &str, rule: &AlarmMuteRule) {
        let reason = [
            rule.alarms.as_ref().map(|_| ()),
            rule.schedule.as_ref().map(|_| ()),
            rule.duration.as_ref().map(|_| ()),
        ];
        let reason = reason.into_iter().find_map(|fact| match fact {
            Known::No(unknown) => Some((*unknown).clone()),
            Known::Yes(()) => None,
        });
        self.unclear.get_or_insert_with(|| {
            reason.unwrap_or_else(|| {
                Unknown::undetermined(format!(
                    "the mute rule {name} has a schedule of unknown form"
                ))
                .during("cloudwatch:GetAlarmMuteRule")
            })
        });
    }

    fn add(&mut self, name: &str, rule: &AlarmMuteRule) {
        let schedule = rule.schedule.ok().and_then(|text| Schedule::parse(text));
        let length = rule.duration.ok().and_then(|text| minutes(text));
        let (Some(schedule), Some(length)) = (schedule, length) else {
            self.unclear(name, rule);
            return;
        };
        if let (Some(text), Some(duration)) = (rule.schedule.ok(), rule.duration.ok()) {
            let active = rule.status.ok().is_some_and(|status| status == "ACTIVE");
            let state = if active { ", active now" } else { "" };
            self.rules
                .push(format!("{name}: {text} for {duration}{state}"));
        }
        let ahead = self.now.as_second() + AHEAD_DAYS * MINUTES_OF_DAY * 60;
        let later = |start: &Timestamp| start.as_second() > ahead;
        if rule
            .starts_at
            .ok()
            .is_some_and(|start| start.as_ref().is_some_and(later))
        {
            return;
        }
        match schedule {
            // the time zone shifts it by less than a day
            Schedule::Once(at) => {
                let ahead = Timestamp::from_second(ahead + MINUTES_OF_DAY * 60);
                if ahead.is_ok_and(|ahead| at <= Offset::UTC.to_datetime(ahead)) {
                    self.single = self.single.max(length);
                }
            }
            Schedule::Cron(cron) => {
                let today = Offset::UTC.to_datetime(self.now).date();
                let first = today.checked_sub(jiff::Span::new().days(LONGEST_DAYS));
                let Ok(first) = first else {
                    self.unclear(name, rule);
                    return;
                };
                let starts = cron.starts(first, LONGEST_DAYS + AHEAD_DAYS);
                let times = starts.into_iter().map(|start| (start, start + length));
                match self
                    .zones
                    .iter_mut()
                    .find(|(zone, _)| *zone == rule.time_zone)
                {
                    Some((_, muted)) => muted.extend(times),
                    None => self.zones.push((rule.time_zone.clone(), times.collect())),
                }
            }
        }
    }

    fn silence(self, limit: i64, rules: Known<()>) -> Known<Silence> {
        // the day of now is the one after those that lie back
        let from = LONGEST_DAYS * MINUTES_OF_DAY;
        let zones = self
            .zones
            .into_iter()
            .map(|(_, muted)| longest(muted, from));
        let longest = zones.chain([self.single]).max().unwrap_or_default();
        let text = self.rules.join("; ");
        if longest > limit {
            return Known::Yes(Silence::Long(text));
        }
        if let Some(unclear) = self.unclear {
            return unclear.into();
        }
        rules.map(|()| match text.is_empty() {
            true => Silence::Never,
            false => Silence::Short(text),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use harden_core::{Place, Resource, Scope};
    use std::sync::Arc;

    fn of(schedule: &str, duration: &str) -> Option<Silence> {
        let rule: AlarmMuteRule = serde_json::from_value(serde_json::json!({
            "arn": "arn:aws:cloudwatch:us-east-2:392853978631:alarm-mute-rule:quiet",
            "status": "ACTIVE", "alarms": ["cpu"], "schedule": schedule, "duration": duration,
            "starts_at": null, "expires_at": null
        }))
        .unwrap();
        let rules = vec![(Arc::new(rule.id()), rule)];
        let rules = Listing::new(rules, Scope::Everything, Vec::new());
        let place = Place::new("392853978631", "us-east-2");
        let alarm = ResourceId::new("aws/cloudwatch-alarm", place, "cpu");
        let now = "2026-01-15T12:00:00Z".parse().unwrap();
        silence(&rules, &alarm, now, 24).ok().cloned()
    }

    #[test]
    fn only_long_silence_is_a_fault() {
        let long = |found| matches!(found, Some(Silence::Long(_)));
        let short = |found| matches!(found, Some(Silence::Short(_)));
        assert!(short(of("cron(0 2 * * SUN)", "PT4H")));
        assert!(short(of("at(2026-01-15T11:00)", "PT4H")));
        assert!(long(of("at(2026-01-15T11:00)", "P15D")));
        assert!(short(of("at(2026-12-23T00:00)", "P7D")));
        assert!(long(of("cron(0 0 * * *)", "P1D")));
        assert!(long(of("cron(0 * * * *)", "PT1H")));
        assert!(long(of("cron(0 18 * * FRI)", "P2DT12H")));
        assert_eq!(of("cron(0 0 * * ? *)", "P1D"), None);
        assert_eq!(of("cron(0 2 * * SUN)", "a while"), None);
    }
}
