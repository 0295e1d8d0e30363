//! The workflows and jobs that deploy to production, and what they wait for.

mod commands;
mod environment;
mod jobs;
mod names;
mod stage;
mod test_commands;
mod tested;
mod workflow;

pub(crate) use environment::{GatedDeploy, ProductionEnvironment, Rules};
pub(crate) use jobs::{ProductionJob, production_jobs};
pub(crate) use tested::{Tested, runs_tests, tests_before};
pub(crate) use workflow::{Deploy, NO_DEPLOY};
