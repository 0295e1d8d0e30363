//! The subjects of checks that need several kinds: plain structs, joined from listings by pure
//! functions.
//!
//! Joins use [`harden_core::Listing::get`] and [`harden_core::Listing::readable`], so that what
//! could not be read is unknown.

mod bypass;
mod commit;
mod contract;
mod contracts;
mod deploy;
mod deploy_jobs;
mod deploying;
mod flow;
mod names;
mod plan;
mod production;
mod protection;
mod reporting;
mod repository_workflow;
mod scripts;
mod sentry;
mod smoke;
mod smoke_command;
mod smoke_runs;
mod stored_secret;
mod tested;
mod testing;
mod triggers;

pub(crate) use bypass::BypassableBranch;
pub(crate) use commit::{VersionSource, names_deployed, version_source};
pub(crate) use contract::{Contract, NotPassed, ReadNames};
pub(crate) use contracts::{SecretContract, VariableContract};
pub(crate) use deploy::{Deploy, NO_DEPLOY, by_path};
pub(crate) use deploy_jobs::{ProductionJob, production_jobs};
pub(crate) use deploying::action;
pub(crate) use flow::{Flow, Placed, given_in};
pub(crate) use plan::{Node, Plan, runs_on};
pub(crate) use production::{GatedDeploy, ProductionEnvironment, Rules};
pub(crate) use protection::{Part, ProtectedBranch};
pub(crate) use reporting::ReportingBranch;
pub(crate) use repository_workflow::RepositoryWorkflow;
pub(crate) use sentry::{Defect, HistoryDepth, ReleaseAction, ReleaseStep, ReleaseSteps, follows};
pub(crate) use smoke::{Smoke, SmokeWorkflow};
pub(crate) use smoke_runs::SmokeRuns;
pub(crate) use stored_secret::{Level, StoredSecret};
pub(crate) use tested::{Tested, runs_tests, tests_before};
pub(crate) use triggers::starting_triggers;
