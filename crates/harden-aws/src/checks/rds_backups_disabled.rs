use harden_core::{
    Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Verdict, hcl_string,
};

use crate::AwsPolicy;
use crate::remediations::cli::aws;
use crate::views::Database;

pub(crate) static CHECK: Rule<Database, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/rds-backups-disabled",
        "Automated backups are on",
        Severity::Critical,
    )
    .tags(&["guide:4"])
    .remediation("Set the backup retention period to the policy's number of days.")
    .page(include_str!("rds_backups_disabled.md"))
    .since("0.1.0"),
    judge,
);

fn judge(database: &Database, j: &Judging<AwsPolicy>) -> Judgement {
    if *database.is_replica().get()? {
        return Ok(Verdict::not_applicable(
            "a read replica: its source is backed up",
        ));
    }
    let days = *database.backup_retention_days.get()?;
    let evidence = Evidence::of(
        "BackupRetentionPeriod",
        format_args!("{days} days"),
        database.kind.source(),
    )
    .expected("over 0 days");
    if days > 0 {
        return Ok(Verdict::Pass(evidence));
    }
    let wanted = j.policy.backups.retention_days.max(1);
    Ok(Verdict::Fail(evidence, remediation(database, wanted)))
}

/// Switches backups on, which the database may notice: the summary says so.
fn remediation(database: &Database, days: u32) -> Remediation {
    let (operation, option, permissions) = database.kind.modify();
    Remediation::new(format!(
        "switch automated backups on and keep them for {days} days; going from 0 to any number of \
         days takes a first backup, during which a database in one zone pauses for a moment"
    ))
    .step(
        aws("rds", operation)
            .opt(option, &*database.name)
            .opt("--backup-retention-period", days.to_string())
            .flag("--apply-immediately")
            .region(&database.place.region)
            .step("Switch automated backups on", permissions),
    )
    .terraform(format!(
        "resource {} {} {{\n  # … the settings it has\n  backup_retention_period = {days}\n}}\n",
        hcl_string(database.kind.terraform()),
        hcl_string("this"),
    ))
    .link("https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.Enabling.html")
}
