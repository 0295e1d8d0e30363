//! Production-hardening checks for AWS: what is read from an account, and the checks that judge it.
//!
//! The checks cover alert routing, alarms and their thresholds, backups and restores, the roles that CI
//! assumes, secrets, load balancers and web ACLs, and costs. [`checks`] returns all of them.
//!
//! # Judging facts
//!
//! A check judges facts. They come from an account (`live::AwsProvider`, with the feature `live`) or from
//! a recorded [`Snapshot`](harden_core::Snapshot); the checks see no difference. Without the feature
//! `live` the AWS SDK is not built, and the crate compiles in seconds.
//!
//! ```
//! use harden_core::{Cx, Facts, Outcome, Policies, Snapshot};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let now = "2026-01-15T12:00:00Z".parse()?;
//! let snapshot = Snapshot::from_fragment(
//!     r#"{
//!         "aws/db-instance": [{
//!             "arn": "arn:aws:rds:us-east-2:123456789012:db:shop",
//!             "cluster": null,
//!             "replica_of": null,
//!             "backup_retention_days": 1
//!         }],
//!         "aws/db-cluster": []
//!     }"#,
//!     now,
//! )?;
//! let checks = harden_aws::checks();
//! let id = "aws/rds-backup-retention-short";
//! let check = checks.iter().find(|check| check.meta().id == id).unwrap();
//!
//! let cx = Cx::new(Facts::recorded(snapshot), Policies::default(), now);
//! let runtime = tokio::runtime::Builder::new_current_thread().build()?;
//! let findings = runtime.block_on(check.run(&cx))?;
//!
//! assert!(matches!(findings[0].outcome, Outcome::Fail(..)));
//! # Ok(())
//! # }
//! ```
//!
//! A fact that is missing in the snapshot makes the outcome [`Unknown`](harden_core::Outcome), never a
//! pass. Requirements differ from the defaults with an [`AwsPolicy`], the `[aws]` table of `harden.toml`.
//!
//! # Modules
//!
//! The data goes in one direction, from the first line to the last:
//!
//! - `live/` (feature `live`): how each kind of resource is listed from the API.
//! - [`resources`]: the kinds of resources, with their fields and the permissions that a listing needs.
//! - `views/`: the subjects of checks that need several kinds, joined by pure functions; one folder for
//!   each service or topic.
//! - `policy/`: the `[aws]` table of `harden.toml`.
//! - `remediations/`: commands, documents and Terraform blocks that several checks share.
//! - `coverage.rs`, `web_acl.rs`, `threshold.rs`, `trend.rs`: judgements that several checks share.
//! - `checks/`: each check is two files, the judge and its page.
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
#[cfg(feature = "live")]
mod partition;
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
