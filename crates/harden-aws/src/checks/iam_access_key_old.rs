use harden_core::{Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Step, Verdict};
use jiff::{SignedDuration, Timestamp};

use crate::AwsPolicy;
use crate::remediations::cli::aws;
use crate::resources::{AccessKey, IamUserKeys};
use crate::text::join_first;

pub(crate) static CHECK: Rule<IamUserKeys, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/iam-access-key-old",
        "Access keys of IAM users are young",
        Severity::High,
    )
    .tags(&["guide:5"])
    .security()
    .remediation(
        "Have what uses the key take a role, or give it a new key, and deactivate the old one.",
    )
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
    let shown = if old.is_empty() { &active } else { &old };
    let found: Vec<String> = shown.iter().map(|key| in_words(key, j.now)).collect();
    let evidence = Evidence::of("CreateDate", join_first(&found), "iam:ListAccessKeys")
        .expected(format!("at most {days} days old"));
    if old.is_empty() {
        return Ok(Verdict::Pass(evidence));
    }
    Ok(Verdict::Fail(evidence, remediation(user, &old)))
}

fn in_words(key: &AccessKey, now: Timestamp) -> String {
    let hours = now.duration_since(key.created_at).as_hours();
    format!("the key {} is {} days old", key.short_id(), hours / 24)
}

fn remediation(user: &IamUserKeys, old: &[&AccessKey]) -> Remediation {
    let to = Remediation::new(
        "have what uses the key take a role instead; where it can't, give it a new key; then \
         deactivate the old one, and delete it once nothing complained",
    )
    .link("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html")
    .step(Step::by_hand(
        "Move what uses the key over: a workflow of GitHub Actions to a role by OIDC, a task or an \
         instance to its own role, anything else to a new key",
    ));
    old.iter().fold(to, |to, key| {
        to.step(
            aws("iam", "get-access-key-last-used")
                .opt("--access-key-id", &*key.id)
                .step(
                    format!(
                        "See when and where the key {} was last used",
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
                    "Deactivate it; it can be made active again",
                    &["iam:UpdateAccessKey"],
                ),
        )
    })
}
