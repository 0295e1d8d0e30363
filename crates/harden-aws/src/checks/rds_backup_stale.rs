use harden_core::{Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Step, Verdict};
use jiff::SignedDuration;

use crate::AwsPolicy;
use crate::remediations::cli::aws;
use crate::remediations::rds;
use crate::views::{Database, DatabaseKind};

pub(crate) static CHECK: Rule<Database, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/rds-backup-stale",
        "Backups are up to date",
        Severity::Critical,
    )
    .tags(&["guide:4"])
    .remediation(
        "Find out why the latest restorable time stands still, and make a snapshot \
                      in the meantime.",
    )
    .page(include_str!("rds_backup_stale.md"))
    .since("0.1.0"),
    judge,
);

fn judge(database: &Database, j: &Judging<AwsPolicy>) -> Judgement {
    if *database.is_replica().get()? {
        return Ok(Verdict::not_applicable(
            "a read replica: its source is backed up",
        ));
    }
    if *database.backup_retention_days.get()? == 0 {
        return Ok(Verdict::not_applicable(
            "backups are off: see aws/rds-backups-disabled",
        ));
    }
    let status = database.status.get()?.as_str();
    if matches!(status, "stopped" | "stopping") {
        return Ok(Verdict::not_applicable(
            "a stopped database writes nothing that could be backed up",
        ));
    }
    let day = SignedDuration::from_hours(24);
    let old_enough = |created| j.now.duration_since(created) >= day;
    if !database.created_at.get()?.is_some_and(old_enough) {
        return Ok(Verdict::not_applicable(
            "in its first day, in which the first backup is made",
        ));
    }
    let limit = j.policy.backups.stale_minutes;
    let latest = *database.latest_restorable.get()?;
    let found = latest.map_or_else(
        || "absent".to_owned(),
        |at| format!("{at} ({} minutes ago)", j.now.duration_since(at).as_mins()),
    );
    let evidence = Evidence::of("LatestRestorableTime", found, database.kind.source())
        .expected(format!("at most {limit} minutes ago"))
        .and("status", status, database.kind.source());
    let limit = SignedDuration::from_mins(i64::from(limit));
    if latest.is_some_and(|at| j.now.duration_since(at) <= limit) {
        return Ok(Verdict::Pass(evidence));
    }
    Ok(Verdict::Fail(evidence, remediation(database, j)))
}

/// No call mends it: the cause must be found. A snapshot is what there is to go back to until then.
fn remediation(database: &Database, j: &Judging<AwsPolicy>) -> Remediation {
    let source_type = match database.kind {
        DatabaseKind::Instance => "db-instance",
        DatabaseKind::Cluster => "db-cluster",
    };
    let snapshot = format!("pre-change-stale-{}-{}", rds::date(j.now), database.name);
    Remediation::new(
        "nothing that was written since the latest restorable time can be restored: find out why \
         it stands still (full storage, a key that RDS may no longer use, a database that is not \
         available, a recovery model other than full on SQL Server), mend that, and make a \
         snapshot in the meantime",
    )
    .step(
        aws("rds", "describe-events")
            .opt("--source-type", source_type)
            .opt("--source-identifier", &*database.name)
            .opt("--duration", "20160")
            .region(&database.place.region)
            .step(
                "Read what happened to it in the last 14 days",
                &["rds:DescribeEvents"],
            ),
    )
    .step(rds::create_snapshot(database, snapshot))
    .step(Step::by_hand(
        "Mend the cause that the events name; where they name none, ask AWS Support. The latest \
         restorable time then moves on by itself every 5 minutes",
    ))
    .link("https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIT.html")
}
