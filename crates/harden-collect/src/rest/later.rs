//! When a vendor wants to be asked again.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

/// How long the vendor asks to wait: `Retry-After` (seconds, or a time), else the time at which its
/// limit is renewed, in seconds since 1970. Times are counted from the answer's own `Date`, so that
/// a clock that is wrong here does not matter.
pub(crate) fn wait(headers: &HeaderMap, reset: Option<&str>) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let sent = || text(DATE.as_str()).and_then(date);
    if let Some(after) = text(RETRY_AFTER.as_str()).map(str::trim) {
        if let Ok(seconds) = after.parse::<u64>() {
            return Some(Duration::from_secs(seconds));
        }
        if let Some(at) = date(after) {
            return until(sent()?, at);
        }
    }
    // some vendors write a fraction
    let seconds = text(reset?)?.trim().split('.').next()?.parse().ok()?;
    until(sent()?, Timestamp::from_second(seconds).ok()?)
}

fn until(from: Timestamp, to: Timestamp) -> Option<Duration> {
    // the second in which it is renewed must be over
    let wait = to.duration_since(from) + jiff::SignedDuration::from_secs(1);
    Some(Duration::try_from(wait).unwrap_or_default())
}

fn date(text: &str) -> Option<Timestamp> {
    rfc2822::DateTimeParser::new().parse_timestamp(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(headers: &[(&'static str, &str)]) -> Option<u64> {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect();
        wait(&headers, Some("x-ratelimit-reset")).map(|wait| wait.as_secs())
    }

    const NOW: (&str, &str) = ("date", "Thu, 15 Jan 2026 12:00:00 GMT");

    #[test]
    fn seconds_dates_and_resets() {
        assert_eq!(of(&[("retry-after", "7")]), Some(7));
        let later = ("retry-after", "Thu, 15 Jan 2026 12:00:30 GMT");
        assert_eq!(of(&[NOW, later]), Some(31));
        assert_eq!(of(&[NOW, ("x-ratelimit-reset", "1768478410")]), Some(11));
        assert_eq!(of(&[NOW, ("x-ratelimit-reset", "1768478410.5")]), Some(11));
        // Retry-After counts before the reset
        let both = [
            NOW,
            ("retry-after", "2"),
            ("x-ratelimit-reset", "1768478410"),
        ];
        assert_eq!(of(&both), Some(2));
    }

    #[test]
    fn what_is_past_or_not_a_time_asks_for_nothing() {
        assert_eq!(of(&[NOW, ("x-ratelimit-reset", "5")]), Some(0));
        assert_eq!(of(&[("x-ratelimit-reset", "1768478410")]), None);
        assert_eq!(of(&[NOW, ("x-ratelimit-reset", "soon")]), None);
        assert_eq!(of(&[NOW, ("retry-after", "-1")]), None);
        assert_eq!(of(&[]), None);
    }
}
