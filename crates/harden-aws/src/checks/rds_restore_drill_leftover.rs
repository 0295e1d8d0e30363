use harden_core::{Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Verdict};
use jiff::SignedDuration;

use crate::AwsPolicy;
use crate::remediations::cli::aws;
use crate::remediations::rds;
use crate::resources::DbInstance;
use crate::views::{creation_time, is_judged};
use harden_core::glob_matches_any;

pub(crate) static CHECK: Rule<DbInstance, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/rds-restore-drill-leftover",
        "DB instances of restore drills are deleted after the drill",
        Severity::Medium,
    )
    .tags(&["guide:4"])
    .remediation("Delete the instance that the drill created.")
    .page(include_str!("rds_restore_drill_leftover.md"))
    .since("0.1.0"),
    judge,
);

fn judge(instance: &DbInstance, j: &Judging<AwsPolicy>) -> Judgement {
    let backups = &j.policy.backups;
    if !is_judged(&instance.engine, j.policy)
        || !glob_matches_any(&backups.drill_instances, &j.id.name)
    {
        return Ok(Verdict::not_applicable(
            "the name does not match the drill instances of the policy",
        ));
    }
    let source = "rds:DescribeDBInstances";
    let created = creation_time(&instance.created_at, &instance.status, source)?;
    let Some(created) = created else {
        return Ok(Verdict::not_applicable("the instance is being created"));
    };
    let age = j.now.duration_since(created);
    let evidence = Evidence::of(
        "InstanceCreateTime",
        format_args!("{created} ({} ago)", rds::age(age)),
        "rds:DescribeDBInstances",
    )
    .expected(format!("at most {} days ago", backups.drill_leftover_days));
    if age <= SignedDuration::from_hours(24 * i64::from(backups.drill_leftover_days)) {
        return Ok(Verdict::Pass(evidence));
    }
    Ok(Verdict::Fail(evidence, remediation(instance, j)))
}

/// Deletes the instance, and its cluster if that belongs to the drill too. The data is a copy of
/// production, so no final snapshot is needed.
fn remediation(instance: &DbInstance, j: &Judging<AwsPolicy>) -> Remediation {
    let region = &j.id.place.region;
    let link = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html";
    let remediation = Remediation::new(
        "delete it after the drill is finished and its result is written down; a deleted \
         instance cannot be recovered",
    )
    .link(link);
    let cluster = match instance.cluster.get() {
        Ok(cluster) => cluster.as_deref(),
        Err(unknown) => {
            return remediation.withheld(format!(
                "it is unknown whether the instance is in a cluster: {unknown}"
            ));
        }
    };
    let delete = aws("rds", "delete-db-instance")
        .opt("--db-instance-identifier", &*j.id.name)
        .flag("--skip-final-snapshot")
        .region(region)
        .step(
            "Delete the instance of the drill",
            &["rds:DeleteDBInstance"],
        )
        .destructive();
    match cluster {
        None => {
            let unprotect = aws("rds", "modify-db-instance")
                .opt("--db-instance-identifier", &*j.id.name)
                .flag("--no-deletion-protection")
                .flag("--apply-immediately")
                .region(region)
                .step("Disable deletion protection", &["rds:ModifyDBInstance"]);
            match instance.deletion_protection.get() {
                Ok(false) => remediation.step(delete),
                // Also if it is unknown: the call changes nothing if the protection is disabled already.
                _ => remediation.step(unprotect).step(delete),
            }
        }
        Some(cluster) if glob_matches_any(&j.policy.backups.drill_instances, cluster) => {
            remediation
                .step(delete)
                .step(
                    aws("rds", "modify-db-cluster")
                        .opt("--db-cluster-identifier", cluster)
                        .flag("--no-deletion-protection")
                        .flag("--apply-immediately")
                        .region(region)
                        .step(
                            "Disable the deletion protection of the cluster",
                            &["rds:ModifyDBCluster"],
                        ),
                )
                .step(
                    aws("rds", "delete-db-cluster")
                        .opt("--db-cluster-identifier", cluster)
                        .flag("--skip-final-snapshot")
                        .region(region)
                        .step("Delete the cluster of the drill", &["rds:DeleteDBCluster"])
                        .destructive(),
                )
        }
        Some(_) => remediation.step(delete),
    }
}
