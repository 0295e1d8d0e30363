//! Budgets: what they cover and whom they notify.

mod budget;
mod cover;
mod monthly;

pub(crate) use budget::{AccountBudget, RoutedBudget, Step, comparable, percent_of};
pub(crate) use cover::AccountCover;
pub(crate) use monthly::is_monthly_cost_budget;
