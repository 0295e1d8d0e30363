//! The times at which a mute rule mutes.
//!
//! Forms: [Schedule](https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Schedule.html):
//! `cron(minutes hours day-of-month month day-of-week)` with `*`, `-` and `,`, and
//! `at(yyyy-MM-ddThh:mm)`.

use std::collections::BTreeSet;

use jiff::ToSpan as _;
use jiff::civil::{Date, DateTime};

const MINUTES_OF_DAY: i64 = 24 * 60;

/// When a rule mutes, in the time zone of the rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Schedule {
    /// Once, from this time on.
    Once(DateTime),
    Cron(Cron),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cron {
    /// The minutes of a day at which a muted time begins.
    starts: BTreeSet<i64>,
    days: BTreeSet<i64>,
    months: BTreeSet<i64>,
    /// 0 is Sunday.
    weekdays: BTreeSet<i64>,
}

impl Schedule {
    /// None for an expression that is not of a documented form.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(at) = text.strip_prefix("at(").and_then(|t| t.strip_suffix(')')) {
            return at.trim().parse().ok().map(Self::Once);
        }
        let fields = text.strip_prefix("cron(")?.strip_suffix(')')?;
        let fields: Vec<&str> = fields.split_whitespace().collect();
        let [minutes, hours, days, months, weekdays] = *fields else {
            return None;
        };
        // with both, whether one of them or both must match is not documented
        if days != "*" && weekdays != "*" {
            return None;
        }
        let (minutes, hours) = (values(minutes, 0, 59, &[])?, values(hours, 0, 23, &[])?);
        let starts = hours
            .iter()
            .flat_map(|hour| minutes.iter().map(move |minute| hour * 60 + minute));
        let mut weekdays = values(weekdays, 0, 7, WEEKDAYS)?;
        if weekdays.remove(&7) {
            weekdays.insert(0);
        }
        Some(Self::Cron(Cron {
            starts: starts.collect(),
            days: values(days, 1, 31, &[])?,
            months: values(months, 1, 12, MONTHS)?,
            weekdays,
        }))
    }
}

impl Cron {
    /// The starts of muted times on days from one to another, in minutes since the first.
    pub(super) fn starts(&self, from: Date, days: i64) -> Vec<i64> {
        let mut all = Vec::new();
        for day in 0..days {
            let Ok(date) = from.checked_add(day.days()) else {
                break;
            };
            let weekday = i64::from(date.weekday().to_sunday_zero_offset());
            let counts = self.days.contains(&i64::from(date.day()))
                && self.months.contains(&i64::from(date.month()))
                && self.weekdays.contains(&weekday);
            if counts {
                all.extend(
                    self.starts
                        .iter()
                        .map(|minute| day * MINUTES_OF_DAY + minute),
                );
            }
        }
        all
    }
}

const WEEKDAYS: &[&str] = &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const MONTHS: &[&str] = &[
    "", "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
];

/// The values of a field: `*`, `1,15`, `MON-FRI`.
fn values(field: &str, least: i64, most: i64, names: &[&str]) -> Option<BTreeSet<i64>> {
    if field == "*" {
        return Some((least..=most).collect());
    }
    let value = |text: &str| -> Option<i64> {
        let named = names
            .iter()
            .position(|n| !n.is_empty() && n.eq_ignore_ascii_case(text));
        let value = match named {
            Some(at) => i64::try_from(at).ok()?,
            None => text.parse().ok()?,
        };
        (least..=most).contains(&value).then_some(value)
    };
    let mut all = BTreeSet::new();
    for part in field.split(',') {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let (from, to) = (value(from)?, value(to)?);
        if from > to {
            return None;
        }
        all.extend(from..=to);
    }
    Some(all)
}

/// The length of an ISO 8601 duration in minutes: 90 of `PT1H30M`.
pub(super) fn minutes(duration: &str) -> Option<i64> {
    let span: jiff::Span = duration.parse().ok()?;
    if span.get_years() != 0 || span.get_months() != 0 {
        return None;
    }
    let days = i64::from(span.get_weeks()) * 7 + i64::from(span.get_days());
    let hours = days * 24 + i64::from(span.get_hours());
    Some(hours * 60 + span.get_minutes() + span.get_seconds() / 60)
}

/// The longest time that is muted without an interruption, in minutes, where muted times of a length
/// begin at `starts`. A time that ends before `from` does not count.
pub(super) fn longest(mut muted: Vec<(i64, i64)>, from: i64) -> i64 {
    muted.sort_unstable();
    let (mut longest, mut current) = (0, None::<(i64, i64)>);
    for (start, end) in muted {
        let merged = match current {
            Some((first, last)) if start <= last => (first, last.max(end)),
            _ => (start, end),
        };
        current = Some(merged);
        if merged.1 > from {
            longest = longest.max(merged.1 - merged.0);
        }
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documented_forms_are_read() {
        for text in [
            "cron(0 2 * * *)",
            "cron(0 2 * * SUN)",
            "cron(0 1 1 * *)",
            "cron(0,30 18 * JAN-MAR *)",
            "at(2024-05-10T14:00)",
        ] {
            assert!(Schedule::parse(text).is_some(), "{text}");
        }
        for text in [
            "cron(0 0 * * ? *)",
            "cron(*/5 * * * *)",
            "cron(0 2 1 * SUN)",
            "cron(0 24 * * *)",
            "cron(0 2 * * FRI-MON)",
            "rate(1 day)",
            "at(tomorrow)",
            "",
        ] {
            assert_eq!(Schedule::parse(text), None, "{text}");
        }
    }

    #[test]
    fn durations_are_converted_to_minutes() {
        for (text, expected) in [
            ("PT4H", Some(240)),
            ("P2DT12H", Some(3600)),
            ("P1D", Some(1440)),
            ("PT1H30M", Some(90)),
            ("P1M", None),
            ("4h of sleep", None),
        ] {
            assert_eq!(minutes(text), expected, "{text}");
        }
    }

    #[test]
    fn adjacent_times_are_one() {
        let of = |cron: &str, length: i64| {
            let Some(Schedule::Cron(cron)) = Schedule::parse(cron) else {
                panic!("{cron}");
            };
            let from: Date = "2026-01-01".parse().unwrap();
            let starts = cron.starts(from, 22);
            longest(starts.iter().map(|s| (*s, s + length)).collect(), 15 * 1440)
        };
        assert_eq!(of("cron(0 2 * * *)", 240), 240);
        assert_eq!(of("cron(0 * * * *)", 60), 22 * 1440);
        assert_eq!(of("cron(0 18 * * FRI)", 3600), 3600);
        assert_eq!(of("cron(0 1 1 6 *)", 240), 0);
    }
}
