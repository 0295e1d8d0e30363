use harden_core::{
    Arg, Cause, Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Step,
    Unknown, Verdict,
};
use jiff::{SignedDuration, Timestamp};

use crate::AwsPolicy;
use crate::remediations::cli::aws;
use crate::remediations::rds;
use crate::views::{
    DUTY, Database, DatabaseKind, DatabaseWithRestores, GlobalRole, Restore, RestoreSource,
    creation_time,
};
use harden_core::glob_matches_any;

pub(crate) static CHECK: Rule<DatabaseWithRestores, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/rds-restore-drill-overdue",
        "RDS databases are restored in a regular drill",
        Severity::High,
    )
    .tags(&["guide:4"])
    .remediation(
        "Restore a backup into a new instance, check the data, delete the instance, and add an \
         attestation.",
    )
    .page(include_str!("rds_restore_drill_overdue.md"))
    .since("0.1.0"),
    judge,
);

fn judge(drilled: &DatabaseWithRestores, j: &Judging<AwsPolicy>) -> Judgement {
    let database = &drilled.database;
    let days = j.policy.backups.restore_drill_days;
    let period = SignedDuration::from_hours(24 * i64::from(days));
    if glob_matches_any(&j.policy.backups.drill_instances, &database.name) {
        return Ok(Verdict::not_applicable("created by a restore drill"));
    }
    if *database.is_replica().get()? {
        return Ok(Verdict::not_applicable(
            "a read replica, whose source is backed up",
        ));
    }
    if let Some(GlobalRole::Secondary(global)) = drilled.role.ok() {
        return Ok(Verdict::not_applicable(format!(
            "a secondary cluster of the global database {global}, whose primary is judged"
        )));
    }
    let old_enough = |created| j.now.duration_since(created) >= period;
    let source = database.kind.source();
    let created = creation_time(&database.created_at, &database.status, source)?;
    if !created.is_some_and(old_enough) {
        return Ok(Verdict::not_applicable(format!(
            "less than {days} days old, or still being created"
        )));
    }
    // An attestation has a date without a time, in the time zone of its author.
    let slack = |seen| match seen {
        RestoreSource::Attestation => SignedDuration::from_hours(24),
        _ => SignedDuration::ZERO,
    };
    // A time up to a day in the future is accepted, because clocks and time zones differ.
    let in_period = |restore: &&Restore| {
        let age = j.now.duration_since(restore.at);
        age <= period + slack(restore.source) && age >= -SignedDuration::from_hours(24)
    };
    let evidence = RestoreSource::ALL.into_iter().filter_map(|seen| {
        let of_source = drilled.restores.iter().filter(|r| r.source == seen);
        of_source.filter(in_period).max_by_key(|r| r.at)
    });
    let evidence: Vec<&Restore> = evidence.collect();
    if !evidence.is_empty() {
        return Ok(Verdict::Pass(pass_evidence(&evidence, database, days)));
    }
    // A restore that was found passes above, whatever could not be read. A failure needs every
    // source, completely read.
    drilled.attestations.get()?;
    drilled.role.get()?;
    require_full_period(&drilled.trail_since, RestoreSource::CloudTrail, days, j)?;
    require_full_period(&drilled.jobs_since, RestoreSource::BackupJob, days, j)?;
    let doubt = drilled
        .doubts
        .iter()
        .filter(|(at, _)| j.now.duration_since(*at) <= period);
    if let Some((_, unknown)) = doubt.max_by_key(|(at, _)| *at) {
        return Err(unknown.clone());
    }
    Ok(Verdict::Fail(
        fail_evidence(drilled, days),
        remediation(database, j),
    ))
}

/// CloudTrail keeps 90 days, and a quarter has up to 92. A restore in the days before would have to be
/// repeated within two days anyway.
const BEFORE_HISTORY: SignedDuration = SignedDuration::from_hours(48);

/// Requires that a source was read for the period. Only then does it prove that there was no restore.
fn require_full_period(
    since: &Known<Timestamp>,
    seen: RestoreSource,
    days: u32,
    j: &Judging<AwsPolicy>,
) -> Result<(), Unknown> {
    let read = j.now.duration_since(*since.get()?);
    // The listing starts a moment after the run, so an hour less than the period is enough.
    let required = SignedDuration::from_hours(24 * i64::from(days))
        - BEFORE_HISTORY
        - SignedDuration::from_hours(1);
    if read >= required {
        return Ok(());
    }
    Err(Unknown::new(
        Cause::Undetermined,
        format!(
            "{} covers the last {} days, and the policy requires a restore within {days} days: \
             add an attestation for the drill",
            seen.read_from(),
            read.as_hours() / 24
        ),
    ))
}

fn pass_evidence(found: &[&Restore], database: &Database, days: u32) -> Evidence {
    let evidence = found.iter().fold(Evidence::default(), |evidence, restore| {
        evidence
            .and(
                restore.source.setting(),
                &restore.what,
                restore.source.read_from(),
            )
            .expected(format!("within {days} days"))
    });
    let is_permanent = found.iter().any(|r| r.source <= RestoreSource::BackupJob);
    match found
        .iter()
        .find(|r| r.source == RestoreSource::CloudTrail)
        .or(found.first())
    {
        Some(restore) if !is_permanent => {
            let keeps = match restore.source {
                RestoreSource::RdsEvent => "RDS keeps this event for 14 days",
                _ => "CloudTrail keeps this event for 90 days",
            };
            evidence.note(format!(
                "{keeps}: add an attestation to harden.attestations.toml, with the duty \
                 \"{DUTY}\" for {} on {}, the person who checked the restored data, and the \
                 result",
                database.name,
                restore.at.strftime("%Y-%m-%d")
            ))
        }
        _ => evidence,
    }
}

fn fail_evidence(drilled: &DatabaseWithRestores, days: u32) -> Evidence {
    let expected = format!("at least 1 within {days} days");
    let found = format!("0 in {days} days");
    let evidence = [RestoreSource::CloudTrail, RestoreSource::BackupJob]
        .into_iter()
        .fold(Evidence::default(), |evidence, seen| {
            evidence
                .and(seen.setting(), &found, seen.read_from())
                .expected(expected.clone())
        });
    let evidence = match drilled.restores.iter().max_by_key(|r| r.at) {
        Some(last) => evidence.note(format!("last known restore: {}", last.what)),
        None => evidence,
    };
    match drilled.no_proof.iter().max_by_key(|(at, _)| *at) {
        Some((_, what)) => evidence.note(format!("not a restore: {what}")),
        None => evidence,
    }
}

fn remediation(database: &Database, j: &Judging<AwsPolicy>) -> Remediation {
    let region = &database.place.region;
    let date = rds::date(j.now);
    let snapshot = format!("quarterly-drill-{date}-{}", database.name);
    let copy = rds::identifier(&database.name, &format!("dr-test-{date}"));
    let remediation = Remediation::new(
        "restore a snapshot into a new database, check the data, delete the database, and write \
         down the result",
    )
    .step(rds::create_snapshot(database, snapshot.as_str()))
    .step(rds::wait_for_snapshot(database.kind, region, &snapshot));
    let remediation = match database.kind {
        DatabaseKind::Instance => instance_steps(remediation, region, &snapshot, &copy),
        DatabaseKind::Cluster => cluster_steps(remediation, database, &snapshot, &copy),
    };
    remediation
        .step(Step::by_hand(format!(
            "Add an attestation to harden.attestations.toml: duty \"{DUTY}\", resource \"{}\", \
             the date, the person, and the result",
            database.name
        )))
        .link(
            "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_RestoreFromSnapshot.html",
        )
}

fn wait(region: &str, instance: &str) -> Step {
    aws("rds", "wait")
        .flag("db-instance-available")
        .opt("--db-instance-identifier", instance)
        .region(region)
        .step(
            "Wait until the instance is available",
            &["rds:DescribeDBInstances"],
        )
}

const CHECKED: &str = "set it to yes after you have checked the restored data";

fn check_data() -> Step {
    Step::by_hand(
        "Connect to the restored database, run queries that check the data, compare counts with \
         production, and look for the latest transactions",
    )
}

fn instance_steps(
    remediation: Remediation,
    region: &str,
    snapshot: &str,
    copy: &str,
) -> Remediation {
    remediation
        .step(
            aws("rds", "restore-db-instance-from-db-snapshot")
                .opt("--db-instance-identifier", copy)
                .opt("--db-snapshot-identifier", snapshot)
                .opt("--db-subnet-group-name", rds::subnet_group())
                .flag("--no-publicly-accessible")
                // The copy is deleted at the end of the drill.
                .flag("--no-deletion-protection")
                .region(region)
                .step(
                    "Restore the snapshot into a new instance",
                    &["rds:RestoreDBInstanceFromDBSnapshot"],
                ),
        )
        .step(wait(region, copy))
        .step(check_data())
        .step(
            aws("rds", "delete-db-instance")
                .opt("--db-instance-identifier", copy)
                .flag("--skip-final-snapshot")
                .region(region)
                .step(
                    "Delete the instance of the drill",
                    &["rds:DeleteDBInstance"],
                )
                .destructive()
                .confirmed("DATA_CHECKED", CHECKED),
        )
}

/// An Aurora cluster is restored without instances, so one is created. A Multi-AZ DB cluster is
/// restored with its instances.
fn cluster_steps(
    remediation: Remediation,
    database: &Database,
    snapshot: &str,
    copy: &str,
) -> Remediation {
    let region = &database.place.region;
    let aurora = database.engine.ok().is_none_or(|e| e.starts_with("aurora"));
    let class = || {
        Arg::input(
            "INSTANCE_CLASS",
            "an instance class that the engine supports",
        )
    };
    let restore = aws("rds", "restore-db-cluster-from-snapshot")
        .opt("--db-cluster-identifier", copy)
        .opt("--snapshot-identifier", snapshot)
        .opt("--engine", rds::engine(database))
        .opt("--db-subnet-group-name", rds::subnet_group())
        .flag("--no-deletion-protection");
    let restore = if aurora {
        restore
    } else {
        restore
            .opt("--db-cluster-instance-class", class())
            .flag("--no-publicly-accessible")
    };
    let remediation = remediation.step(restore.region(region).step(
        "Restore the snapshot into a new cluster",
        &["rds:RestoreDBClusterFromSnapshot"],
    ));
    let instance = rds::identifier(copy, "1");
    let delete_cluster = aws("rds", "delete-db-cluster")
        .opt("--db-cluster-identifier", copy)
        .flag("--skip-final-snapshot")
        .region(region)
        .step("Delete the cluster of the drill", &["rds:DeleteDBCluster"])
        .destructive();
    if !aurora {
        return remediation
            .step(check_data())
            .step(delete_cluster.confirmed("DATA_CHECKED", CHECKED));
    }
    remediation
        .step(
            aws("rds", "create-db-instance")
                .opt("--db-instance-identifier", instance.as_str())
                .opt("--db-cluster-identifier", copy)
                .opt("--engine", rds::engine(database))
                .opt("--db-instance-class", class())
                .flag("--no-publicly-accessible")
                .region(region)
                .step(
                    "Create an instance to connect to",
                    &["rds:CreateDBInstance"],
                ),
        )
        .step(wait(region, &instance))
        .step(check_data())
        .step(
            aws("rds", "delete-db-instance")
                .opt("--db-instance-identifier", instance)
                .flag("--skip-final-snapshot")
                .region(region)
                .step(
                    "Delete the instance of the drill",
                    &["rds:DeleteDBInstance"],
                )
                .destructive()
                .confirmed("DATA_CHECKED", CHECKED),
        )
        .step(delete_cluster)
}
