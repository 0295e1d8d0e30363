use harden_core::{
    Arg, Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Step, Verdict,
    hcl_string,
};

use crate::AwsPolicy;
use crate::remediations::cli::aws;
use crate::remediations::rds;
use crate::resources::is_encrypted;
use crate::views::{Database, DatabaseKind};

pub(crate) static CHECK: Rule<Database, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/rds-unencrypted",
        "RDS databases are encrypted at rest",
        Severity::High,
    )
    .tags(&["guide:4", "beyond-guide"])
    .security()
    .remediation("Restore an encrypted copy, and move the applications to it.")
    .page(include_str!("rds_unencrypted.md"))
    .since("0.1.0"),
    judge,
);

fn judge(database: &Database, j: &Judging<AwsPolicy>) -> Judgement {
    let encrypted = is_encrypted(&database.encrypted, &database.encryption_type);
    let encrypted = *encrypted.get()?;
    let source = database.kind.source();
    let evidence = match database.encryption_type.ok() {
        Some(Some(kind)) => {
            Evidence::of("StorageEncryptionType", kind, source).expected("sse-kms or sse-rds")
        }
        _ => Evidence::of("StorageEncrypted", encrypted, source).expected("true"),
    };
    if encrypted {
        return Ok(Verdict::Pass(evidence));
    }
    let replica = database.is_replica().ok().copied().unwrap_or(false);
    let remediation = match (replica, database.kind) {
        (true, _) => of_replica(),
        (false, DatabaseKind::Instance) => of_instance(database, j),
        (false, DatabaseKind::Cluster) => of_cluster(database, j),
    };
    let terraform = format!(
        "resource {} {} {{\n  # … the settings it has; changing this one replaces the database,\n  \
         # so restore the encrypted copy first and import it\n  storage_encrypted = true\n}}\n",
        hcl_string(database.kind.terraform()),
        hcl_string("this"),
    );
    let remediation = remediation
        .terraform(terraform)
        .link("https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html");
    Ok(Verdict::Fail(evidence, remediation))
}

const SUMMARY: &str = "a database cannot be encrypted in place: restore an encrypted copy of a snapshot as a new \
     database, move the applications to it, then delete the old one. Data that is written \
     between the snapshot and the move is not in the copy: stop the writers first, or replicate \
     the difference";

fn of_replica() -> Remediation {
    Remediation::new("a read replica has the encryption of its source: encrypt the source first")
        .step(Step::by_hand(
            "After the source is encrypted, create a new replica and delete this one",
        ))
}

fn of_instance(database: &Database, j: &Judging<AwsPolicy>) -> Remediation {
    let region = &database.place.region;
    let plain = format!("pre-migration-{}-{}", rds::date(j.now), database.name);
    let encrypted = format!("{plain}-encrypted");
    Remediation::new(SUMMARY)
        .step(rds::create_snapshot(database, plain.as_str()))
        .step(rds::wait_for_snapshot(database.kind, region, &plain))
        .step(
            aws("rds", "copy-db-snapshot")
                .opt("--source-db-snapshot-identifier", plain)
                .opt("--target-db-snapshot-identifier", encrypted.as_str())
                .opt("--kms-key-id", key())
                .region(region)
                .step(
                    "Create an encrypted copy of the snapshot",
                    &["kms:CreateGrant", "kms:DescribeKey", "rds:CopyDBSnapshot"],
                ),
        )
        .step(rds::wait_for_snapshot(database.kind, region, &encrypted))
        .step(
            aws("rds", "restore-db-instance-from-db-snapshot")
                .opt(
                    "--db-instance-identifier",
                    rds::identifier(&database.name, "encrypted"),
                )
                .opt("--db-snapshot-identifier", encrypted)
                .opt("--db-subnet-group-name", rds::subnet_group())
                .flag("--no-publicly-accessible")
                .flag("--deletion-protection")
                .flag(match database.multi_az {
                    Known::Yes(true) => "--multi-az",
                    _ => "--no-multi-az",
                })
                .region(region)
                .step(
                    "Restore the copy as a new instance",
                    &["rds:RestoreDBInstanceFromDBSnapshot"],
                ),
        )
        .step(move_applications())
}

/// An unencrypted cluster snapshot cannot be copied into an encrypted snapshot, but it can be
/// restored into an encrypted cluster.
fn of_cluster(database: &Database, j: &Judging<AwsPolicy>) -> Remediation {
    let region = &database.place.region;
    let plain = format!("pre-migration-{}-{}", rds::date(j.now), database.name);
    let cluster = rds::identifier(&database.name, "encrypted");
    Remediation::new(SUMMARY)
        .step(rds::create_snapshot(database, plain.as_str()))
        .step(rds::wait_for_snapshot(database.kind, region, &plain))
        .step(
            aws("rds", "restore-db-cluster-from-snapshot")
                .opt("--db-cluster-identifier", cluster.as_str())
                .opt("--snapshot-identifier", plain)
                .opt("--engine", rds::engine(database))
                .opt("--kms-key-id", key())
                .opt("--db-subnet-group-name", rds::subnet_group())
                .flag("--deletion-protection")
                .region(region)
                .step(
                    "Restore the snapshot into a new encrypted cluster",
                    &[
                        "kms:CreateGrant",
                        "kms:DescribeKey",
                        "rds:RestoreDBClusterFromSnapshot",
                    ],
                ),
        )
        .step(
            aws("rds", "create-db-instance")
                .opt("--db-instance-identifier", rds::identifier(&cluster, "1"))
                .opt("--db-cluster-identifier", cluster)
                .opt("--engine", rds::engine(database))
                .opt(
                    "--db-instance-class",
                    Arg::input("INSTANCE_CLASS", "the instance class of the writer"),
                )
                .flag("--no-publicly-accessible")
                .region(region)
                .step(
                    "Create an instance in the cluster",
                    &["rds:CreateDBInstance"],
                ),
        )
        .step(move_applications())
}

fn key() -> Arg {
    Arg::input(
        "KMS_KEY",
        "a customer managed key, or alias/aws/rds if no snapshot is shared with another account",
    )
}

fn move_applications() -> Step {
    Step::by_hand(
        "Compare the data, copy the parameter group, the backup retention, the readers of a cluster, the security groups and the other settings \
         of the old database, move the applications to the new one, and delete the old database \
         (with a final snapshot) when nothing uses it",
    )
}
