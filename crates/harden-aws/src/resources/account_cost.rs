//! The cost of the services of an account.

use harden_core::{Kind, Known, Place, Resource, ResourceId};
use serde::{Deserialize, Serialize};

/// The cost of an account by service, in the last two complete months. Source: ce:GetCostAndUsage.
/// Each request costs 0.01 USD.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AccountCost {
    /// The account.
    pub account: String,
    /// The month before the last: `2025-11`.
    #[serde(default)]
    pub before: Known<String>,
    /// The last complete month: `2025-12`.
    #[serde(default)]
    pub last: Known<String>,
    /// The services with a cost in either month.
    #[serde(default)]
    pub services: Known<Vec<ServiceCost>>,
    /// The number of requests to Cost Explorer.
    #[serde(default)]
    pub requests: Known<u32>,
}

/// The cost of a service (UnblendedCost).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ServiceCost {
    /// The service, as Cost Explorer names it: `Amazon Relational Database Service`.
    pub service: String,
    /// The cost in the month before the last.
    pub before: f64,
    /// The cost in the last month.
    pub last: f64,
    /// The currency: `USD`.
    pub unit: String,
}

impl Resource for AccountCost {
    const KIND: &'static Kind = &Kind::new("aws/account-cost").permissions(&["ce:GetCostAndUsage"]);

    fn id(&self) -> ResourceId {
        let place = Place::global(&*self.account);
        ResourceId::new(Self::KIND.name, place, &self.account)
    }
}
