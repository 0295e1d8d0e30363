//! Workflows with their local actions, their plans, triggers and checkouts.

mod checkouts;
mod flow;
mod plan;
mod repository_workflow;
mod triggers;

pub(crate) use checkouts::{CheckedOut, checked_out};
pub(crate) use flow::{Flow, Placed, action, by_path, flows, given_in, of_repositories};
pub(crate) use plan::{Node, Plan, runs_on};
pub(crate) use repository_workflow::RepositoryWorkflow;
pub(crate) use triggers::{fires_on, for_changes, runs_for, starting_triggers};
