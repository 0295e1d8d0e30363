use harden_core::{Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Verdict};

use crate::AwsPolicy;
use crate::remediations::cli::aws;
use crate::views::{DatabaseKind, SharedSnapshot};

pub(crate) static CHECK: Rule<SharedSnapshot, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/rds-snapshot-public",
        "No snapshot is shared with everybody",
        Severity::Critical,
    )
    .tags(&["guide:4"])
    .security()
    .remediation("Take `all` out of those who may restore the snapshot.")
    .page(include_str!("rds_snapshot_public.md"))
    .since("0.1.0"),
    judge,
);

fn judge(snapshot: &SharedSnapshot, _: &Judging<AwsPolicy>) -> Judgement {
    snapshot.is_manual.get()?;
    let accounts = snapshot.shared_with.get()?;
    let found = if accounts.is_empty() {
        "nobody else".to_owned()
    } else {
        accounts.join(", ")
    };
    let evidence =
        Evidence::of("restore", found, snapshot.source()).expected("named accounts only, not all");
    if !accounts.iter().any(|a| a == "all") {
        return Ok(Verdict::Pass(evidence));
    }
    Ok(Verdict::Fail(evidence, remediation(snapshot)))
}

/// Takes `all` away; accounts that are named stay.
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
        "stop sharing it with everybody; whoever restored or copied it meanwhile keeps the data, so \
         treat what is in it as disclosed: passwords, tokens and personal data",
    )
    .step(
        aws("rds", operation)
            .opt(option, &*snapshot.name)
            .opt("--attribute-name", "restore")
            .opt("--values-to-remove", "all")
            .region(&snapshot.place.region)
            .step("Stop sharing it with everybody", permissions),
    )
    .link("https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ShareSnapshot.html")
}
