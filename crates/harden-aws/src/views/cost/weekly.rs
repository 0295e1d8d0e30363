//! Weekly maintenance windows in the format of RDS: `sun:23:30-mon:00:30`, in UTC.

use jiff::Timestamp;
use jiff::tz::Offset;

const MINUTES_OF_WEEK: i64 = 7 * 24 * 60;

/// How many minutes after the end of its window the first event of a maintenance can arrive.
const OVERRUN: i64 = 60;

/// Whether a time is in a window or shortly after it. `None` where the text is not a window.
pub(crate) fn in_weekly_window(window: &str, at: Timestamp) -> Option<bool> {
    let (from, to) = window.split_once('-')?;
    let (from, to) = (minute(from)?, minute(to)?);
    let at = Offset::UTC.to_datetime(at);
    let day = i64::from(at.weekday().to_monday_zero_offset());
    let at = (day * 24 + i64::from(at.hour())) * 60 + i64::from(at.minute());
    let length = (to - from).rem_euclid(MINUTES_OF_WEEK) + OVERRUN;
    Some((at - from).rem_euclid(MINUTES_OF_WEEK) <= length)
}

/// The minute of the week of a text such as `sun:23:30`.
fn minute(text: &str) -> Option<i64> {
    let mut parts = text.trim().split(':');
    let day = parts.next()?.to_ascii_lowercase();
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let day = i64::try_from(days.iter().position(|d| *d == day)?).ok()?;
    let mut number = |below: i64| {
        let number: i64 = parts.next()?.parse().ok()?;
        (0..below).contains(&number).then_some(number)
    };
    let (hour, minute) = (number(24)?, number(60)?);
    parts
        .next()
        .is_none()
        .then_some((day * 24 + hour) * 60 + minute)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_can_span_the_end_of_the_week() {
        // 2026-01-11 is a Sunday
        for (window, at, expected) in [
            ("sun:05:00-sun:06:00", "2026-01-11T05:10:00Z", Some(true)),
            ("sun:05:00-sun:06:00", "2026-01-11T06:40:00Z", Some(true)),
            ("sun:05:00-sun:06:00", "2026-01-11T08:00:00Z", Some(false)),
            ("sun:05:00-sun:06:00", "2026-01-12T05:10:00Z", Some(false)),
            ("sun:23:30-mon:00:30", "2026-01-12T00:10:00Z", Some(true)),
            ("sun:23:30-mon:00:30", "2026-01-11T23:20:00Z", Some(false)),
            ("always", "2026-01-11T23:20:00Z", None),
            ("sun:25:00-sun:06:00", "2026-01-11T23:20:00Z", None),
        ] {
            assert_eq!(
                in_weekly_window(window, at.parse().unwrap()),
                expected,
                "{window} {at}"
            );
        }
    }
}
