//! AWS for harden: what is read from an account, and the checks that judge it.
//!
//! [`checks`] is the list of checks; they judge facts from [`live`]'s provider or from a recorded
//! [`harden_core::Snapshot`] alike. Without the feature `live` there is no AWS SDK in the build.
//!
//! - `resources/`: the kinds, one file each: the type, the permissions that its listing needs.
//! - `live/`: how each kind is listed from the API (feature `live`).
//! - `views/`: what checks across kinds judge, joined by pure functions.
//! - `remediations/`: what the remediations of several checks are made of.
//! - `checks/`: a check is two sibling files, the judge and its page.
//! - `remediations/`: what several checks' remediations are made of.
//! - `put_alarm.rs`, `coverage_*.rs`: what the checks on alarms share in judging and mending.
//! - `threshold.rs`: thresholds of alarms: what breaches them, and which to have instead.
//! - `trend.rs`: whether a series rises.
//! - `policy.rs`: the `[aws]` table of `harden.toml`, with the guide's values as defaults.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "tests"
    )
)]

mod arn;
mod checks;
mod coverage;
mod credential_name;
mod draft;
mod environment;
#[cfg(feature = "live")]
pub mod live;
mod policy;
mod provider;
mod remediations;
pub mod resources;
mod secret_class;
mod text;
mod threshold;
mod trend;
mod views;
mod web_acl;

pub use checks::checks;
pub use draft::draft;
pub use policy::{
    AccountPolicy, AlarmPolicy, AlertPolicy, AwsPolicy, BackupPolicy, BudgetPolicy, CiPolicy,
    CostPolicy, DeploymentKind, DeploymentPolicy, EdgePolicy, MetricPolicy, NonproductionPolicy,
    SecretClass, SecretPattern, SecretPolicy, SnapshotClass,
};
pub use provider::PROVIDER;
