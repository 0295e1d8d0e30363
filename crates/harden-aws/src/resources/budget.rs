//! Budgets.

use std::collections::BTreeMap;

use harden_core::{Kind, Known, Place, Resource, ResourceId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

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
    /// The limit of the present period; none where it is planned period by period or follows
    /// the past and the answer gave none.
    #[serde(default)]
    pub limit: Known<Option<Money>>,
    /// What was spent in this period (CalculatedSpend.ActualSpend).
    #[serde(default)]
    pub actual: Known<Option<Money>>,
    /// What it counts (CostFilters): empty for the whole account.
    #[serde(default)]
    pub filters: Known<BTreeMap<String, Vec<String>>>,
    /// Whether an expression narrows what it counts (FilterExpression).
    #[serde(default)]
    pub has_filter_expression: Known<bool>,
    /// When it ends; budgets without an end have 2087.
    #[serde(default)]
    pub ends_at: Known<Option<Timestamp>>,
}

/// An amount in a unit: `500 USD`.
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
