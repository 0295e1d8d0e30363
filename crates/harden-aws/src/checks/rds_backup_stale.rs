use harden_core::{
    Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Step, Unknown, Verdict,
};
use jiff::SignedDuration;

use crate::AwsPolicy;
use crate::remediations::cli::aws;
use crate::remediations::rds;
use crate::views::{Database, DatabaseInGlobal, DatabaseKind, GlobalRole, creation_time};

pub(crate) static CHECK: Rule<DatabaseInGlobal, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/rds-backup-stale",
        "RDS databases have a recent restorable time",
        Severity::Critical,
    )
    .tags(&["guide:4"])
    .remediation(
        "Find out why the latest restorable time does not advance, and create a snapshot in the \
         meantime.",
    )
    .page(include_str!("rds_backup_stale.md"))
    .since("0.1.0"),
    judge,
);

fn judge(subject: &DatabaseInGlobal, j: &Judging<AwsPolicy>) -> Judgement {
    let database = &*subject.database;
    if *database.is_replica().get()? {
        return Ok(Verdict::not_applicable(
            "a read replica, whose source is backed up",
        ));
    }
    if *database.backup_retention_days.get()? == 0 {
        return Ok(Verdict::not_applicable(
            "automated backups are disabled: see aws/rds-backups-disabled",
        ));
    }
    let status = database.status.get()?.as_str();
    if matches!(status, "stopped" | "stopping") {
        return Ok(Verdict::not_applicable(
            "the database is stopped, so nothing is written to it",
        ));
    }
    let day = SignedDuration::from_hours(24);
    let old_enough = |created| j.now.duration_since(created) >= day;
    let source = database.kind.source();
    let created = creation_time(&database.created_at, &database.status, source)?;
    if !created.is_some_and(old_enough) {
        return Ok(Verdict::not_applicable(
            "less than 24 hours old, or still being created: its first backup may not be complete",
        ));
    }
    let limit = j.policy.backups.stale_minutes;
    let latest = *database.latest_restorable.get()?;
    let found = latest.map_or_else(
        || "missing".to_owned(),
        |at| format!("{at} ({} minutes ago)", j.now.duration_since(at).as_mins()),
    );
    let evidence = Evidence::of("LatestRestorableTime", found, database.kind.source())
        .expected(format!("at most {limit} minutes ago"))
        .and("status", status, database.kind.source());
    let limit = SignedDuration::from_mins(i64::from(limit));
    if latest.is_some_and(|at| j.now.duration_since(at) <= limit) {
        return Ok(Verdict::Pass(evidence));
    }
    if let GlobalRole::Secondary(global) = subject.role.get()?
        && latest.is_none()
    {
        return Err(Unknown::undetermined(format!(
            "AWS does not document whether a secondary cluster (of the global database {global}) has \
             a LatestRestorableTime"
        ))
        .during(database.kind.source()));
    }
    Ok(Verdict::Fail(evidence, remediation(database, j)))
}

/// No API call fixes this: the cause must be found. Until then, a snapshot is the only recent backup.
fn remediation(database: &Database, j: &Judging<AwsPolicy>) -> Remediation {
    let source_type = match database.kind {
        DatabaseKind::Instance => "db-instance",
        DatabaseKind::Cluster => "db-cluster",
    };
    let snapshot = format!("pre-change-stale-{}-{}", rds::date(j.now), database.name);
    Remediation::new(
        "data written after the latest restorable time cannot be restored: find out why it does \
         not advance (full storage, a KMS key that RDS can no longer use, an unavailable \
         database, a SQL Server recovery model other than full), fix the cause, and create a \
         snapshot in the meantime",
    )
    .step(
        aws("rds", "describe-events")
            .opt("--source-type", source_type)
            .opt("--source-identifier", &*database.name)
            .opt("--duration", "20160")
            .region(&database.place.region)
            .step(
                "Read the events of the last 14 days",
                &["rds:DescribeEvents"],
            ),
    )
    .step(rds::create_snapshot(database, snapshot))
    .step(Step::by_hand(
        "Fix the cause that the events name, or contact AWS Support if they name none. The \
         latest restorable time then advances every 5 minutes",
    ))
    .link("https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIT.html")
}
