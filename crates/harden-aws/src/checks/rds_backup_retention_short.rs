use harden_core::{
    Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Verdict, hcl_string,
};

use crate::AwsPolicy;
use crate::remediations::cli::aws;
use crate::text::counted;
use crate::views::Database;

pub(crate) static CHECK: Rule<Database, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/rds-backup-retention-short",
        "RDS databases keep automated backups for the required period",
        Severity::High,
    )
    .tags(&["guide:4"])
    .remediation("Increase the backup retention period to the number of days in the policy.")
    .page(include_str!("rds_backup_retention_short.md"))
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
    let required = i64::from(j.policy.backups.retention_days);
    if days == 0 {
        return Ok(Verdict::not_applicable(
            "automated backups are disabled: see aws/rds-backups-disabled",
        ));
    }
    let evidence = Evidence::of(
        "BackupRetentionPeriod",
        counted(days, "day"),
        database.kind.source(),
    )
    .expected(format!("at least {}", counted(required, "day")));
    if days >= required {
        return Ok(Verdict::Pass(evidence));
    }
    Ok(Verdict::Fail(evidence, remediation(database, required)))
}

/// Increases the retention period. The call does not change other settings.
fn remediation(database: &Database, days: i64) -> Remediation {
    let (operation, option, permissions) = database.kind.modify();
    Remediation::new(format!("keep automated backups for {}", counted(days, "day")))
        .step(
            aws("rds", operation)
                .opt(option, &*database.name)
                .opt("--backup-retention-period", days.to_string())
                .flag("--apply-immediately")
                .region(&database.place.region)
                .step("Increase the retention period", permissions),
        )
        .terraform(format!(
            "resource {} {} {{\n  # … the settings it has\n  backup_retention_period = {days}\n}}\n",
            hcl_string(database.kind.terraform()),
            hcl_string("this"),
        ))
        .link("https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.BackupRetention.html")
}
