//! The notifications of budgets and their subscribers.

use harden_core::{Kind, Known, Place, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::Budget;

/// The notifications of a budget. Source: budgets:DescribeNotificationsForBudget, and
/// budgets:DescribeSubscribersForNotification for each (permission budgets:ViewBudget).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BudgetAlerts {
    /// The account.
    pub account: String,
    /// The budget's name.
    pub budget: String,
    /// Its notifications.
    #[serde(default)]
    pub notifications: Known<Vec<Notification>>,
}

/// A notification of a budget.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Notification {
    /// `ACTUAL` or `FORECASTED` (NotificationType).
    pub notification_type: String,
    /// `GREATER_THAN`, `LESS_THAN`, `EQUAL_TO`.
    pub comparison: String,
    /// The threshold, in percent of the limit or in money.
    pub threshold: f64,
    /// `PERCENTAGE` (the default) or `ABSOLUTE_VALUE`.
    pub threshold_type: String,
    /// The recipients.
    #[serde(default)]
    pub subscribers: Known<Vec<Subscriber>>,
}

/// A subscriber of a notification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Subscriber {
    /// `EMAIL` or `SNS`.
    pub subscription_type: String,
    /// An email address, or the ARN of a topic.
    pub address: String,
}

impl Resource for BudgetAlerts {
    const KIND: &'static Kind = &Kind::new("aws/budget-alerts")
        .permissions(&["budgets:ViewBudget"])
        .starts_from(&[Budget::KIND]);

    fn id(&self) -> ResourceId {
        ResourceId::new(Self::KIND.name, Place::global(&*self.account), &self.budget)
    }
}
