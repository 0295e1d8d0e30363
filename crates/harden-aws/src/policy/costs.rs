//! The `[aws.costs]` table.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

use super::{percent, positive};

/// What is kept and what it may cost (guide §6).
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct CostPolicy {
    /// Whether Cost Explorer is asked for costs and for coverage. AWS bills each of its requests
    /// at 0.01 USD; an audit makes some four of them for each account.
    pub cost_explorer: bool,
    /// By how many percent the cost of a service may rise from one month to the next. Only a rise
    /// that is over `surge_amount` too counts.
    #[serde(deserialize_with = "percent")]
    pub surge_percent: f64,
    /// By how much money it may rise, in the account's currency.
    #[serde(deserialize_with = "positive")]
    pub surge_amount: f64,
    /// How much of the steady use of databases and of compute reservations and savings plans must
    /// cover, in percent.
    #[serde(deserialize_with = "share")]
    pub commitment_percent: f64,
    /// How many days log groups may keep their events at most.
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
    Err(serde::de::Error::custom(
        "is a part, of at most 100 percent",
    ))
}

fn days<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let days = u32::deserialize(deserializer)?;
    if days >= 1 {
        return Ok(days);
    }
    Err(serde::de::Error::custom("is at least 1 day"))
}
