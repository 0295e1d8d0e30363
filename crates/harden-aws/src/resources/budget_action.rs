//! The actions of budgets.

use harden_core::{Kind, Place, Resource, ResourceId};
use serde::{Deserialize, Serialize};

/// An action that a budget runs at a threshold. Source: budgets:DescribeBudgetActionsForAccount.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BudgetAction {
    /// The account.
    pub account: String,
    /// The action's id.
    pub id: String,
    /// The budget's name.
    pub budget: String,
    /// `ACTUAL` or `FORECASTED`.
    pub notification_type: String,
    /// The threshold, in percent of the limit or in money.
    pub threshold: f64,
    /// `PERCENTAGE` or `ABSOLUTE_VALUE`.
    pub threshold_type: String,
}

impl Resource for BudgetAction {
    const KIND: &'static Kind =
        &Kind::new("aws/budget-action").permissions(&["budgets:DescribeBudgetActionsForAccount"]);

    fn id(&self) -> ResourceId {
        let name = format!("{}/{}", self.budget, self.id);
        ResourceId::new(Self::KIND.name, Place::global(&*self.account), &name)
    }
}
