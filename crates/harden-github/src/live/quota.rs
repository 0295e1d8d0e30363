//! GitHub's limits: the hourly quota, of which a part is left for others, and the secondary limits.
//!
//! Source: docs.github.com, "Rate limits for the REST API". When the quota is used up, the answer is
//! 403 or 429 with `x-ratelimit-remaining: 0`. A secondary limit is 403 or 429 with `retry-after`, or
//! with only a message; then clients should wait for at least a minute.
//!
//! The numbers come from a server and can be anything, so no arithmetic here can overflow.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use harden_collect::rest::{requested_wait, time_until};
use harden_core::{Cause, Unknown};
use jiff::Timestamp;
use reqwest::header::HeaderMap;
use tokio::time::Instant;

/// How long to wait where GitHub states no time.
const DEFAULT_WAIT: Duration = Duration::from_secs(60);

/// What all calls together know of the limits.
#[derive(Debug)]
pub(super) struct Quota {
    leave_percent: u64,
    /// The longest that a call waits for a limit to pass.
    patience: Duration,
    /// Now, for servers that send no date.
    now: Timestamp,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// No call before then: a limit was reached.
    hold: Option<Instant>,
    window: Option<Window>,
}

/// The quota of this hour.
#[derive(Debug, Clone, Copy)]
struct Window {
    limit: u64,
    remaining: u64,
    resets: Instant,
}

impl Quota {
    pub(super) fn new(leave_percent: u32, patience: Duration, now: Timestamp) -> Self {
        Self {
            leave_percent: u64::from(leave_percent),
            patience,
            now,
            state: Mutex::default(),
        }
    }

    /// Allows a call, immediately or after a wait, or explains why no call is allowed.
    pub(super) fn admit(&self) -> Result<Option<Duration>, Unknown> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if let Some(window) = &mut state.window {
            if window.resets <= now {
                state.window = None;
            } else if window.remaining <= self.left_for_others(window.limit) {
                let minutes = window.resets.duration_since(now).as_secs().div_ceil(60);
                let left = window.remaining;
                return Err(Unknown::new(
                    Cause::Throttled,
                    format!(
                        "{left} calls remain of the hourly quota of {}, and {} % of it are left for \
                         others; it is renewed in {minutes} min",
                        window.limit, self.leave_percent
                    ),
                ));
            } else {
                // a call counts as soon as it is made, before its answer states the new number
                window.remaining = window.remaining.saturating_sub(1);
            }
        }
        match state.hold {
            Some(until) if until > now => self.accept(until.duration_since(now)).map(Some),
            _ => Ok(None),
        }
    }

    /// Learns the quota from the headers of an answer.
    pub(super) fn learn(&self, headers: &HeaderMap) {
        let core = headers
            .get("x-ratelimit-resource")
            .is_none_or(|resource| resource == "core");
        let (Some(limit), Some(remaining), Some(wait)) = (
            number(headers, "x-ratelimit-limit"),
            number(headers, "x-ratelimit-remaining"),
            self.time_to_reset(headers),
        ) else {
            return;
        };
        if core && limit > 0 {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.window = Some(Window {
                limit,
                remaining,
                resets: after(wait),
            });
        }
    }

    /// How long to wait after an answer that states that a limit was reached; an error where that is
    /// longer than the audit waits. None for any other answer.
    pub(super) fn limited(
        &self,
        status: u16,
        headers: &HeaderMap,
        message: &str,
    ) -> Option<Result<Duration, Unknown>> {
        if !matches!(status, 403 | 429) {
            return None;
        }
        let message = message.to_ascii_lowercase();
        if let Some(wait) = requested_wait(headers, None, Some(self.now)) {
            return Some(self.hold(wait));
        }
        if number(headers, "x-ratelimit-remaining") == Some(0) {
            let wait = self.time_to_reset(headers).unwrap_or(DEFAULT_WAIT);
            return Some(self.hold(wait));
        }
        let messages = [
            "secondary rate limit",
            "abuse detection",
            "rate limit exceeded",
        ];
        (status == 429 || messages.iter().any(|m| message.contains(m)))
            .then(|| self.hold(DEFAULT_WAIT))
    }

    /// Makes all calls wait.
    fn hold(&self, wait: Duration) -> Result<Duration, Unknown> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let until = after(wait);
        state.hold = Some(state.hold.map_or(until, |held| held.max(until)));
        // after the wait the quota is a new one
        state.window = None;
        self.accept(wait)
    }

    /// The wait, if it is not longer than the audit waits.
    fn accept(&self, wait: Duration) -> Result<Duration, Unknown> {
        if wait <= self.patience {
            return Ok(wait);
        }
        Err(Unknown::new(
            Cause::Throttled,
            format!("GitHub asked to wait for {} s", wait.as_secs()),
        ))
    }

    fn time_to_reset(&self, headers: &HeaderMap) -> Option<Duration> {
        time_until(headers, "x-ratelimit-reset", Some(self.now))
    }

    /// How many calls of a quota the policy leaves for others.
    fn left_for_others(&self, limit: u64) -> u64 {
        let left = u128::from(limit) * u128::from(self.leave_percent) / 100;
        u64::try_from(left).unwrap_or(u64::MAX)
    }
}

/// The moment after a wait. One that lies beyond the clock's range is put a year away, which is
/// longer than any audit.
fn after(wait: Duration) -> Instant {
    const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);
    let now = Instant::now();
    now.checked_add(wait).unwrap_or_else(|| now + YEAR)
}

fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let pairs = pairs
            .iter()
            .map(|(n, v)| ((*n).parse().unwrap(), v.parse().unwrap()));
        pairs.collect()
    }

    fn quota() -> Quota {
        Quota::new(20, Duration::from_secs(90), Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn a_part_of_the_quota_is_left_for_others() {
        let quota = quota();
        let said = |remaining: &str| {
            headers(&[
                ("x-ratelimit-limit", "5000"),
                ("x-ratelimit-remaining", remaining),
                ("x-ratelimit-reset", "1000"),
                ("date", "Thu, 01 Jan 1970 00:10:00 GMT"),
            ])
        };
        quota.learn(&said("1002"));
        assert_eq!(quota.admit(), Ok(None));
        assert_eq!(quota.admit(), Ok(None));
        let unknown = quota.admit().unwrap_err();
        assert_eq!(unknown.cause, Cause::Throttled);
        assert!(unknown.message.contains("renewed in 7 min"), "{unknown}");
        // the quota of another resource is not this one
        let mut other = said("5000");
        other.insert("x-ratelimit-resource", "search".parse().unwrap());
        quota.learn(&other);
        assert!(quota.admit().is_err());
        quota.learn(&said("4000"));
        assert_eq!(quota.admit(), Ok(None));
    }

    #[test]
    fn a_call_waits_as_long_as_github_asks() {
        let limited = |status, pairs: &[(&'static str, &str)], message| {
            quota().limited(status, &headers(pairs), message)
        };
        let seconds = |s| Some(Ok(Duration::from_secs(s)));
        assert_eq!(limited(403, &[("retry-after", "7")], ""), seconds(7));
        assert_eq!(
            limited(
                403,
                &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "30")],
                ""
            ),
            // the second of the reset must be over
            seconds(31)
        );
        let words = "You have exceeded a secondary rate limit. Please wait a few minutes.";
        assert_eq!(limited(403, &[], words), seconds(60));
        assert_eq!(limited(429, &[], ""), seconds(60));
        let denied = "Resource not accessible by integration";
        assert_eq!(limited(403, &[], denied), None);
        assert_eq!(limited(404, &[("retry-after", "7")], ""), None);
        let long = limited(403, &[("retry-after", "3600")], "");
        assert_eq!(long.unwrap().unwrap_err().cause, Cause::Throttled);
    }

    #[test]
    fn a_limit_makes_all_calls_wait() {
        let quota = quota();
        let answer = headers(&[("retry-after", "7")]);
        quota.limited(429, &answer, "").unwrap().unwrap();
        let wait = quota.admit().unwrap().unwrap();
        assert!(wait > Duration::from_secs(5) && wait <= Duration::from_secs(7));
    }

    #[test]
    fn no_number_of_a_server_overflows() {
        let most = u64::MAX.to_string();
        for number in [&*most, "9223372036854775807", "0"] {
            let quota = quota();
            quota.learn(&headers(&[
                ("x-ratelimit-limit", number),
                ("x-ratelimit-remaining", number),
                ("x-ratelimit-reset", number),
            ]));
            let _ = quota.admit();
            let _ = quota.limited(429, &headers(&[("retry-after", number)]), "");
            let _ = quota.admit();
        }
        let long = quota().limited(429, &headers(&[("retry-after", &most)]), "");
        assert_eq!(long.unwrap().unwrap_err().cause, Cause::Throttled);
    }
}
