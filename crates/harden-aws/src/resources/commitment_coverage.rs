//! How much of an account's use reservations and savings plans cover.

use harden_core::{Kind, Known, Place, Resource, ResourceId};
use serde::{Deserialize, Serialize};

/// An account's use in the last 30 whole days, and what of it was covered. Source:
/// ce:GetReservationCoverage (for RDS and for EC2) and ce:GetSavingsPlansCoverage, of which each
/// request costs 0.01 USD.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CommitmentCoverage {
    /// The account.
    pub account: String,
    /// Hours of RDS instances, and those that reservations covered.
    #[serde(default)]
    pub databases: Known<Vec<DayOfUse>>,
    /// Hours of EC2 instances, and those that reservations covered.
    #[serde(default)]
    pub instances: Known<Vec<DayOfUse>>,
    /// Money for what savings plans can cover (EC2, Fargate, Lambda), and what they did cover.
    #[serde(default)]
    pub savings_plans: Known<Vec<DayOfUse>>,
    /// How many requests it took.
    #[serde(default)]
    pub requests: Known<u32>,
}

/// A day's use.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DayOfUse {
    /// All of it.
    pub total: f64,
    /// What was covered.
    pub covered: f64,
}

impl Resource for CommitmentCoverage {
    const KIND: &'static Kind = &Kind::new("aws/commitment-coverage")
        .permissions(&["ce:GetReservationCoverage", "ce:GetSavingsPlansCoverage"]);

    fn id(&self) -> ResourceId {
        let place = Place::global(&*self.account);
        ResourceId::new(Self::KIND.name, place, &self.account)
    }
}
