use harden_core::{
    Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Verdict, hcl_string,
};

use crate::AwsPolicy;
use crate::remediations::cli::aws;
use crate::views::Database;

pub(crate) static CHECK: Rule<Database, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/rds-backup-window-differs",
        "RDS databases use the backup window of the policy",
        Severity::Low,
    )
    .tags(&["guide:4"])
    .remediation("Set the backup window of the policy.")
    .page(include_str!("rds_backup_window_differs.md"))
    .since("0.1.0"),
    judge,
)
.off(|policy| {
    let is_unset = policy.backups.window.is_none();
    is_unset.then_some("`window` is not set in `[aws.backups]` of the policy")
});

fn judge(database: &Database, j: &Judging<AwsPolicy>) -> Judgement {
    let Some(required) = &j.policy.backups.window else {
        return Ok(Verdict::not_applicable("the policy sets no backup window"));
    };
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
    let window = database.backup_window.get()?.as_deref();
    let evidence = Evidence::of(
        "PreferredBackupWindow",
        window.map_or_else(|| "not set".to_owned(), |w| format!("{w} UTC")),
        database.kind.source(),
    )
    .expected(format!("{required} UTC"));
    if window == Some(required) {
        return Ok(Verdict::Pass(evidence));
    }
    Ok(Verdict::Fail(evidence, remediation(database, required)))
}

fn remediation(database: &Database, window: &str) -> Remediation {
    let (operation, option, permissions) = database.kind.modify();
    let attribute = match database.kind {
        crate::views::DatabaseKind::Instance => "backup_window",
        crate::views::DatabaseKind::Cluster => "preferred_backup_window",
    };
    Remediation::new(format!(
        "set the backup window to {window} UTC; it must not overlap the maintenance window"
    ))
    .step(
        aws("rds", operation)
            .opt(option, &*database.name)
            .opt("--preferred-backup-window", window)
            .flag("--apply-immediately")
            .region(&database.place.region)
            .step("Change the backup window", permissions),
    )
    .terraform(format!(
        "resource {} {} {{\n  # … the settings it has\n  {attribute} = {}\n}}\n",
        hcl_string(database.kind.terraform()),
        hcl_string("this"),
        hcl_string(window),
    ))
    .link("https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.BackupWindow.html")
}
