use harden_core::{
    Arg, Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Verdict,
};
use jiff::SignedDuration;

use crate::AwsPolicy;
use crate::arn::Arn;
use crate::remediations::cli::aws;
use crate::remediations::rds;
use crate::resources::DbExportTask;
use crate::views::{Database, DatabaseKind, DatabaseWithExports};

pub(crate) static CHECK: Rule<DatabaseWithExports, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/rds-snapshot-export-missing",
        "RDS databases are exported to S3 regularly",
        Severity::Info,
    )
    .tags(&["guide:4"])
    .remediation("Export a snapshot to S3.")
    .page(include_str!("rds_snapshot_export_missing.md"))
    .since("0.1.0"),
    judge,
)
.off(|policy| {
    let is_unset = policy.backups.export_days.is_none();
    is_unset.then_some("`export_days` is not set in `[aws.backups]` of the policy")
});

fn judge(exported: &DatabaseWithExports, j: &Judging<AwsPolicy>) -> Judgement {
    let Some(days) = j.policy.backups.export_days else {
        return Ok(Verdict::not_applicable("the policy requires no exports"));
    };
    let database = &exported.database;
    if *database.is_replica().get()? {
        return Ok(Verdict::not_applicable(
            "a read replica, whose source is exported",
        ));
    }
    let expected = format!("within {days} days");
    let source = "rds:DescribeExportTasks";
    let counts = |task: &DbExportTask| counts(task, days, j);
    let found = exported
        .tasks
        .iter()
        .find(|t| counts(t) == Known::Yes(true));
    if let Some(task) = found {
        let ended = task.ended_at.ok().copied().flatten();
        let ended = ended.map_or_else(String::new, |at| format!(" at {at}"));
        let evidence = Evidence::of(
            "export task",
            format!("{}, completed{ended}", task.id),
            source,
        );
        return Ok(Verdict::Pass(evidence.expected(expected)));
    }
    // An export that may be of this database, or that may be complete, makes the result unknown.
    for task in &exported.tasks {
        counts(task).get()?;
    }
    for (task, unknown) in &exported.doubts {
        if counts(task) != Known::Yes(false) {
            return Err(unknown.clone());
        }
    }
    exported.complete.get()?;
    let evidence = Evidence::of("completed exports", format!("0 in {days} days"), source)
        .expected(format!("at least 1 within {days} days"));
    Ok(Verdict::Fail(evidence, remediation(database, j)))
}

/// Whether an export was completed within the period.
fn counts(task: &DbExportTask, days: u32, j: &Judging<AwsPolicy>) -> Known<bool> {
    let period = SignedDuration::from_hours(24 * i64::from(days));
    let ended = task
        .ended_at
        .as_ref()
        .map(|ended| ended.is_some_and(|at| j.now.duration_since(at) <= period));
    let complete = task.status.as_ref().map(|s| s == "COMPLETE");
    Known::all([complete, ended])
}

/// For an instance a snapshot is exported, for a cluster the cluster itself.
fn remediation(database: &Database, j: &Judging<AwsPolicy>) -> Remediation {
    let region = &database.place.region;
    let date = rds::date(j.now);
    let partition = Arn::parse(j.id.shown()).map_or("aws", |a| a.partition);
    let arn = |resource: &str| {
        format!(
            "arn:{partition}:rds:{region}:{}:{resource}",
            database.place.account
        )
    };
    let snapshot = format!("export-{date}-{}", database.name);
    let remediation = Remediation::new(
        "export it to S3 as Parquet, and repeat the export with a schedule (EventBridge and a \
         Lambda function); an export is for analysis and archives and cannot be restored into a \
         database",
    );
    let (remediation, source) = match database.kind {
        DatabaseKind::Instance => (
            remediation
                .step(rds::create_snapshot(database, snapshot.as_str()))
                .step(rds::wait_for_snapshot(database.kind, region, &snapshot)),
            arn(&format!("snapshot:{snapshot}")),
        ),
        DatabaseKind::Cluster => (remediation, arn(&format!("cluster:{}", database.name))),
    };
    remediation
        .step(
            aws("rds", "start-export-task")
                .opt(
                    "--export-task-identifier",
                    rds::identifier(&database.name, &format!("export-{date}")),
                )
                .opt("--source-arn", source)
                .opt(
                    "--s3-bucket-name",
                    Arg::input("BUCKET", "the bucket for exports"),
                )
                .opt(
                    "--iam-role-arn",
                    Arg::input(
                        "EXPORT_ROLE_ARN",
                        "a role that RDS can assume and that can write to the bucket",
                    ),
                )
                .opt(
                    "--kms-key-id",
                    Arg::input("KMS_KEY", "the KMS key that encrypts the export"),
                )
                .region(region)
                .step(
                    "Start the export",
                    &[
                        "iam:PassRole",
                        "kms:CreateGrant",
                        "kms:DescribeKey",
                        "rds:StartExportTask",
                    ],
                ),
        )
        .link("https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ExportSnapshot.html")
}
