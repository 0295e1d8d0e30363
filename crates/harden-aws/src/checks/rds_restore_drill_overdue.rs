use harden_core::{
    Arg, Cause, Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Step,
    Unknown, Verdict,
};
use jiff::{SignedDuration, Timestamp};

use crate::AwsPolicy;
use crate::remediations::cli::aws;
use crate::remediations::rds;
use crate::views::{DUTY, Database, DatabaseKind, DrilledDatabase, Restore, Seen};
use harden_core::glob_matches_any;

pub(crate) static CHECK: Rule<DrilledDatabase, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/rds-restore-drill-overdue",
        "Every database was restored for a test lately",
        Severity::High,
    )
    .tags(&["guide:4"])
    .remediation(
        "Restore a backup into a new instance, look at the data, delete it, and \
                      attest it.",
    )
    .page(include_str!("rds_restore_drill_overdue.md"))
    .since("0.1.0"),
    judge,
);

fn judge(drilled: &DrilledDatabase, j: &Judging<AwsPolicy>) -> Judgement {
    let database = &drilled.database;
    let days = j.policy.backups.restore_drill_days;
    let period = SignedDuration::from_hours(24 * i64::from(days));
    if glob_matches_any(&j.policy.backups.drill_instances, &database.name) {
        return Ok(Verdict::not_applicable("made by a restore drill"));
    }
    if *database.is_replica().get()? {
        return Ok(Verdict::not_applicable(
            "a read replica: its source is backed up",
        ));
    }
    let old_enough = |created| j.now.duration_since(created) >= period;
    if !database.created_at.get()?.is_some_and(old_enough) {
        return Ok(Verdict::not_applicable(format!("not yet {days} days old")));
    }
    // an attestation has a day and no hour, in its author's time zone
    let slack = |seen| match seen {
        Seen::Attestation => SignedDuration::from_hours(24),
        _ => SignedDuration::ZERO,
    };
    let in_period = |restore: &&Restore| {
        let age = j.now.duration_since(restore.at);
        age <= period + slack(restore.seen) && age >= -SignedDuration::from_hours(24)
    };
    let evidence = Seen::ALL.into_iter().filter_map(|seen| {
        let its = drilled.restores.iter().filter(|r| r.seen == seen);
        its.filter(in_period).max_by_key(|r| r.at)
    });
    let evidence: Vec<&Restore> = evidence.collect();
    if !evidence.is_empty() {
        return Ok(Verdict::Pass(passed(&evidence, database, days)));
    }
    drilled.attestations.get()?;
    in_full(&drilled.trail_since, Seen::CloudTrail, days, j)?;
    in_full(&drilled.jobs_since, Seen::BackupJob, days, j)?;
    let doubt = drilled
        .doubts
        .iter()
        .filter(|(at, _)| j.now.duration_since(*at) <= period);
    if let Some((_, unknown)) = doubt.max_by_key(|(at, _)| *at) {
        return Err(unknown.clone());
    }
    Ok(Verdict::Fail(
        failed(drilled, days),
        remediation(database, j),
    ))
}

/// Whether a source was read over the whole period: only then does it prove that nothing was there.
fn in_full(
    since: &Known<Timestamp>,
    seen: Seen,
    days: u32,
    j: &Judging<AwsPolicy>,
) -> Result<(), Unknown> {
    let read = j.now.duration_since(*since.get()?);
    // the listing begins a moment after the run does
    let wanted = SignedDuration::from_hours(24 * i64::from(days)) - SignedDuration::from_hours(1);
    if read >= wanted {
        return Ok(());
    }
    Err(Unknown::new(
        Cause::Undetermined,
        format!(
            "{} tells of the last {} days, the policy asks for one restore in {days}: attest drills",
            seen.source(),
            read.as_hours() / 24
        ),
    ))
}

fn passed(found: &[&Restore], database: &Database, days: u32) -> Evidence {
    let evidence = found.iter().fold(Evidence::default(), |evidence, restore| {
        evidence
            .and(restore.seen.setting(), &restore.what, restore.seen.source())
            .expected(format!("within {days} days"))
    });
    let lasting = found.iter().any(|r| r.seen <= Seen::BackupJob);
    match found
        .iter()
        .find(|r| r.seen == Seen::CloudTrail)
        .or(found.first())
    {
        Some(restore) if !lasting => {
            let keeps = match restore.seen {
                Seen::RdsEvent => "RDS forgets it after 14 days",
                _ => "CloudTrail forgets it after 90 days",
            };
            evidence.note(format!(
                "{keeps}: write it down in harden.attestations.toml, as duty \"{DUTY}\" of \
                 {} on {}, with who looked into the restored data and what was seen",
                database.name,
                restore.at.strftime("%Y-%m-%d")
            ))
        }
        _ => evidence,
    }
}

fn failed(drilled: &DrilledDatabase, days: u32) -> Evidence {
    let wanted = format!("one within {days} days");
    let none = format!("none in {days} days");
    let evidence = [Seen::CloudTrail, Seen::BackupJob].into_iter().fold(
        Evidence::default(),
        |evidence, seen| {
            evidence
                .and(seen.setting(), &none, seen.source())
                .expected(wanted.clone())
        },
    );
    match drilled.restores.iter().max_by_key(|r| r.at) {
        Some(last) => evidence.note(format!("the last that is known: {}", last.what)),
        None => evidence,
    }
}

fn remediation(database: &Database, j: &Judging<AwsPolicy>) -> Remediation {
    let region = &database.place.region;
    let date = rds::date(j.now);
    let snapshot = format!("quarterly-drill-{date}-{}", database.name);
    let copy = rds::identifier(&database.name, &format!("dr-test-{date}"));
    let remediation = Remediation::new(
        "restore a snapshot into a new database, look into the data, delete it again, and write \
         down what was seen",
    )
    .step(rds::create_snapshot(database, snapshot.as_str()))
    .step(rds::wait_for_snapshot(database.kind, region, &snapshot));
    let remediation = match database.kind {
        DatabaseKind::Instance => instance_steps(remediation, region, &snapshot, &copy),
        DatabaseKind::Cluster => cluster_steps(remediation, database, &snapshot, &copy),
    };
    remediation
        .step(Step::by_hand(format!(
            "Write it down in harden.attestations.toml: duty \"{DUTY}\", resource \"{}\", \
             the day, who did it, what was seen",
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
        .step("Wait until it is available", &["rds:DescribeDBInstances"])
}

fn look() -> Step {
    Step::by_hand(
        "Connect to it, run the queries that tell whether the data is sound, compare counts with \
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
                // the copy is deleted at the end of the drill
                .flag("--no-deletion-protection")
                .region(region)
                .step(
                    "Restore it into a new instance",
                    &["rds:RestoreDBInstanceFromDBSnapshot"],
                ),
        )
        .step(wait(region, copy))
        .step(look())
        .step(
            aws("rds", "delete-db-instance")
                .opt("--db-instance-identifier", copy)
                .flag("--skip-final-snapshot")
                .region(region)
                .step(
                    "Delete the instance of the drill",
                    &["rds:DeleteDBInstance"],
                )
                .destructive(),
        )
}

/// Aurora's clusters get their instances one by one; the others bring them.
fn cluster_steps(
    remediation: Remediation,
    database: &Database,
    snapshot: &str,
    copy: &str,
) -> Remediation {
    let region = &database.place.region;
    let aurora = database.engine.ok().is_none_or(|e| e.starts_with("aurora"));
    let class = || Arg::input("INSTANCE_CLASS", "a class that the engine offers");
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
        "Restore it into a new cluster",
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
        return remediation.step(look()).step(delete_cluster);
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
                    "Give it an instance to connect to",
                    &["rds:CreateDBInstance"],
                ),
        )
        .step(wait(region, &instance))
        .step(look())
        .step(
            aws("rds", "delete-db-instance")
                .opt("--db-instance-identifier", instance)
                .flag("--skip-final-snapshot")
                .region(region)
                .step(
                    "Delete the instance of the drill",
                    &["rds:DeleteDBInstance"],
                )
                .destructive(),
        )
        .step(delete_cluster)
}
