//! Snapshots, dates and names in the remediations of databases.

use harden_core::{Arg, Step};
use jiff::{SignedDuration, Timestamp};

use crate::remediations::cli::aws;
use crate::views::{Database, DatabaseKind};

/// The longest identifier of a DB instance or a DB cluster.
const MAX_IDENTIFIER: usize = 63;

/// A date in the format of the guide's snapshots: `20260115`.
pub(crate) fn date(now: Timestamp) -> String {
    now.strftime("%Y%m%d").to_string()
}

/// An identifier `NAME-SUFFIX` of a database. The name is cut where both are too long together.
pub(crate) fn identifier(name: &str, suffix: &str) -> String {
    let room = MAX_IDENTIFIER.saturating_sub(suffix.len() + 1);
    let name: String = name.chars().take(room).collect();
    // an identifier cannot contain two consecutive hyphens
    format!("{}-{suffix}", name.trim_end_matches('-'))
}

/// An age for the evidence: `6 days`, or `45 hours` below three days.
pub(crate) fn age(age: SignedDuration) -> String {
    match age.as_hours() {
        hours if hours < 72 => format!("{hours} hours"),
        hours => format!("{} days", hours / 24),
    }
}

/// Creates a snapshot of a database.
pub(crate) fn create_snapshot(database: &Database, snapshot: impl Into<Arg>) -> Step {
    let (operation, snapshot_option, database_option, permissions): (_, _, _, &'static [_]) =
        match database.kind {
            DatabaseKind::Instance => (
                "create-db-snapshot",
                "--db-snapshot-identifier",
                "--db-instance-identifier",
                &["rds:CreateDBSnapshot"],
            ),
            DatabaseKind::Cluster => (
                "create-db-cluster-snapshot",
                "--db-cluster-snapshot-identifier",
                "--db-cluster-identifier",
                &["rds:CreateDBClusterSnapshot"],
            ),
        };
    aws("rds", operation)
        .opt(snapshot_option, snapshot)
        .opt(database_option, &*database.name)
        .region(&database.place.region)
        .step("Create a snapshot", permissions)
}

/// Waits until a snapshot is available.
pub(crate) fn wait_for_snapshot(kind: DatabaseKind, region: &str, snapshot: &str) -> Step {
    let (waiter, option, permissions): (_, _, &'static [_]) = match kind {
        DatabaseKind::Instance => (
            "db-snapshot-available",
            "--db-snapshot-identifier",
            &["rds:DescribeDBSnapshots"],
        ),
        DatabaseKind::Cluster => (
            "db-cluster-snapshot-available",
            "--db-cluster-snapshot-identifier",
            &["rds:DescribeDBClusterSnapshots"],
        ),
    };
    aws("rds", "wait")
        .flag(waiter)
        .opt(option, snapshot)
        .region(region)
        .step("Wait until it is available", permissions)
}

/// Deletes a snapshot.
pub(crate) fn delete_snapshot(kind: DatabaseKind, region: &str, snapshot: &str) -> Step {
    let (operation, option, permissions): (_, _, &'static [_]) = match kind {
        DatabaseKind::Instance => (
            "delete-db-snapshot",
            "--db-snapshot-identifier",
            &["rds:DeleteDBSnapshot"],
        ),
        DatabaseKind::Cluster => (
            "delete-db-cluster-snapshot",
            "--db-cluster-snapshot-identifier",
            &["rds:DeleteDBClusterSnapshot"],
        ),
    };
    aws("rds", operation)
        .opt(option, snapshot)
        .region(region)
        .step("Delete the snapshot", permissions)
        .destructive()
}

/// The engine of a database as an argument, or an input where it is unknown.
pub(crate) fn engine(database: &Database) -> Arg {
    match database.engine.ok() {
        Some(engine) => engine.as_str().into(),
        None => Arg::input("ENGINE", "the engine of the database"),
    }
}

/// The subnet group of a new database.
pub(crate) fn subnet_group() -> Arg {
    Arg::input("SUBNET_GROUP", "a DB subnet group of private subnets")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_never_too_long_for_rds() {
        assert_eq!(
            identifier("saaspe", "dr-test-20260115"),
            "saaspe-dr-test-20260115"
        );
        let long = identifier(&format!("{}-b", "a".repeat(45)), "dr-test-20260115");
        assert_eq!(long, format!("{}-dr-test-20260115", "a".repeat(45)));
        assert!(identifier(&"x".repeat(90), "dr-test-20260115").len() <= 63);
    }
}
