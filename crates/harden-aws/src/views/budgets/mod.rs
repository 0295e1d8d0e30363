//! Budgets: what they cover and whom they notify.

mod budget;
mod cover;
mod monthly;

pub(crate) use budget::{AccountBudget, AlertThreshold, RoutedBudget, comparable, percent_of};
pub(crate) use cover::AccountBudgets;
pub(crate) use monthly::is_monthly_cost_budget;
