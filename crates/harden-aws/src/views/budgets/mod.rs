//! Budgets: what they cover and whom they notify.

mod budget;
mod cover;
mod monthly;
mod selection;
mod steps;

pub(crate) use budget::{AccountBudget, AlertThreshold, RoutedBudget, comparable, percent_of};
pub(crate) use cover::{AccountBudgets, Cover};
pub(crate) use monthly::{counts_credits, is_monthly_cost_budget};
pub(crate) use selection::Selection;
pub(crate) use steps::Steps;
