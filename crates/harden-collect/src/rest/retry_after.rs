//! When a server allows the next attempt.
//!
//! The numbers come from a server and can be anything, so no arithmetic here can overflow.

use std::time::Duration;

use jiff::fmt::rfc2822;
use jiff::{SignedDuration, Timestamp};
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

/// How long the server asks to wait: `Retry-After` (seconds, or a time), else the time at which its
/// limit is renewed, in seconds since 1970, from the header `reset`.
///
/// Times are counted from the `Date` of the answer, so that a wrong clock on this machine does not
/// matter; `now` is for servers that send no date.
#[must_use]
pub fn requested_wait(
    headers: &HeaderMap,
    reset: Option<&str>,
    now: Option<Timestamp>,
) -> Option<Duration> {
    if let Some(after) = text(headers, RETRY_AFTER.as_str()) {
        if let Ok(seconds) = after.parse::<u64>() {
            return Some(Duration::from_secs(seconds));
        }
        if let Some(time) = parse_date(after) {
            return wait_between(sent_at(headers).or(now)?, time);
        }
    }
    time_until(headers, reset?, now)
}

/// How long it is until the time in a header, in seconds since 1970; zero if that is past.
#[must_use]
pub fn time_until(headers: &HeaderMap, header: &str, now: Option<Timestamp>) -> Option<Duration> {
    // some vendors write a fraction
    let seconds = text(headers, header)?.split('.').next()?.parse().ok()?;
    let time = Timestamp::from_second(seconds).ok()?;
    wait_between(sent_at(headers).or(now)?, time)
}

fn wait_between(from: Timestamp, to: Timestamp) -> Option<Duration> {
    // the limit is renewed within that second, so the second must be over
    let wait = to
        .duration_since(from)
        .saturating_add(SignedDuration::from_secs(1));
    Some(Duration::try_from(wait).unwrap_or_default())
}

fn sent_at(headers: &HeaderMap) -> Option<Timestamp> {
    parse_date(text(headers, DATE.as_str())?)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

fn parse_date(text: &str) -> Option<Timestamp> {
    rfc2822::DateTimeParser::new().parse_timestamp(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(headers: &[(&'static str, &str)]) -> Option<u64> {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect();
        requested_wait(&headers, Some("x-ratelimit-reset"), None).map(|wait| wait.as_secs())
    }

    const NOW: (&str, &str) = ("date", "Thu, 15 Jan 2026 12:00:00 GMT");

    #[test]
    fn seconds_dates_and_resets_are_read() {
        assert_eq!(wait(&[("retry-after", "7")]), Some(7));
        let later = ("retry-after", "Thu, 15 Jan 2026 12:00:30 GMT");
        assert_eq!(wait(&[NOW, later]), Some(31));
        assert_eq!(wait(&[NOW, ("x-ratelimit-reset", "1768478410")]), Some(11));
        assert_eq!(
            wait(&[NOW, ("x-ratelimit-reset", "1768478410.5")]),
            Some(11)
        );
        // Retry-After counts before the reset
        let both = [
            NOW,
            ("retry-after", "2"),
            ("x-ratelimit-reset", "1768478410"),
        ];
        assert_eq!(wait(&both), Some(2));
    }

    #[test]
    fn a_past_time_or_no_time_asks_for_no_wait() {
        assert_eq!(wait(&[NOW, ("x-ratelimit-reset", "5")]), Some(0));
        assert_eq!(wait(&[("x-ratelimit-reset", "1768478410")]), None);
        assert_eq!(wait(&[NOW, ("x-ratelimit-reset", "soon")]), None);
        assert_eq!(wait(&[NOW, ("retry-after", "-1")]), None);
        assert_eq!(wait(&[]), None);
    }

    #[test]
    fn without_a_date_the_clock_of_the_caller_counts() {
        let headers =
            HeaderMap::from_iter([("x-ratelimit-reset".parse().unwrap(), "100".parse().unwrap())]);
        let now = Timestamp::from_second(40).ok();
        let wait = time_until(&headers, "x-ratelimit-reset", now);
        assert_eq!(wait, Some(Duration::from_secs(61)));
    }

    #[test]
    fn no_number_of_a_server_overflows() {
        let most = u64::MAX.to_string();
        assert_eq!(wait(&[("retry-after", &most)]), Some(u64::MAX));
        for number in [
            &*most,
            "9223372036854775807",
            "-9223372036854775808",
            "99999999999999999999999",
        ] {
            // whatever comes out, it does not panic
            let _ = wait(&[NOW, ("x-ratelimit-reset", number)]);
            let _ = wait(&[NOW, ("retry-after", number)]);
        }
    }
}
