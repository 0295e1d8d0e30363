use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Step, Unknown, Verdict,
};
use jiff::SignedDuration;

use crate::AwsPolicy;
use crate::arn::Arn;
use crate::remediations::rds;
use crate::resources::SnapshotFacts;
use crate::views::{Change, ChangedDatabase, Database, DatabaseKind, What, in_weekly_window};

pub(crate) static CHECK: Rule<ChangedDatabase, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/rds-pre-change-backup-missing",
        "A snapshot is made before a database is changed",
        Severity::Medium,
    )
    .tags(&["guide:4"])
    .remediation(
        "Make a snapshot before the next change of engine version, class or storage \
                      type.",
    )
    .page(include_str!("rds_pre_change_backup_missing.md"))
    .since("0.1.0"),
    judge,
);

/// For how many days RDS keeps events.
const KEPT_DAYS: i64 = 14;

fn judge(changed: &ChangedDatabase, j: &Judging<AwsPolicy>) -> Judgement {
    let database = &changed.database;
    if *database.is_replica().get()? {
        return Ok(Verdict::not_applicable(
            "a read replica: its source is backed up",
        ));
    }
    let hours = j.policy.backups.pre_change_hours;
    let mut covered = Vec::new();
    let mut unknown: Option<Unknown> = None;
    for change in changed.changes.iter().rev() {
        let judged = by_rds(change, database).and_then(|automatic| {
            if automatic {
                return Known::Yes(true);
            }
            snapshot_before(change, changed, hours)
        });
        match judged {
            Known::Yes(true) => covered.push(change),
            Known::Yes(false) if change.began_unseen && is_cut(change, changed) => {
                unknown.get_or_insert(Unknown::undetermined(
                    "a change ended within the first day of the events that RDS keeps: when it \
                     began is not known",
                ));
            }
            // a certain failure beats what is not known of other changes
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
    // the listing begins a moment after the run does
    if read < SignedDuration::from_hours(24 * KEPT_DAYS - 1) {
        return Err(Unknown::undetermined(format!(
            "the events of the last {} hours were read, not those of {KEPT_DAYS} days",
            read.as_hours()
        )));
    }
    if covered.is_empty() {
        return Ok(Verdict::Pass(Evidence::of(
            "changes of engine version, class or storage type",
            format_args!("none in {KEPT_DAYS} days"),
            "rds:DescribeEvents",
        )));
    }
    Ok(Verdict::Pass(evidence(&covered, changed, hours)))
}

/// Whether RDS made the change by itself: an upgrade within the maintenance window of a database
/// that it may upgrade. Events do not say so, and this is what they look like.
fn by_rds(change: &Change, database: &Database) -> Known<bool> {
    if change.by_hand {
        return Known::Yes(false);
    }
    let window = database.maintenance_window.as_ref().and_then(|window| {
        let within = window.as_deref().map(|w| in_weekly_window(w, change.began));
        match within {
            Some(Some(within)) => Known::Yes(within),
            _ => Unknown::undetermined("the maintenance window is not known").into(),
        }
    });
    Known::all([database.auto_minor_upgrade.clone(), window])
}

/// Whether the change may have begun before the events that were read.
fn is_cut(change: &Change, changed: &ChangedDatabase) -> bool {
    let since = changed.since.ok();
    since.is_some_and(|s| change.began.duration_since(*s) < SignedDuration::from_hours(24))
}

/// Whether a snapshot of the database was made in the hours before a change.
fn snapshot_before(change: &Change, changed: &ChangedDatabase, hours: u32) -> Known<bool> {
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
    // RDS makes its own between the checks before an upgrade and the upgrade itself
    let by_upgrade = change.what == What::EngineVersion && snapshot.arn.contains(":preupgrade-");
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
    let its = snapshot.database.as_ref().map(|_| true);
    Known::all([in_time, kept, usable, its])
}

const WANTED: &str = "one that is manual, of AWS Backup, or made by RDS before an upgrade";

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
            format!("snapshot in the {hours} hours before"),
            "none",
            snapshots_source(database),
        )
        .expected(WANTED)
}

fn evidence(covered: &[&Change], changed: &ChangedDatabase, hours: u32) -> Evidence {
    let database = &changed.database;
    covered
        .iter()
        .fold(Evidence::default(), |evidence, change| {
            let evidence = of_change(evidence, change);
            if by_rds(change, database) == Known::Yes(true) {
                return evidence.note("an upgrade in the maintenance window, taken as RDS's own");
            }
            // the name after `snapshot:` or `cluster-snapshot:`
            let mut its = changed.snapshots.iter();
            let snapshot = its
                .find(|s| is_before(s, change, hours) == Known::Yes(true))
                .map_or("found", |s| {
                    Arn::parse(&s.arn).map_or(&*s.arn, |a| a.name())
                });
            evidence
                .and(
                    format!("snapshot in the {hours} hours before"),
                    snapshot,
                    snapshots_source(database),
                )
                .expected(WANTED)
        })
}

/// What was not made can't be made up for: the next change can be.
fn remediation(change: &Change, database: &Database, j: &Judging<AwsPolicy>) -> Remediation {
    let kept = SignedDuration::from_hours(24 * KEPT_DAYS);
    let until = change.ended.saturating_add(kept).unwrap_or(change.ended);
    let snapshot = format!("pre-change-{}-{}", rds::date(j.now), database.name);
    Remediation::new(format!(
        "a snapshot from before this change can no longer be made: make one before the next, from \
         the same script that makes the change; this finding goes away when RDS forgets the event, \
         on {}",
        until.strftime("%Y-%m-%d")
    ))
    .step(rds::create_snapshot(database, snapshot.as_str()))
    .step(rds::wait_for_snapshot(
        database.kind,
        &database.place.region,
        &snapshot,
    ))
    .step(Step::by_hand("Then make the change"))
    .link(match database.kind {
        DatabaseKind::Instance => {
            "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_CreateSnapshot.html"
        }
        DatabaseKind::Cluster => {
            "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_CreateSnapshotCluster.html"
        }
    })
}
