//! The subjects of checks that need several kinds: plain structs, joined from listings by pure
//! functions.
//!
//! Joins use [`harden_core::Listing::get`] and [`harden_core::Listing::readable`], so that what
//! could not be read is unknown.

mod branch;
mod deploy;
mod release;
mod secrets;
mod smoke;
mod workflow;

pub(crate) use branch::{BypassableBranch, Part, Producer, ProtectedBranch, ReportingBranch};
pub(crate) use deploy::{
    Deploy, GatedDeploy, NO_DEPLOY, ProductionEnvironment, ProductionJob, Rules, Tested,
    production_jobs, runs_tests, tests_before,
};
pub(crate) use release::{
    Defect, HistoryDepth, ReleaseAction, ReleaseStep, ReleaseSteps, VersionSource, follows,
    names_deployed, version_source,
};
pub(crate) use secrets::{
    Contract, Level, NotPassed, ReadNames, SecretContract, StoredSecret, VariableContract,
};
pub(crate) use smoke::{Smoke, SmokeRuns, SmokeWorkflow};
pub(crate) use workflow::{
    Artifact, CallingWorkflow, CheckedOut, Flow, Gate, Guard, Head, Node, Origin, Placed, Plan,
    RepositoryWorkflow, action, by_path, checked_out, given_in, runs_on, starting_triggers,
};
