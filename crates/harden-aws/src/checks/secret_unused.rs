use harden_core::{Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Verdict};

use crate::AwsPolicy;
use crate::remediations::cli::aws;
use crate::text::join_first;
use crate::views::{SecretWithUse, is_within, rotated_elsewhere};

pub(crate) static CHECK: Rule<SecretWithUse, AwsPolicy> = Rule::new(
    Meta::new("aws/secret-unused", "Secrets are used", Severity::Low)
        .tags(&["guide:5"])
        .remediation("Revoke the value where it is valid, and delete the secret.")
        .page(include_str!("secret_unused.md"))
        .since("0.1.0"),
    judge,
);

const SOURCE: &str = "secretsmanager:ListSecrets";

fn judge(used: &SecretWithUse, j: &Judging<AwsPolicy>) -> Judgement {
    let held = &*used.secret;
    if let Some(reason) = rotated_elsewhere(held).get()? {
        return Ok(Verdict::not_applicable(*reason));
    }
    let days = j.policy.secrets.unused_days;
    let accessed = *held.last_accessed.get()?;
    let found = match accessed {
        Some(at) => at.strftime("%Y-%m-%d").to_string(),
        None => "never".to_owned(),
    };
    let evidence = Evidence::of("LastAccessedDate", found, SOURCE)
        .expected(format!("within the last {days} days"));
    // LastAccessedDate is the start of a day, so one more day is allowed:
    // https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_SecretListEntry.html
    let allowed = days.saturating_add(1);
    if accessed.is_some_and(|at| is_within(at, allowed, j.now)) {
        return Ok(Verdict::Pass(evidence));
    }
    // A replica in another region is read instead of the secret.
    let replica = used.replicas.iter().find_map(|(region, read)| {
        let at = (*read.ok()?)?;
        is_within(at, allowed, j.now).then_some((region, at))
    });
    if let Some((region, at)) = replica {
        let found = format!("{} in {region}", at.strftime("%Y-%m-%d"));
        return Ok(Verdict::Pass(
            evidence
                .and("LastAccessedDate of a replica", found, SOURCE)
                .expected(format!("within the last {days} days")),
        ));
    }
    // Tasks read a secret only when they start, so a reference is a use.
    if !used.referenced_by.is_empty() {
        return Ok(Verdict::Pass(evidence.and(
            "references",
            join_first(&used.referenced_by),
            "ecs:DescribeTaskDefinition",
        )));
    }
    match *held.created_at.get()? {
        Some(at) if is_within(at, days, j.now) => {
            return Ok(Verdict::not_applicable(format!(
                "created on {}, less than {days} days ago",
                at.strftime("%Y-%m-%d")
            )));
        }
        _ => {}
    }
    used.references_read.get()?;
    for (_, read) in &used.replicas {
        read.get()?;
    }
    used.replicas_read.get()?;
    let remediation = Remediation::new(
        "no audited service refers to the secret: find out who owns it, revoke the value where it is valid, and delete the \
         secret; the deletion can be canceled for 30 days (restore-secret)",
    )
    .step(
        aws("secretsmanager", "delete-secret")
            .opt("--secret-id", &*held.arn)
            .opt("--recovery-window-in-days", "30")
            .region(&j.id.place.region)
            .step("Schedule the deletion", &["secretsmanager:DeleteSecret"])
            .destructive(),
    )
    .link("https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_delete-secret.html");
    Ok(Verdict::Fail(evidence, remediation))
}
