//! GitHub's limits: the hourly quota, of which a part is left for others, and the secondary limits.
//!
//! Source: docs.github.com, "Rate limits for the REST API". The quota that is used up is 403 or 429
//! with `x-ratelimit-remaining: 0`; a secondary limit is 403 or 429 with `retry-after`, or with
//! words only, and then a minute is to be waited at least.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use harden_core::{Cause, Unknown};
use jiff::Timestamp;
use reqwest::header::HeaderMap;
use tokio::time::Instant;

/// How long to wait where GitHub does not say.
const UNSAID: Duration = Duration::from_secs(60);

/// What is known of the limits, by all calls together.
#[derive(Debug)]
pub(super) struct Quota {
    leave_percent: u64,
    /// The longest that a call waits for a limit to pass.
    patience: Duration,
    /// Now, for servers that give no date.
    now: Timestamp,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// No call until then: a secondary limit is in force.
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

    /// Lets a call go, at once or after a wait, or says why none may.
    pub(super) fn admit(&self) -> Result<Option<Duration>, Unknown> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if let Some(window) = &mut state.window {
            if window.resets <= now {
                state.window = None;
            } else if window.remaining <= window.limit * self.leave_percent / 100 {
                let minutes = window.resets.duration_since(now).as_secs().div_ceil(60);
                let left = window.remaining;
                return Err(Unknown::new(
                    Cause::Throttled,
                    format!(
                        "{left} calls are left of the hourly quota of {}, and {} % of it are left \
                         for others; it is renewed in {minutes} min",
                        window.limit, self.leave_percent
                    ),
                ));
            } else {
                // what is under way counts before its answer is there
                window.remaining -= 1;
            }
        }
        match state.hold {
            Some(until) if until > now => self.bear(until.duration_since(now)).map(Some),
            _ => Ok(None),
        }
    }

    /// Takes in what an answer says of the quota.
    pub(super) fn learn(&self, headers: &HeaderMap) {
        let core = headers
            .get("x-ratelimit-resource")
            .is_none_or(|resource| resource == "core");
        let (Some(limit), Some(remaining), Some(reset)) = (
            number(headers, "x-ratelimit-limit"),
            number(headers, "x-ratelimit-remaining"),
            number(headers, "x-ratelimit-reset"),
        ) else {
            return;
        };
        if core && limit > 0 {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.window = Some(Window {
                limit,
                remaining,
                resets: Instant::now() + self.until(reset, headers),
            });
        }
    }

    /// How long to wait where an answer says that a limit was met; an error where that is longer
    /// than anybody wants to wait, and none where the answer is about something else.
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
        if let Some(seconds) = number(headers, "retry-after") {
            return Some(self.hold(Duration::from_secs(seconds)));
        }
        if number(headers, "x-ratelimit-remaining") == Some(0) {
            let reset = number(headers, "x-ratelimit-reset");
            let wait = reset.map_or(UNSAID, |reset| self.until(reset, headers));
            return Some(self.hold(wait));
        }
        let words = [
            "secondary rate limit",
            "abuse detection",
            "rate limit exceeded",
        ];
        (status == 429 || words.iter().any(|w| message.contains(w))).then(|| self.hold(UNSAID))
    }

    /// Holds all calls back for a while.
    fn hold(&self, wait: Duration) -> Result<Duration, Unknown> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let until = Instant::now() + wait;
        state.hold = Some(state.hold.map_or(until, |held| held.max(until)));
        // what the answer said of the quota is answered by the wait
        state.window = None;
        self.bear(wait)
    }

    fn bear(&self, wait: Duration) -> Result<Duration, Unknown> {
        if wait <= self.patience {
            return Ok(wait);
        }
        Err(Unknown::new(
            Cause::Throttled,
            format!("GitHub asked to wait for {} s", wait.as_secs()),
        ))
    }

    /// How long it is until a moment of the server's clock.
    fn until(&self, epoch: u64, headers: &HeaderMap) -> Duration {
        let date = headers.get("date").and_then(|date| date.to_str().ok());
        let now = date
            .and_then(|date| {
                jiff::fmt::rfc2822::DateTimeParser::new()
                    .parse_timestamp(date)
                    .ok()
            })
            .unwrap_or(self.now);
        let now = u64::try_from(now.as_second()).unwrap_or_default();
        Duration::from_secs(epoch.saturating_sub(now))
    }
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
        // another resource's quota says nothing of this one
        let mut other = said("5000");
        other.insert("x-ratelimit-resource", "search".parse().unwrap());
        quota.learn(&other);
        assert!(quota.admit().is_err());
        quota.learn(&said("4000"));
        assert_eq!(quota.admit(), Ok(None));
    }

    #[test]
    fn limits_are_waited_for_as_github_asks() {
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
            seconds(30)
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
    fn a_limit_holds_all_calls_back() {
        let quota = quota();
        let answer = headers(&[("retry-after", "7")]);
        quota.limited(429, &answer, "").unwrap().unwrap();
        let wait = quota.admit().unwrap().unwrap();
        assert!(wait > Duration::from_secs(5) && wait <= Duration::from_secs(7));
    }
}
