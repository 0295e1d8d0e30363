use harden_core::{
    Arg, Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Step, Verdict,
};

use crate::AwsPolicy;
use crate::remediations::cli::aws;
use crate::remediations::rds;
use crate::resources::is_encrypted;
use crate::views::{DatabaseKind, ManualSnapshot};

pub(crate) static CHECK: Rule<ManualSnapshot, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/rds-snapshot-unencrypted",
        "Manual RDS snapshots are encrypted",
        Severity::High,
    )
    .tags(&["guide:4", "beyond-guide"])
    .security()
    .remediation("Replace the snapshot with an encrypted copy.")
    .page(include_str!("rds_snapshot_unencrypted.md"))
    .since("0.1.0"),
    judge,
);

fn judge(snapshot: &ManualSnapshot, j: &Judging<AwsPolicy>) -> Judgement {
    // A snapshot of unknown type may be an automated one, which is not judged.
    snapshot.is_manual().get()?;
    let facts = &snapshot.facts;
    let encrypted = *is_encrypted(&facts.encrypted, &facts.encryption_type).get()?;
    let setting = match snapshot.kind {
        DatabaseKind::Instance => "Encrypted",
        DatabaseKind::Cluster => "StorageEncrypted",
    };
    let evidence = match facts.encryption_type.ok() {
        Some(Some(kind)) => Evidence::of("StorageEncryptionType", kind, snapshot.source())
            .expected("sse-kms or sse-rds"),
        _ => Evidence::of(setting, encrypted, snapshot.source()).expected("true"),
    };
    if encrypted {
        return Ok(Verdict::Pass(evidence));
    }
    let remediation = match snapshot.kind {
        DatabaseKind::Instance => of_instance(snapshot),
        DatabaseKind::Cluster => of_cluster(snapshot, j),
    };
    let link = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html";
    Ok(Verdict::Fail(evidence, remediation.link(link)))
}

fn key() -> Arg {
    Arg::input(
        "KMS_KEY",
        "the KMS key for the encryption, or alias/aws/rds",
    )
}

fn of_instance(snapshot: &ManualSnapshot) -> Remediation {
    let (name, region) = (&*snapshot.name, &*snapshot.place.region);
    let copy = format!("{name}-encrypted");
    Remediation::new(
        "create an encrypted copy, and delete the unencrypted snapshot when the copy is \
         available; new snapshots of an unencrypted database are unencrypted too: see \
         aws/rds-unencrypted",
    )
    .step(
        aws("rds", "copy-db-snapshot")
            .opt("--source-db-snapshot-identifier", name)
            .opt("--target-db-snapshot-identifier", copy.as_str())
            .opt("--kms-key-id", key())
            .flag("--copy-tags")
            .region(region)
            .step(
                "Create an encrypted copy",
                &["kms:CreateGrant", "kms:DescribeKey", "rds:CopyDBSnapshot"],
            ),
    )
    .step(rds::wait_for_snapshot(snapshot.kind, region, &copy))
    // the deletion waits for the copy in its own line
    .step(rds::delete_snapshot(snapshot.kind, region, name))
}

/// A copy of an unencrypted cluster snapshot is always unencrypted, so the snapshot is restored into
/// an encrypted cluster first:
/// <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-copy-snapshot.html>.
fn of_cluster(snapshot: &ManualSnapshot, j: &Judging<AwsPolicy>) -> Remediation {
    let (name, region) = (&*snapshot.name, &*snapshot.place.region);
    let cluster = rds::identifier(name, &format!("encrypt-{}", rds::date(j.now)));
    let copy = format!("{name}-encrypted");
    Remediation::new(
        "a snapshot of a cluster cannot be encrypted by a copy: restore it into an encrypted \
         cluster, create a snapshot of that cluster, and delete the cluster and the unencrypted \
         snapshot; new snapshots of an unencrypted cluster are unencrypted too: see \
         aws/rds-unencrypted",
    )
    .step(
        aws("rds", "restore-db-cluster-from-snapshot")
            .opt("--db-cluster-identifier", cluster.as_str())
            .opt("--snapshot-identifier", name)
            .opt(
                "--engine",
                Arg::input("ENGINE", "the engine of the snapshot"),
            )
            .opt("--kms-key-id", key())
            .opt("--db-subnet-group-name", rds::subnet_group())
            .region(region)
            .step(
                "Restore the snapshot into an encrypted cluster",
                &[
                    "kms:CreateGrant",
                    "kms:DescribeKey",
                    "rds:RestoreDBClusterFromSnapshot",
                ],
            ),
    )
    .step(
        aws("rds", "wait")
            .flag("db-cluster-available")
            .opt("--db-cluster-identifier", cluster.as_str())
            .region(region)
            .step(
                "Wait until the cluster is available",
                &["rds:DescribeDBClusters"],
            ),
    )
    .step(
        aws("rds", "create-db-cluster-snapshot")
            .opt("--db-cluster-snapshot-identifier", copy.as_str())
            .opt("--db-cluster-identifier", cluster.as_str())
            .region(region)
            .step(
                "Create a snapshot of the cluster",
                &["rds:CreateDBClusterSnapshot"],
            ),
    )
    .step(rds::wait_for_snapshot(snapshot.kind, region, &copy))
    .step(
        aws("rds", "delete-db-cluster")
            .opt("--db-cluster-identifier", cluster)
            .flag("--skip-final-snapshot")
            .region(region)
            .step("Delete the temporary cluster", &["rds:DeleteDBCluster"])
            .destructive(),
    )
    .step(Step::by_hand(
        "Check the encrypted snapshot (size, engine version) before you delete the unencrypted one",
    ))
    .step(rds::wait_for_snapshot(snapshot.kind, region, &copy))
    .step(rds::delete_snapshot(snapshot.kind, region, name).confirmed(
        "COPY_CHECKED",
        "set it to yes after you have checked the encrypted snapshot",
    ))
}
