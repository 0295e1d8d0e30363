//! The `[aws.edge]` table.

use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

/// Requirements for the web ACLs of load balancers (guide §5).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct EdgePolicy {
    /// The number of requests of one IP address within `rate_limit_seconds` above which it is blocked.
    #[serde(deserialize_with = "requests")]
    pub rate_limit: u32,
    /// The window in seconds in which the requests of an address are counted. Rules with another window
    /// are compared in proportion.
    #[serde(deserialize_with = "seconds")]
    pub rate_limit_seconds: u32,
    /// The only countries whose requests are allowed, as two-letter codes (`US`). Without an entry, all
    /// countries are allowed.
    #[serde(deserialize_with = "countries")]
    pub countries: Vec<String>,
    /// The countries whose requests are blocked, as two-letter codes.
    #[serde(deserialize_with = "countries")]
    pub blocked_countries: Vec<String>,
}

impl Default for EdgePolicy {
    fn default() -> Self {
        Self {
            rate_limit: 2000,
            rate_limit_seconds: 300,
            countries: Vec::new(),
            blocked_countries: Vec::new(),
        }
    }
}

fn requests<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let limit = u32::deserialize(deserializer)?;
    if (10..=2_000_000_000).contains(&limit) {
        return Ok(limit);
    }
    Err(D::Error::custom(
        "must be from 10 to 2000000000 requests, the range of AWS WAF",
    ))
}

fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let seconds = u32::deserialize(deserializer)?;
    if (1..=86_400).contains(&seconds) {
        return Ok(seconds);
    }
    Err(D::Error::custom("must be from 1 to 86400 seconds"))
}

fn countries<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let codes = Vec::<String>::deserialize(deserializer)?;
    let is_code = |code: &String| code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase());
    if codes.iter().all(is_code) {
        return Ok(codes);
    }
    Err(D::Error::custom(
        "expected a country as two capital letters of ISO 3166: US",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_values_are_refused() {
        for text in [
            "countries = [\"usa\"]",
            "blocked_countries = [\"us\"]",
            "rate_limit = 0",
            "rate_limit = \"2000\"",
            "rate_limit_seconds = 0",
            "ratelimit = 100",
        ] {
            assert!(toml::from_str::<EdgePolicy>(text).is_err(), "{text}");
        }
        let policy: EdgePolicy = toml::from_str("countries = [\"US\"]").unwrap();
        assert_eq!((policy.rate_limit, policy.rate_limit_seconds), (2000, 300));
    }
}
