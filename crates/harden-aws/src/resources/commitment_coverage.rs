//! The share of the use of an account that reservations and Savings Plans cover.

use harden_core::{Kind, Known, Place, Resource, ResourceId};
use serde::{Deserialize, Serialize};

/// The use of an account in the last 30 complete days, and the covered part. Source:
/// ce:GetReservationCoverage (for RDS and for EC2) and ce:GetSavingsPlansCoverage, and each
/// request costs 0.01 USD.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CommitmentCoverage {
    /// The account.
    pub account: String,
    /// Hours of RDS instances, and the hours that reservations covered.
    #[serde(default)]
    pub databases: Known<Vec<DayOfUse>>,
    /// Hours of EC2 instances, and the hours that reservations covered.
    #[serde(default)]
    pub instances: Known<Vec<DayOfUse>>,
    /// The cost that Savings Plans can cover (EC2, Fargate, Lambda), and the cost that they covered.
    #[serde(default)]
    pub savings_plans: Known<Vec<DayOfUse>>,
    /// The number of requests to Cost Explorer.
    #[serde(default)]
    pub requests: Known<u32>,
}

/// The use of one day.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DayOfUse {
    /// The total.
    pub total: f64,
    /// The covered part.
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
