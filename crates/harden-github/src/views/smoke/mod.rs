//! The workflows that run the smoke tests, and their runs.

mod command;
mod names;
mod runs;
mod scripts;
mod workflow;

pub(crate) use runs::SmokeRuns;
pub(crate) use workflow::{Smoke, SmokeWorkflow};
