//! Workflows with their local actions, their plans, triggers and checkouts.

mod calls;
mod checkouts;
mod flow;
mod plan;
mod releases;
mod repository_workflow;
mod strangers;
mod triggers;

pub(crate) use calls::CallingWorkflow;
pub(crate) use checkouts::{Artifact, CheckedOut, Guard, Head, checked_out};
pub(crate) use flow::{Flow, Placed, action, by_path, flows, given_in, of_repositories};
pub(crate) use plan::{Node, Plan, runs_on};
pub(crate) use repository_workflow::RepositoryWorkflow;
pub(crate) use strangers::{Gate, Origin};
pub(crate) use triggers::{fires_on, for_changes, runs_for, starting_triggers};
