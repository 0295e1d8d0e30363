use harden_core::{Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Verdict};
use jiff::SignedDuration;

use crate::AwsPolicy;
use crate::remediations::rds;
use crate::views::{ManualSnapshot, creation_time};
use harden_core::glob_matches;

pub(crate) static CHECK: Rule<ManualSnapshot, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/rds-snapshot-expired",
        "Manual RDS snapshots are deleted after their retention period",
        Severity::Low,
    )
    .tags(&["guide:4"])
    .remediation(
        "Delete the snapshot, or increase the retention period of its class in the policy.",
    )
    .page(include_str!("rds_snapshot_expired.md"))
    .since("0.1.0"),
    judge,
);

fn judge(snapshot: &ManualSnapshot, j: &Judging<AwsPolicy>) -> Judgement {
    let classes = &j.policy.backups.snapshots;
    let Some(class) = classes
        .iter()
        .find(|c| glob_matches(&c.pattern, &snapshot.name))
    else {
        return Ok(Verdict::not_applicable(
            "the name matches no snapshot class of the policy",
        ));
    };
    // A snapshot of unknown type may be an automated one, which RDS deletes itself.
    snapshot.is_manual().get()?;
    let facts = &snapshot.facts;
    let created = creation_time(&facts.created_at, &facts.status, snapshot.source())?;
    let Some(created) = created else {
        return Ok(Verdict::not_applicable("the snapshot is being created"));
    };
    let age = j.now.duration_since(created);
    let evidence = Evidence::of(
        "SnapshotCreateTime",
        format_args!("{created} ({} ago)", rds::age(age)),
        snapshot.source(),
    )
    .expected(format!(
        "at most {} days ago for {}",
        class.keep_days, class.pattern
    ));
    if age <= SignedDuration::from_hours(24 * i64::from(class.keep_days)) {
        return Ok(Verdict::Pass(evidence));
    }
    let step = rds::delete_snapshot(snapshot.kind, &snapshot.place.region, &snapshot.name);
    let remediation = Remediation::new(format!(
        "delete the snapshot: the policy keeps {} for {} days; a deleted snapshot cannot be \
         recovered",
        class.pattern, class.keep_days
    ))
    .step(step)
    .link("https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteSnapshot.html");
    Ok(Verdict::Fail(evidence, remediation))
}
