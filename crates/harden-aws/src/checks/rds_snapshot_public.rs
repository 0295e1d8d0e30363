use harden_core::{Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Verdict};

use crate::AwsPolicy;
use crate::remediations::cli::aws;
use crate::views::{DatabaseKind, SharedSnapshot};

pub(crate) static CHECK: Rule<SharedSnapshot, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/rds-snapshot-public",
        "RDS snapshots are not public",
        Severity::Critical,
    )
    .tags(&["guide:4"])
    .security()
    .remediation("Remove `all` from the accounts that can restore the snapshot.")
    .page(include_str!("rds_snapshot_public.md"))
    .since("0.1.0"),
    judge,
);

fn judge(snapshot: &SharedSnapshot, _: &Judging<AwsPolicy>) -> Judgement {
    // Only manual snapshots can be shared; a snapshot of unknown type may be an automated one.
    snapshot.is_manual.get()?;
    let accounts = snapshot.shared_with.get()?;
    let found = if accounts.is_empty() {
        "not shared".to_owned()
    } else {
        accounts.join(", ")
    };
    let evidence =
        Evidence::of("restore", found, snapshot.source()).expected("only named accounts");
    if !accounts.iter().any(|a| a == "all") {
        return Ok(Verdict::Pass(evidence));
    }
    Ok(Verdict::Fail(evidence, remediation(snapshot)))
}

/// Removes `all`. Named accounts are not affected.
fn remediation(snapshot: &SharedSnapshot) -> Remediation {
    let (operation, option, permissions): (_, _, &'static [_]) = match snapshot.kind {
        DatabaseKind::Instance => (
            "modify-db-snapshot-attribute",
            "--db-snapshot-identifier",
            &["rds:ModifyDBSnapshotAttribute"],
        ),
        DatabaseKind::Cluster => (
            "modify-db-cluster-snapshot-attribute",
            "--db-cluster-snapshot-identifier",
            &["rds:ModifyDBClusterSnapshotAttribute"],
        ),
    };
    Remediation::new(
        "stop sharing the snapshot with everybody; treat its data (passwords, tokens and \
         personal data) as disclosed, because everybody who restored or copied it keeps the data",
    )
    .step(
        aws("rds", operation)
            .opt(option, &*snapshot.name)
            .opt("--attribute-name", "restore")
            .opt("--values-to-remove", "all")
            .region(&snapshot.place.region)
            .step("Stop sharing the snapshot with everybody", permissions),
    )
    .link("https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ShareSnapshot.html")
}
