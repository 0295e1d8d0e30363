//! The `[aws.costs]` table.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

use super::{percent, positive};

/// Limits of costs and of retention (guide §6).
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct CostPolicy {
    /// Whether costs and coverage are read from Cost Explorer. AWS charges 0.01 USD for each request,
    /// and an audit sends about four requests for each account.
    pub cost_explorer: bool,
    /// The highest rise of the cost of a service from one month to the next, in percent. A rise counts
    /// only where it is also above `surge_amount`.
    #[serde(deserialize_with = "percent")]
    pub surge_percent: f64,
    /// The highest rise as an amount, in the currency of the account.
    #[serde(deserialize_with = "positive")]
    pub surge_amount: f64,
    /// The share of the steady use of databases and compute that reservations and Savings Plans must
    /// cover, in percent.
    #[serde(deserialize_with = "share")]
    pub commitment_percent: f64,
    /// The longest retention of log groups, in days.
    #[serde(deserialize_with = "days")]
    pub log_retention_days: u32,
}

impl Default for CostPolicy {
    fn default() -> Self {
        Self {
            cost_explorer: false,
            surge_percent: 25.0,
            surge_amount: 10.0,
            commitment_percent: 50.0,
            log_retention_days: 365,
        }
    }
}

fn share<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let value = percent(deserializer)?;
    if value <= 100.0 {
        return Ok(value);
    }
    Err(serde::de::Error::custom("must be at most 100 percent"))
}

fn days<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let days = u32::deserialize(deserializer)?;
    if days >= 1 {
        return Ok(days);
    }
    Err(serde::de::Error::custom("must be at least 1 day"))
}
