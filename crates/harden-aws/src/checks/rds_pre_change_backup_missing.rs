use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Step, Unknown, Verdict,
};
use jiff::SignedDuration;

use crate::AwsPolicy;
use crate::arn::Arn;
use crate::remediations::rds;
use crate::resources::SnapshotFacts;
use crate::views::{
    Change, ChangeType, Database, DatabaseKind, DatabaseWithChanges, in_weekly_window,
};

pub(crate) static CHECK: Rule<DatabaseWithChanges, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/rds-pre-change-backup-missing",
        "RDS databases have a snapshot before each change",
        Severity::Medium,
    )
    .tags(&["guide:4"])
    .remediation(
        "Create a snapshot before the next change of the engine version, the instance class or \
         the storage type.",
    )
    .page(include_str!("rds_pre_change_backup_missing.md"))
    .since("0.1.0"),
    judge,
);

/// The number of days for which RDS keeps events:
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeEvents.html>.
const KEPT_DAYS: i64 = 14;

fn judge(changed: &DatabaseWithChanges, j: &Judging<AwsPolicy>) -> Judgement {
    let database = &changed.database;
    if *database.is_replica().get()? {
        return Ok(Verdict::not_applicable(
            "a read replica, whose source is backed up",
        ));
    }
    let hours = j.policy.backups.pre_change_hours;
    let mut covered = Vec::new();
    let mut unknown: Option<Unknown> = None;
    for change in changed.changes.iter().rev() {
        let judged = is_automatic(change, database).and_then(|automatic| {
            if automatic {
                return Known::Yes(true);
            }
            snapshot_before(change, changed, hours)
        });
        match judged {
            Known::Yes(true) => covered.push(change),
            Known::Yes(false)
                if change.start_not_seen && may_have_started_earlier(change, changed) =>
            {
                unknown.get_or_insert(Unknown::undetermined(
                    "a change ended on the first day of the events that RDS keeps, and its start \
                     is unknown",
                ));
            }
            // A certain failure is reported even if other changes are unknown.
            Known::Yes(false) => {
                let evidence = uncovered(change, database, hours);
                return Ok(Verdict::Fail(evidence, remediation(change, database, j)));
            }
            Known::No(reason) => {
                unknown.get_or_insert(reason.into());
            }
        }
    }
    if let Some(unknown) = unknown {
        return Err(unknown);
    }
    let read = j.now.duration_since(*changed.since.get()?);
    // The listing starts a moment after the run, so an hour less than 14 days is enough.
    if read < SignedDuration::from_hours(24 * KEPT_DAYS - 1) {
        return Err(Unknown::undetermined(format!(
            "only the events of the last {} hours were read, and {KEPT_DAYS} days are required",
            read.as_hours()
        )));
    }
    if covered.is_empty() {
        return Ok(Verdict::Pass(Evidence::of(
            "changes of engine version, instance class or storage type",
            format_args!("0 in {KEPT_DAYS} days"),
            "rds:DescribeEvents",
        )));
    }
    Ok(Verdict::Pass(evidence(&covered, changed, hours)))
}

/// Whether RDS made the change automatically. Events do not state who started an upgrade. So a minor
/// upgrade that started in the maintenance window of a database with automatic minor version
/// upgrades counts as automatic.
fn is_automatic(change: &Change, database: &Database) -> Known<bool> {
    if change.by_hand {
        return Known::Yes(false);
    }
    let window = database.maintenance_window.as_ref().and_then(|window| {
        let within = window.as_deref().map(|w| in_weekly_window(w, change.began));
        match within {
            Some(Some(within)) => Known::Yes(within),
            _ => Unknown::undetermined("the maintenance window is unknown").into(),
        }
    });
    Known::all([database.auto_minor_upgrade.clone(), window])
}

/// Whether the change may have started before the first event that was read.
fn may_have_started_earlier(change: &Change, changed: &DatabaseWithChanges) -> bool {
    let since = changed.since.ok();
    since.is_some_and(|s| change.began.duration_since(*s) < SignedDuration::from_hours(24))
}

/// Whether a snapshot of the database was created in the hours before a change.
fn snapshot_before(change: &Change, changed: &DatabaseWithChanges, hours: u32) -> Known<bool> {
    let found = Known::any(
        changed
            .snapshots
            .iter()
            .map(|s| is_before(s, change, hours)),
    );
    match found {
        Known::Yes(false) => changed.all_snapshots.as_ref().map(|()| false),
        found => found,
    }
}

fn is_before(snapshot: &SnapshotFacts, change: &Change, hours: u32) -> Known<bool> {
    let hours = SignedDuration::from_hours(i64::from(hours));
    // RDS creates this snapshot after its prechecks, whose event is the start of the change, and
    // before the upgrade itself.
    let by_upgrade =
        change.what == ChangeType::EngineVersion && snapshot.arn.contains(":preupgrade-");
    let end = if by_upgrade {
        change.ended
    } else {
        change.began
    };
    let in_time = snapshot.created_at.as_ref().map(|created| {
        created.is_some_and(|at| at <= end && change.began.duration_since(at) <= hours)
    });
    let kept = snapshot
        .snapshot_type
        .as_ref()
        .map(|t| by_upgrade || t == "manual" || t == "awsbackup");
    let usable = snapshot.status.as_ref().map(|s| s == "available");
    let is_of_database = snapshot.database.as_ref().map(|_| true);
    Known::all([in_time, kept, usable, is_of_database])
}

const EXPECTED: &str =
    "a manual snapshot, one of AWS Backup, or one that RDS created before an upgrade";

fn snapshots_source(database: &Database) -> &'static str {
    match database.kind {
        DatabaseKind::Instance => "rds:DescribeDBSnapshots",
        DatabaseKind::Cluster => "rds:DescribeDBClusterSnapshots",
    }
}

fn of_change(evidence: Evidence, change: &Change) -> Evidence {
    let message = change.message.trim_end_matches('.').to_owned();
    evidence.and(message, change.began, "rds:DescribeEvents")
}

fn uncovered(change: &Change, database: &Database, hours: u32) -> Evidence {
    of_change(Evidence::default(), change)
        .and(
            format!("snapshot in the {hours} hours before the change"),
            "missing",
            snapshots_source(database),
        )
        .expected(EXPECTED)
}

fn evidence(covered: &[&Change], changed: &DatabaseWithChanges, hours: u32) -> Evidence {
    let database = &changed.database;
    covered
        .iter()
        .fold(Evidence::default(), |evidence, change| {
            let evidence = of_change(evidence, change);
            if is_automatic(change, database) == Known::Yes(true) {
                return evidence
                    .note("a minor upgrade in the maintenance window, which counts as automatic");
            }
            // The evidence shows the name after `snapshot:` or `cluster-snapshot:`.
            let mut snapshots = changed.snapshots.iter();
            let snapshot = snapshots
                .find(|s| is_before(s, change, hours) == Known::Yes(true))
                .map_or("found", |s| {
                    Arn::parse(&s.arn).map_or(&*s.arn, |a| a.name())
                });
            evidence
                .and(
                    format!("snapshot in the {hours} hours before the change"),
                    snapshot,
                    snapshots_source(database),
                )
                .expected(EXPECTED)
        })
}

/// A missing snapshot cannot be created afterwards, so the steps are for the next change.
fn remediation(change: &Change, database: &Database, j: &Judging<AwsPolicy>) -> Remediation {
    let kept = SignedDuration::from_hours(24 * KEPT_DAYS);
    let until = change.ended.saturating_add(kept).unwrap_or(change.ended);
    let snapshot = format!("pre-change-{}-{}", rds::date(j.now), database.name);
    Remediation::new(format!(
        "a snapshot from before this change can no longer be created: create one before the next \
         change, in the script that makes the change; this finding disappears on {}, when RDS \
         removes the event",
        until.strftime("%Y-%m-%d")
    ))
    .step(rds::create_snapshot(database, snapshot.as_str()))
    .step(rds::wait_for_snapshot(
        database.kind,
        &database.place.region,
        &snapshot,
    ))
    .step(Step::by_hand("Make the change"))
    .link(match database.kind {
        DatabaseKind::Instance => {
            "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_CreateSnapshot.html"
        }
        DatabaseKind::Cluster => {
            "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_CreateSnapshotCluster.html"
        }
    })
}
