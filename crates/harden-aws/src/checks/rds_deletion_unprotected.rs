use harden_core::{
    Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Verdict, hcl_string,
};

use crate::AwsPolicy;
use crate::remediations::cli::aws;
use crate::views::Database;
use harden_core::glob_matches_any;

pub(crate) static CHECK: Rule<Database, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/rds-deletion-unprotected",
        "RDS databases have deletion protection",
        Severity::Medium,
    )
    .tags(&["guide:4", "beyond-guide"])
    .remediation("Enable deletion protection.")
    .page(include_str!("rds_deletion_unprotected.md"))
    .since("0.1.0"),
    judge,
);

fn judge(database: &Database, j: &Judging<AwsPolicy>) -> Judgement {
    if glob_matches_any(&j.policy.backups.drill_instances, &database.name) {
        return Ok(Verdict::not_applicable(
            "created by a restore drill, which must delete it",
        ));
    }
    let protected = *database.deletion_protection.get()?;
    let evidence =
        Evidence::of("DeletionProtection", protected, database.kind.source()).expected("true");
    if protected {
        return Ok(Verdict::Pass(evidence));
    }
    Ok(Verdict::Fail(evidence, remediation(database)))
}

fn remediation(database: &Database) -> Remediation {
    let (operation, option, permissions) = database.kind.modify();
    Remediation::new("enable deletion protection, so that a deletion takes two calls")
        .step(
            aws("rds", operation)
                .opt(option, &*database.name)
                .flag("--deletion-protection")
                .flag("--apply-immediately")
                .region(&database.place.region)
                .step("Enable deletion protection", permissions),
        )
        .terraform(format!(
            "resource {} {} {{\n  # … the settings it has\n  deletion_protection = true\n}}\n",
            hcl_string(database.kind.terraform()),
            hcl_string("this"),
        ))
        .link("https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html#USER_DeleteInstance.DeletionProtection")
}
