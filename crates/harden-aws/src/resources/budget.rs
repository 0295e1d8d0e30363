//! Budgets.

use std::collections::BTreeMap;

use harden_core::{Kind, Known, Place, Resource, ResourceId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::CostExpression;

/// A budget of AWS Budgets, which are global to an account. Source: budgets:DescribeBudgets
/// (permission budgets:ViewBudget).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Budget {
    /// The account.
    pub account: String,
    /// The budget's name.
    pub name: String,
    /// `COST`, `USAGE`, `RI_UTILIZATION`, … (BudgetType).
    #[serde(default)]
    pub budget_type: Known<String>,
    /// `MONTHLY`, `DAILY`, `QUARTERLY`, `ANNUALLY`, `CUSTOM`.
    #[serde(default)]
    pub time_unit: Known<String>,
    /// The limit of the current period. `None` where the response has no fixed limit (planned or
    /// auto-adjusting budgets).
    #[serde(default)]
    pub limit: Known<Option<Money>>,
    /// The actual spend of the current period (CalculatedSpend.ActualSpend).
    #[serde(default)]
    pub actual: Known<Option<Money>>,
    /// The cost filters (CostFilters); empty for the whole account.
    #[serde(default)]
    pub filters: Known<BTreeMap<String, Vec<String>>>,
    /// The expression that selects its costs (FilterExpression), or `None`.
    #[serde(default)]
    pub filter_expression: Known<Option<CostExpression>>,
    /// Whether its costs include credits (CostTypes.IncludeCredit). `None` where the response does not
    /// state it.
    #[serde(default)]
    pub include_credit: Known<Option<bool>>,
    /// The billing view whose costs it counts (BillingViewArn), or `None`.
    #[serde(default)]
    pub billing_view: Known<Option<String>>,
    /// `HEALTHY` or `UNHEALTHY`, with the reason after a colon (HealthStatus). `None` where the response
    /// has no status.
    #[serde(default)]
    pub health: Known<Option<String>>,
    /// The start date (TimePeriod.Start), or `None` where the response has none.
    #[serde(default)]
    pub starts_at: Known<Option<Timestamp>>,
    /// The end date. Budgets without one end in 2087.
    #[serde(default)]
    pub ends_at: Known<Option<Timestamp>>,
}

/// An amount with its unit: `500 USD`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Money {
    /// The amount.
    pub amount: f64,
    /// The unit, a currency for cost budgets.
    pub unit: String,
}

impl std::fmt::Display for Money {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.amount, self.unit)
    }
}

impl Resource for Budget {
    const KIND: &'static Kind = &Kind::new("aws/budget").permissions(&["budgets:ViewBudget"]);

    fn id(&self) -> ResourceId {
        let place = Place::global(&*self.account);
        let arn = format!("arn:aws:budgets::{}:budget/{}", self.account, self.name);
        ResourceId::new(Self::KIND.name, place, &self.name).shown_as(&arn)
    }
}
