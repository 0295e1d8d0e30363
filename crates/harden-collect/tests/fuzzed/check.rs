//! What the fuzz target does with its input. The crate of the fuzz targets includes this file too.

use std::time::Duration;

use harden_collect::rest::{Link, requested_wait, time_until};
use jiff::Timestamp;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

/// The headers of a server, one a line, ask for some wait or none, and never for a panic.
pub(crate) fn headers(text: &str) {
    let mut headers = HeaderMap::new();
    for line in text.lines() {
        if let Some((name, value)) = line.split_once(':')
            && let Ok(name) = name.trim().parse::<HeaderName>()
            && let Ok(value) = HeaderValue::from_bytes(value.trim().as_bytes())
        {
            headers.append(name, value);
        }
    }
    let _ = Link::find(&headers, "next").map(|link| link.target);
    for now in [Timestamp::MIN, Timestamp::UNIX_EPOCH, Timestamp::MAX].map(Some) {
        let _ = time_until(&headers, "x-ratelimit-reset", now);
        for reset in [
            None,
            Some("x-ratelimit-reset"),
            Some("x-sentry-rate-limit-reset"),
        ] {
            let wait = requested_wait(&headers, reset, now);
            let after = headers
                .get("retry-after")
                .and_then(|value| value.to_str().ok());
            if let Some(seconds) = after.and_then(|value| value.trim().parse().ok()) {
                assert_eq!(wait, Some(Duration::from_secs(seconds)));
            }
        }
    }
}
