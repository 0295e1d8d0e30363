use harden_core::{Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Step, Verdict};
use jiff::{SignedDuration, Timestamp};

use crate::AwsPolicy;
use crate::remediations::cli::aws;
use crate::resources::{AccessKey, IamUserKeys};
use crate::text::{counted, join_first};

pub(crate) static CHECK: Rule<IamUserKeys, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/iam-access-key-old",
        "Access keys of IAM users are rotated",
        Severity::High,
    )
    .tags(&["guide:5"])
    .security()
    .remediation("Let the workload use a role or a new key, and deactivate the old key.")
    .page(include_str!("iam_access_key_old.md"))
    .since("0.1.0"),
    judge,
);

fn judge(user: &IamUserKeys, j: &Judging<AwsPolicy>) -> Judgement {
    let keys = user.keys.get()?;
    let active: Vec<&AccessKey> = keys.iter().filter(|key| key.status == "Active").collect();
    if active.is_empty() {
        return Ok(Verdict::not_applicable("the user has no active access key"));
    }
    let days = j.policy.ci.access_key_days;
    let limit = SignedDuration::from_hours(i64::from(days) * 24);
    let since = j.now.checked_sub(limit).unwrap_or(Timestamp::MIN);
    let old: Vec<&AccessKey> = active
        .iter()
        .copied()
        .filter(|key| key.created_at < since)
        .collect();
    let listed = if old.is_empty() { &active } else { &old };
    let found: Vec<String> = listed.iter().map(|key| describe(key, j.now)).collect();
    let evidence = Evidence::of(
        "age of the active access keys",
        join_first(&found),
        "iam:ListAccessKeys",
    )
    .expected(format!("at most {}", counted(days, "day")));
    if old.is_empty() {
        return Ok(Verdict::Pass(evidence));
    }
    Ok(Verdict::Fail(evidence, remediation(user, &old)))
}

fn describe(key: &AccessKey, now: Timestamp) -> String {
    let hours = now.duration_since(key.created_at).as_hours();
    format!("{}: {}", key.short_id(), counted(hours / 24, "day"))
}

fn remediation(user: &IamUserKeys, old: &[&AccessKey]) -> Remediation {
    let to = Remediation::new(
        "let the workload use a role instead, or give it a new key if it cannot; then deactivate \
         the old key, and delete it when nothing fails",
    )
    .link("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html")
    .step(Step::by_hand(
        "Change the workload that uses the key: a GitHub Actions workflow assumes a role with \
         OIDC, a task or an instance uses its role, and other workloads use a new key",
    ));
    old.iter().fold(to, |to, key| {
        to.step(
            aws("iam", "get-access-key-last-used")
                .opt("--access-key-id", &*key.id)
                .step(
                    format!(
                        "Find out when and where the key {} was last used",
                        key.short_id()
                    ),
                    &["iam:GetAccessKeyLastUsed"],
                ),
        )
        .step(
            aws("iam", "update-access-key")
                .opt("--user-name", user.name())
                .opt("--access-key-id", &*key.id)
                .opt("--status", "Inactive")
                .step(
                    "Deactivate the key; you can reactivate it",
                    &["iam:UpdateAccessKey"],
                ),
        )
    })
}
