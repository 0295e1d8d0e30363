use harden_core::{
    Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Verdict, hcl_string,
};

use crate::AwsPolicy;
use crate::remediations::cli::aws;
use crate::text::counted;
use crate::views::Database;

pub(crate) static CHECK: Rule<Database, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/rds-backups-disabled",
        "RDS databases have automated backups",
        Severity::Critical,
    )
    .tags(&["guide:4"])
    .remediation("Set the backup retention period to the number of days in the policy.")
    .page(include_str!("rds_backups_disabled.md"))
    .since("0.1.0"),
    judge,
);

fn judge(database: &Database, j: &Judging<AwsPolicy>) -> Judgement {
    if *database.is_replica().get()? {
        return Ok(Verdict::not_applicable(
            "a read replica, whose source is backed up",
        ));
    }
    let days = *database.backup_retention_days.get()?;
    let evidence = Evidence::of(
        "BackupRetentionPeriod",
        counted(days, "day"),
        database.kind.source(),
    )
    .expected("at least 1 day");
    if days > 0 {
        return Ok(Verdict::Pass(evidence));
    }
    let required = j.policy.backups.retention_days.max(1);
    Ok(Verdict::Fail(evidence, remediation(database, required)))
}

/// Enables backups. The first backup can pause the database, and the summary states so.
fn remediation(database: &Database, days: u32) -> Remediation {
    let (operation, option, permissions) = database.kind.modify();
    Remediation::new(format!(
        "enable automated backups and keep them for {days} days; the change starts a first \
         backup, which pauses a database in one Availability Zone for a moment"
    ))
    .step(
        aws("rds", operation)
            .opt(option, &*database.name)
            .opt("--backup-retention-period", days.to_string())
            .flag("--apply-immediately")
            .region(&database.place.region)
            .step("Enable automated backups", permissions),
    )
    .terraform(format!(
        "resource {} {} {{\n  # … the settings it has\n  backup_retention_period = {days}\n}}\n",
        hcl_string(database.kind.terraform()),
        hcl_string("this"),
    ))
    .link("https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.Enabling.html")
}
